import type { Call } from './call.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { MAX_LIMIT } from './schemas.ts';

/** A page of a list that is read whole, in order of id. The cursor is looked at before anything is read. */
export async function pageOfAll<Item extends { readonly id: string }>(
  call: Call,
  load: () => Promise<readonly Item[]>,
): Promise<{ items: Item[]; next: string | null }> {
  const boundTo = { page: call.operation.id, user: call.viewer?.id };
  const { cursor, limit = MAX_LIMIT } = call.query;
  const after = cursor === undefined ? '' : String(decodeCursor(cursor, boundTo)[0]);
  const rest = (await load()).filter(({ id }) => id > after);
  const items = rest.slice(0, Number(limit));
  const last = items.at(-1);
  return { items, next: last && rest.length > items.length ? encodeCursor([last.id], boundTo) : null };
}
