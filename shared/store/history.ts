import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { type EntityEvent, evolveEntity } from '#shared/domain/entity/evolve.ts';
import { type Noun, nounOfId } from '#shared/domain/entity/nouns.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Subject } from '#shared/domain/link/links.ts';
import type { LoggedData, RecordEvent, Told } from '#shared/domain/record/changes.ts';
import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { type RecordState, stageNow } from '#shared/domain/record/state.ts';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, put } from './batch-write.ts';
import type { LoadedEntity } from './entities.ts';
import { EVENT_PREFIX, keys } from './keys.ts';
import { batchGet } from './records.ts';
import type { StoredEvent } from './stored-event.ts';

/** What a record was right after an event: what outcome events tell and reports count. */
export interface Snapshot {
  readonly strand: string;
  readonly stage: string;
  readonly place?: string;
  readonly owner?: string;
  readonly value?: { readonly amount: string; readonly currency: string };
  readonly probability?: number;
  readonly partner?: string;
  readonly confidential?: true;
}

/** An item of a record's history: one event, what it changed, and what the record was then. */
export type HistoryItem = StoredEvent & { readonly pk: string; readonly sk: string; readonly after: Snapshot };

/** The history item of a record's latest event. It follows from the record's item alone, so whoever comes first may write it. */
export function historyItem({ state, event }: { state: RecordState; event: StoredEvent }): HistoryItem {
  const { strand, place, owner, value, probability } = state.fields;
  const partner = (state.fields['externalRef'] as { partner: string } | undefined)?.partner;
  const confidential = isConfidential(state) || undefined;
  const after = { strand, stage: stageNow(state).stage, place, owner, value, probability, partner, confidential };
  return { ...keys.history(state.id, event.eventId), ...event, after: after as Snapshot };
}

/** What an entity was right after an event: what outcome events tell of it. */
interface EntitySnapshot {
  readonly type?: string;
  readonly place?: string;
}

export type EntityHistoryItem = StoredEvent & {
  readonly pk: string;
  readonly sk: string;
  readonly after: EntitySnapshot;
};

/** The history item of an entity's latest event. */
export function entityHistoryItem({ state, event }: LoadedEntity): EntityHistoryItem {
  const { type, place } = state.fields as EntitySnapshot;
  return {
    ...keys.history(state.id, event.eventId),
    ...event,
    after: { ...(type ? { type } : {}), ...(place ? { place } : {}) },
  };
}

/** Writes a history item. A second write of the same item changes nothing, and so makes no record in the stream. */
export async function putHistory(table: DynamoDBDocumentClient, item: HistoryItem | EntityHistoryItem): Promise<void> {
  await table.send(new PutCommand({ TableName: environment('tableName'), Item: item }));
}

/** The same for many, by as few requests as there can be. The same item may be among them more than once. */
export const putHistories = (
  table: DynamoDBDocumentClient,
  items: readonly (HistoryItem | EntityHistoryItem)[],
): Promise<void> =>
  batchWrite(table, [...new Map(items.map((item) => [`${item.pk} ${item.sk}`, put({ ...item })])).values()]);

/**
 * Every event of a record in the order of recording, the latest one included whether or not its history item has been written yet:
 * `latest` is what the record itself carries.
 */
export const loadHistory = (
  table: DynamoDBDocumentClient,
  latest: { state: RecordState; event: StoredEvent },
): Promise<HistoryItem[]> => readHistory(table, historyItem(latest));

/** The same of an entity. */
export const loadEntityHistory = (table: DynamoDBDocumentClient, latest: LoadedEntity): Promise<EntityHistoryItem[]> =>
  readHistory(table, entityHistoryItem(latest));

async function readHistory<Item extends StoredEvent & { readonly pk: string }>(
  table: DynamoDBDocumentClient,
  latest: Item,
): Promise<Item[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :events)',
      ExpressionAttributeValues: { ':pk': latest.pk, ':events': EVENT_PREFIX },
      ConsistentRead: true,
    },
  );
  const items: Item[] = [];
  for await (const page of pages) items.push(...((page.Items ?? []) as unknown as Item[]));
  if (!items.some((item) => item.eventId === latest.eventId)) items.push(latest);
  return items.sort((a, b) => a.version - b.version);
}

/**
 * A record or an entity right after the event that it began with. Throws where that event is not in its history: of what has moved on
 * since, it always is.
 */
