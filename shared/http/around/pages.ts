import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { LinkKind } from '#shared/domain/link/links.ts';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { isVoided } from '#shared/domain/record/state.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { loadEntities } from '#shared/store/entities.ts';
import { type Listing, type ListingPage, readLinks } from '#shared/store/links.ts';
import { loadRecords } from '#shared/store/list.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { presentRecords } from '../present.ts';
import { presentEntities } from '../present-entity.ts';
import { DEFAULT_LIMIT } from '../schemas.ts';
import { maySeeState, viewerIn } from '../sight.ts';
import { withoutUnseen } from '../unseen.ts';

export interface Around {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
}

export interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly next: string | null;
}

/** A list, as one page of it is made: where its entries come from, which are wanted, and what is shown of them. */
export interface Source {
  readonly read: (after: string | undefined, limit: number) => Promise<ListingPage>;
  readonly wants?: (entry: Listing) => boolean;
  /** What is shown of these entries, in their order: fewer where some are gone, or may not be seen. */
  readonly show: (entries: readonly Listing[]) => Promise<readonly Record<string, unknown>[]>;
}

/** A page looks at most so often for more: where little fits it comes back short, with a cursor to go on from. */
const ROUNDS = 8;
/** Entries of a list that are looked at in one go where not all are wanted. */
const AT_ONCE = 100;

/** One page. `boundTo` is what its cursors are good for. */
export async function pageOf(
  { read, wants, show }: Source,
  {
    limit,
    cursor,
    boundTo,
  }: { readonly limit: number; readonly cursor?: string | undefined; readonly boundTo: unknown },
): Promise<Page> {
  let at = cursor === undefined ? undefined : String(decodeCursor(cursor, boundTo)[0]);
  const items: Record<string, unknown>[] = [];
  let ended = false;
  for (let round = 0; round < ROUNDS && items.length < limit && !ended; round++) {
    const need = limit - items.length;
    const found = await read(at, wants ? AT_ONCE : need);
    const taken = upTo(found.entries, need, wants);
    items.push(...(await show(wants ? taken.filter(wants) : taken)));
    at = taken.at(-1)?.at ?? at;
    ended = found.ended && taken.length === found.entries.length;
  }
  return { items, next: ended || at === undefined ? null : encodeCursor([at], boundTo) };
}

/** The entries up to the last one that is needed. */
function upTo(entries: readonly Listing[], need: number, wants: Source['wants']): readonly Listing[] {
  if (!wants) return entries.slice(0, need);
  let wanted = 0;
  const end = entries.findIndex((entry) => wants(entry) && ++wanted === need);
  return end < 0 ? entries : entries.slice(0, end + 1);
}

/** What a list by links shows: of records those that are there and that the viewer may see, of the nouns around them all. */
export function sourceOf(
  { table }: Around,
  viewer: Viewer,
  abouts: readonly string[],
  kind: Exclude<LinkKind, 'duplicate'>,
): Source {
  return {
    read: (after, limit) => readLinks(table, abouts, kind, { descending: true, after, limit }),
    show: kind === 'record' ? showRecords(table, viewer) : showEntities(table, viewer, kind),
  };
}

function showRecords(table: DynamoDBDocumentClient, viewer: Viewer): Source['show'] {
  return async (entries) => {
    const records = await loadRecords(
      table,
      entries.map(({ of }) => of),
    );
    const states = entries.flatMap(({ of }) => records.get(of)?.state ?? []);
    return presentRecords(
      table,
      states.filter((state) => !isVoided(state) && maySeeState(viewer, state)),
    );
  };
}

/** Activities and agreements as they are, as far as they fit; of contacts their ids alone. */
export function showEntities(
  table: DynamoDBDocumentClient,
  viewer: Viewer,
  noun: Noun,
  fits: (state: EntityState) => boolean = () => true,
): Source['show'] {
  return async (entries) => {
    const ids = [...new Set(entries.map(({ of }) => of))];
    if (noun === 'contact') return ids.map((id) => ({ id }));
    const found = await loadEntities(table, ids, { consistent: true });
    const states = ids.flatMap((id) => found.get(id)?.state ?? []).filter(fits);
    return presentEntities(table, await withoutUnseen(table, viewer, states));
  };
}

/** The page that a call asks for, its cursor bound to the call, its filters and the caller. */
export function pageOfCall(call: Call, source: Source): Promise<Page> {
  const { cursor, limit, ...filters } = call.query;
  return pageOf(source, { limit: Number(limit ?? DEFAULT_LIMIT), cursor, boundTo: boundTo(call, filters) });
}

/** What the cursors of a list are good for: `list` is the id of the call that goes on with it. */
export const boundTo = (
  call: Call,
  filters: Readonly<Record<string, string>> = {},
  list: string = call.operation.id,
): unknown => {
  const { id, role } = viewerIn(call);
  return { list, of: call.params['id'] ?? null, user: id, role, filters };
};
