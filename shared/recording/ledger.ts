import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type EntityEvent, evolveEntity, judgeEntity } from '#shared/domain/entity/evolve.ts';
import { isNoun } from '#shared/domain/entity/nouns.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { refuseMerge } from '#shared/domain/organisation/merge.ts';
import type { Changes, RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { judge, type Verdict } from '#shared/domain/record/judge.ts';
import type { Refusal } from '#shared/domain/record/refusal.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { loadEntity, putEntity } from '#shared/store/entities.ts';
import { entityHistoryItem, historyItem, putHistory } from '#shared/store/history.ts';
import { loadSurvivor, putMerge } from '#shared/store/merges.ts';
import { loadRecord, putRecord } from '#shared/store/records.ts';
import { type Standing, standingAt } from '#shared/store/standing.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import { mayTouch } from './partner-rights.ts';
import { asAmendment, isPartnersLogging } from './told-again.ts';

/** Whatever an event tells of: a record of the pipeline, or an entity around it. */
export type AnyEvent = RecordEvent | EntityEvent;

/** What partners were granted, and where what they told is kept. */
type Rights = Parameters<typeof mayTouch>[0];

interface Loaded<State> {
  readonly state: State;
  readonly event: StoredEvent;
}

/** How one sort of thing is judged, evolved and kept: all that recording needs to know of it. */
export interface Ledger<State extends { readonly version: number; readonly updatedAt: string }, Event> {
  readonly judge: (state: State | undefined, event: Event) => Verdict;
  readonly evolve: (
    state: State | undefined,
    event: Event,
    recordedAt: string,
  ) => { state: State; changes: Changes; superseded: Readonly<Record<string, unknown>> };
  readonly standing: (table: DynamoDBDocumentClient, id: string, eventId: string) => Promise<Standing<Loaded<State>>>;
  readonly keepLatest: (table: DynamoDBDocumentClient, loaded: Loaded<State>) => Promise<void>;
  readonly put: (
    table: DynamoDBDocumentClient,
    state: State,
    event: StoredEvent,
    previousVersion: number | undefined,
  ) => Promise<void>;
  /** What stands against it outside of what it tells of; looked at once the rules have nothing against it. */
  readonly refusalBeside?: (table: DynamoDBDocumentClient, state: State, event: Event) => Promise<Refusal | undefined>;
  /** Whether a partner may tell of it. */
  readonly mayTell: (rights: Rights, partner: string, loaded: Loaded<State>) => Promise<boolean>;
  /** An event as it is judged where what it tells of is there already. */
  readonly toldOf: (rights: Rights, event: Event, teller: string) => Promise<Event>;
  /** What the history keeps of the event's own words: nothing where the changes say them. */
  readonly words: (event: Event) => StoredEvent['data'];
}

/** A partner's logging of what is there already amends it. */
async function toldAgain({ partners }: Rights, event: RecordEvent, teller: string): Promise<RecordEvent> {
  return isPartnersLogging(event) ? asAmendment(event, (await partners.get(teller))?.defaults) : event;
}

/** An amendment's words are in the changes; who gave evidence stands beside it. */
function wordsOf(event: RecordEvent): StoredEvent['data'] {
  if (event.verb === 'amended') return {};
  if (event.verb === 'evidenced') return withoutAuthor(event.data);
  if (event.verb !== 'logged' || !event.data.evidence) return event.data;
  const evidence = event.data.evidence.map(withoutAuthor);
  // The record's item gives it back in this order.
  return { ...event.data, evidence: evidence.sort((a, b) => (a.type < b.type ? -1 : 1)) };
}

const withoutAuthor = <Value extends { readonly author: string }>({ author: _, ...evidence }: Value) => evidence;

export const RECORDS: Ledger<RecordState, RecordEvent> = {
  judge,
  evolve,
  standing: (table, id, eventId) => standingAt(table, loadRecord, id, eventId),
  keepLatest: (table, loaded) => putHistory(table, historyItem(loaded)),
  put: putRecord,
  mayTell: mayTouch,
  toldOf: toldAgain,
  words: wordsOf,
};

const wordsOfAmendment = ({ reason }: EntityEvent) => (reason === undefined ? {} : { reason });

/** An organisation is merged into one that is there and merged into none: otherwise rings would come of it. */
async function refusalOfMerge(
  table: DynamoDBDocumentClient,
  state: EntityState,
  { kind, fields }: EntityEvent,
): Promise<Refusal | undefined> {
  const into = fields['mergedInto'];
  if (kind !== 'organisation' || typeof into !== 'string') return undefined;
  return refuseMerge(state, into, (await loadSurvivor(table, into))?.state);
}

export const ENTITIES: Ledger<EntityState, EntityEvent> = {
  judge: judgeEntity,
  evolve: evolveEntity,
  standing: (table, id, eventId) => standingAt(table, loadEntity, id, eventId),
  keepLatest: (table, loaded) => putHistory(table, entityHistoryItem(loaded)),
  put: (table, state, event, previousVersion) =>
    event.changes['mergedInto'] && previousVersion !== undefined
      ? putMerge(table, state, event, previousVersion)
      : putEntity(table, state, event, previousVersion),
  refusalBeside: refusalOfMerge,
  // No partner may send what tells of an entity: it only names organisations.
  mayTell: async () => false,
  toldOf: async (_, event) => event,
  words: (event) => (event.verb === 'amended' ? wordsOfAmendment(event) : event.fields),
};

export const isEntityEvent = (event: AnyEvent): event is EntityEvent => isNoun(event.kind);