export async function loadFirst(table: DynamoDBDocumentClient, { id, base }: Subject): Promise<Subject> {
  const [item] = await batchGet(table, [keys.history(id, base.by)]);
  const first = item && firstOf(item as unknown as HistoryItem);
  if (!first) throw new Error(`${base.by}, by which ${id} was logged, is not in its history.`);
  return first;
}

const firstOf = (item: HistoryItem): Subject | undefined =>
  nounOfId(item.pk)
    ? foldEntityHistory([item as EntityHistoryItem], { asOf: item.recordedAt, basis: 'as-known-then' })
    : statesOf([item])[0];

export type Basis = 'as-known-then' | 'as-known-now';

/**
 * A record as it was at an instant, from its history: by what had been recorded by then (`as-known-then`), or by what had occurred
 * by then as known today. Undefined where it was not there yet.
 */
export function foldHistory(
  items: readonly HistoryItem[],
  view: { readonly asOf: string; readonly basis: Basis },
): RecordState | undefined {
  const counts = (item: HistoryItem) =>
    (view.basis === 'as-known-then' ? item.recordedAt : item.occurredAt) <= view.asOf;
  return statesOf(items.filter(counts)).at(-1);
}

/** A record after each of these events, which are in the order of recording; nothing where its logging is not the first. */
export function statesOf(items: readonly HistoryItem[]): RecordState[] {
  if (items[0]?.verb !== 'logged') return [];
  const states: RecordState[] = [];
  for (const item of items) {
    const before = states.at(-1);
    states.push(evolve(before, retell(item, before), item.recordedAt).state);
  }
  return states;
}

/** The event of a history item as the record was once told it. */
function retell(item: HistoryItem, state: RecordState | undefined): RecordEvent {
  const common = {
    recordId: item.pk,
    kind: kindOfId(item.pk) as RecordEvent['kind'],
    eventId: item.eventId,
    occurredAt: item.occurredAt,
    by: item.actor.type,
    ...(item.seen && state ? { expectedVersion: state.version } : {}),
  };
  return { ...common, ...told(item) };
}

function told(item: HistoryItem): Told {
  switch (item.verb) {
    case 'logged':
      return { verb: 'logged', data: withEvidence(withOrganisations(item.data), item.actor.id) as LoggedData };
    case 'evidenced':
      return { verb: 'evidenced', data: { ...item.data, author: item.actor.id } } as Told;
    case 'amended': {
      const changed = Object.entries(item.changes).map(([name, { to }]) => [name, to ?? null] as const);
      const fields = { ...Object.fromEntries(changed), ...item.superseded };
      return { verb: 'amended', data: { fields: withOrganisations(fields) } };
    }
    default:
      return { verb: item.verb, data: item.data } as Told;
  }
}

const withEvidence = (data: Readonly<Record<string, unknown>>, author: string) =>
  Array.isArray(data['evidence'])
    ? { ...data, evidence: (data['evidence'] as object[]).map((each) => ({ ...each, author })) }
    : data;

const withOrganisations = (fields: Readonly<Record<string, unknown>>) =>
  Array.isArray(fields['organisations'])
    ? { ...fields, organisations: (fields['organisations'] as string[]).map((id) => ({ id })) }
    : fields;

/** An entity as it was at an instant, in the same two ways. Undefined where it was not there yet. */
export function foldEntityHistory(
  items: readonly EntityHistoryItem[],
  { asOf, basis }: { readonly asOf: string; readonly basis: Basis },
): EntityState | undefined {
  let state: EntityState | undefined;
  for (const item of items) {
    if ((basis === 'as-known-then' ? item.recordedAt : item.occurredAt) > asOf) continue;
    if (!state && item.verb !== 'logged') return undefined;
    const changed = Object.entries(item.changes).map(([name, { to }]) => [name, to ?? null] as const);
    const fields = item.verb === 'logged' ? item.data : { ...Object.fromEntries(changed), ...item.superseded };
    const event: EntityEvent = {
      recordId: item.pk,
      kind: nounOfId(item.pk) as Noun,
      eventId: item.eventId,
      occurredAt: item.occurredAt,
      by: item.actor.type,
      verb: item.verb as EntityEvent['verb'],
      fields,
      ...(item.seen && state ? { expectedVersion: state.version } : {}),
    };
    state = evolveEntity(state, event, item.recordedAt).state;
  }
  return state;
}
