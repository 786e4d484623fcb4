import { fingerprint } from '#shared/runtime/ids.ts';
import type { ListPlace } from '#shared/store/by-list.ts';
import { canonical } from './canonical.ts';
import { ProblemError } from './problems.ts';

/**
 * A cursor: where a list has come to, as text that means nothing to a client. It is bound to what it was given for (call, filters,
 * user); with anything else, or changed, it is refused (400). It gives no rights: what it points into is filtered anew.
 */
export function encodeCursor(position: readonly (string | number)[], boundTo: unknown): string {
  return Buffer.from(JSON.stringify([...position, seal(position, boundTo)])).toString('base64url');
}

/** Where a cursor came from, for what is said of a wrong one. */
type CursorPlace = { readonly parameter: 'cursor' } | { readonly pointer: '/cursor' };
/** A cursor that came in a body. */
export const IN_BODY: CursorPlace = { pointer: '/cursor' };

/** The position in a cursor, which came in the query unless said. */
export function decodeCursor(
  cursor: string,
  boundTo: unknown,
  place: CursorPlace = { parameter: 'cursor' },
): readonly (string | number)[] {
  const parts = parse(cursor);
  const position = parts?.slice(0, -1);
  if (!position || parts?.at(-1) !== seal(position, boundTo)) {
    const detail = 'This cursor is not valid for this list and these filters.';
    throw new ProblemError('validation', detail, [{ ...place, detail }]);
  }
  return position;
}

function parse(cursor: string): (string | number)[] | undefined {
  try {
    const bytes = Buffer.from(cursor, 'base64url');
    // More than one text stands for the same bytes; only the one that was given is taken.
    if (bytes.toString('base64url') !== cursor) return undefined;
    const parts: unknown = JSON.parse(bytes.toString());
    const isFlat = Array.isArray(parts) && parts.every((part) => typeof part === 'string' || typeof part === 'number');
    return isFlat && parts.length > 1 ? parts : undefined;
  } catch {
    return undefined;
  }
}

const seal = (position: readonly (string | number)[], boundTo: unknown) =>
  fingerprint('cursor', canonical(boundTo), JSON.stringify(position)).slice(0, 16);

/** A place in a list by time, from the values of a cursor and as a cursor; null where nothing comes after it. */
export const placeOf = ([at, id]: readonly (string | number)[]): ListPlace => ({ at: String(at), id: String(id) });
export const cursorAt = (place: ListPlace | undefined, boundTo: unknown): string | null =>
  place ? encodeCursor([place.at, place.id], boundTo) : null;
