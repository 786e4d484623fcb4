import { isErased, type Personal } from '#shared/domain/contact/contact.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { type EntityPosition, listEntities, loadEntities } from '#shared/store/entities.ts';
import { wholeFamilyOf } from '#shared/store/merges.ts';
import { type Answer, etagOf, recordAnswer } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { noneMatches } from '../headers.ts';
import { entityOf } from '../read/entity.ts';
import { readTimeline } from '../read/timeline.ts';
import { MAX_LIMIT, type TimelineEntry } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { maySeePeople, type Presenting, presentContacts } from './present.ts';

/** `GET /v1/contacts/{id}`: with the person, for those who may see people. */
export async function readContact(parts: Presenting, call: Call): Promise<Answer> {
  const { state } = await entityOf(parts.table, call);
  if (noneMatches(call.headers, state.version)) return { status: 304, headers: { etag: etagOf(state.version) } };
  const [body] = await presentContacts(parts, viewerIn(call), [state]);
  const isComplete = body?.['person'] || isErased(state) || !maySeePeople(viewerIn(call));
  if (isComplete) return recordAnswer(200, state, body);
  // The person may have been changed between the two looks, and what was read first be gone: then it stands in the contact as it is now.
  const { state: now } = await entityOf(parts.table, call);
  const [again] = await presentContacts(parts, viewerIn(call), [now]);
  return recordAnswer(200, now, again);
}

/** Pages of the index that one page of a filtered list makes at most: it comes back short then, with a cursor to go on from. */
const PAGES_AT_MOST = 10;

/** `GET /v1/contacts`: the latest change first; with `ids`, those. */
export async function listContacts(parts: Presenting, call: Call): Promise<Answer> {
  const viewer = viewerIn(call);
  const { ids, cursor, limit = MAX_LIMIT, ...filter } = call.query;
  if (ids !== undefined) {
    const wanted = [...new Set(ids.split(','))];
    const found = await loadEntities(parts.table, wanted, { consistent: true });
    const states = wanted.flatMap((id) => found.get(id)?.state ?? []);
    return { status: 200, body: { items: await presentContacts(parts, viewer, states), next: null } };
  }
  const boundTo = { list: 'contact', ...filter, user: viewer.id };
  const [updatedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, boundTo);
  const after = id === undefined ? undefined : { updatedAt: String(updatedAt), id: String(id) };
  const { states, next } = await find(parts, filter, { after, limit: Number(limit) });
  return {
    status: 200,
    body: {
      items: await presentContacts(parts, viewer, states),
      next: next ? encodeCursor([next.updatedAt, next.id], boundTo) : null,
    },
  };
}

interface Filter {
  readonly organisation?: string;
  readonly retentionBefore?: string;
}

/** Contacts that fit a filter, as many as asked for, and where to go on. */
async function find(
  { table }: Presenting,
  { organisation, retentionBefore }: Filter,
  options: { readonly after: EntityPosition | undefined; readonly limit: number },
): Promise<{ states: EntityState[]; next: EntityPosition | undefined }> {
  // What was merged into it, or it into, is the same organisation.
  const family = organisation === undefined ? undefined : new Set(await wholeFamilyOf(table, organisation));
  const fits = (state: EntityState) =>
    (family === undefined || (state.fields['organisations'] as string[]).some((id) => family.has(id))) &&
    (retentionBefore === undefined || (!isErased(state) && (state.fields['retainUntil'] as string) < retentionBefore));
  const isFiltered = organisation !== undefined || retentionBefore !== undefined;
  const states: EntityState[] = [];
  let { after } = options;
  for (let page = 0; page < PAGES_AT_MOST; page++) {
    const limit = isFiltered ? MAX_LIMIT : options.limit - states.length;
    const { positions, ended } = await listEntities(table, 'contact', { after, limit });
    const found = await loadEntities(
      table,
      positions.map((position) => position.id),
      { consistent: true },
    );
    for (const position of positions) {
      const state = found.get(position.id)?.state;
      if (!state || !fits(state)) continue;
      states.push(state);
      if (states.length < options.limit) continue;
      const isLast = ended && position === positions.at(-1);
      return { states, next: isLast ? undefined : position };
    }
    if (ended || positions.length === 0) return { states, next: undefined };
    after = positions.at(-1);
  }
  return { states, next: after };
}

/** `GET /v1/contacts/{id}/timeline`: of the person it says which fields changed, never what they hold or held. */
export async function readContactTimeline(parts: Pick<Presenting, 'table'>, call: Call): Promise<Answer> {
  const answer = await readTimeline(parts, call);
  const { items, next } = answer.body as { items: TimelineEntry[]; next: string | null };
  return { ...answer, body: { items: items.map(withoutPointers), next } };
}

function withoutPointers({ changes, superseded, ...entry }: TimelineEntry): TimelineEntry {
  return {
    ...entry,
    changes: changes.flatMap(fieldsChanged),
    ...(superseded ? { superseded: superseded.flatMap(fieldsChanged) } : {}),
  };
}

/** In the place of the pointer to the person's data, the fields of the person that changed with it. */
export function fieldsChanged(change: TimelineEntry['changes'][number]): TimelineEntry['changes'] {
  if (change.field !== 'personal') return [change];
  const [from, to] = [change.from, change.to] as (Personal | undefined | null)[];
  // Taken away, it takes with it all that there was.
  return (to ? to.changed : (from?.holds ?? [])).map((field) => ({ field: `person/${field}` }));
}
