import type { keys } from './keys.ts';
import type { IndexName } from './table.ts';

/** What lies under each key; the arguments are those of its function in `keys.ts`, by name. */
export const ITEMS = {
  record: { is: 'A record as it is now, with its latest event in full.', arguments: ['recordId'] },
  history: { is: 'One event of a record, what it changed, and what the record was then.', arguments: ['recordId', 'eventId'] },
  receipt: { is: 'What became of an event that was not recorded: refused (30 days) or quarantined.', arguments: ['eventId'] },
  waiting: { is: 'A quarantined event that waits for its record, so that the record finds it.', arguments: ['recordId', 'eventId'] },
  idempotency: { is: 'What a first request with an idempotency key left for its repeats (24 hours).', arguments: ['hash'] },
  organisation: { is: 'An organisation.', arguments: ['organisationId'] },
  place: { is: 'A place that was added or changed.', arguments: ['placeId'] },
  user: { is: "A user's settings.", arguments: ['userId'] },
  fxRates: { is: 'The rates of one date, as they were recorded then.', arguments: ['date', 'recordedAt'] },
  fxCurrencies: { is: 'Which currencies have had rates.', arguments: [] },
  audit: { is: 'One change of a setting: who, when, what.', arguments: ['setting', 'at', 'eventId'] },
  generation: { is: 'Which generation of the aggregates is read, and which one is being built.', arguments: [] },
  head: { is: "A strand's sums, and the place in the stream up to which they count.", arguments: ['generation', 'strand'] },
  histogram: { is: 'Days of entry and completed stays behind the medians of a strand.', arguments: ['generation', 'strand', 'snapshot', 'part'] },
  collected: { is: 'Changes that come while a generation is being built.', arguments: ['generation', 'shardId', 'firstSequence'] },
  ahead: { is: 'Records that a rebuild had seen further on than the stream had come.', arguments: ['generation', 'part'] },
} as const satisfies Record<keyof typeof keys, { readonly is: string; readonly arguments: readonly string[] }>;

export type ItemName = keyof typeof ITEMS;

export interface AccessPattern {
  readonly who: string;
  readonly asks: string;
  readonly by: { readonly items: readonly ItemName[] } | { readonly index: IndexName };
  /** An index is always read as it was a moment ago. */
  readonly read: 'consistent' | 'eventual' | 'write';
}

/** Every way in which the table is used. A request that none of these describes is a new access pattern: add it here first. */
export const ACCESS_PATTERNS: readonly AccessPattern[] = [
  { who: 'intake', asks: 'Has this idempotency key been used?', by: { items: ['idempotency'] }, read: 'consistent' },
  { who: 'intake', asks: 'Keep the ids of a first request, if nobody was first', by: { items: ['idempotency'] }, read: 'write' },
  { who: 'intake', asks: 'Which version is the record at, and what may be done with it?', by: { items: ['record'] }, read: 'consistent' },
  { who: 'intake', asks: 'Do the places and organisations exist that a request names?', by: { items: ['place', 'organisation'] }, read: 'consistent' },
  { who: 'intake, reader', asks: 'Has this event been recorded or refused?', by: { items: ['record', 'history', 'receipt'] }, read: 'consistent' },
  { who: 'recorder', asks: 'Log a record, if it is not there', by: { items: ['record'] }, read: 'write' },
  { who: 'recorder', asks: 'Where do this event and its record stand?', by: { items: ['record', 'history', 'receipt'] }, read: 'consistent' },
  { who: 'recorder', asks: 'Put the record at its next version, if it is still at the one that was read', by: { items: ['record'] }, read: 'write' },
  { who: 'recorder, publisher', asks: "Keep a record's latest event", by: { items: ['history'] }, read: 'write' },
  { who: 'recorder', asks: 'Keep an organisation that was given by name, if it is new', by: { items: ['organisation'] }, read: 'write' },
  { who: 'recorder', asks: 'Remember a refusal or a quarantine', by: { items: ['receipt'] }, read: 'write' },
  { who: 'recorder', asks: 'Quarantine an event without its record, if that has not come', by: { items: ['record', 'receipt', 'waiting'] }, read: 'write' },
  { who: 'publisher', asks: 'Which quarantined events wait for this record?', by: { items: ['waiting', 'receipt'] }, read: 'consistent' },
  { who: 'publisher', asks: 'It waits no longer', by: { items: ['waiting'] }, read: 'write' },
  { who: 'reader', asks: 'One record', by: { items: ['record'] }, read: 'consistent' },
  { who: 'reader', asks: "A record's timeline, or the record as it was", by: { items: ['record', 'history'] }, read: 'consistent' },
  { who: 'reader', asks: 'Names of the organisations on a page', by: { items: ['organisation'] }, read: 'eventual' },
  { who: 'reader', asks: 'Records of a kind and stage by last change', by: { index: 'byUpdated' }, read: 'eventual' },
  { who: 'reader', asks: 'Records of a kind and stage by entry into the stage; which stand still', by: { index: 'byEntered' }, read: 'eventual' },
  { who: 'reader', asks: 'Records of a kind and stage by expected close', by: { index: 'byClose' }, read: 'eventual' },
  { who: 'reader', asks: "An owner's records of a kind by last change", by: { index: 'byOwner' }, read: 'eventual' },
  { who: 'reader', asks: 'The records of a page, as they are now', by: { items: ['record'] }, read: 'consistent' },
  { who: 'reader', asks: 'What is known of an event by its id alone', by: { index: 'byEvent' }, read: 'eventual' },
  { who: 'reader', asks: 'The pipeline: which generation, and its five heads', by: { items: ['generation', 'head'] }, read: 'consistent' },
  { who: 'reader', asks: 'Rates in force on a date', by: { items: ['fxCurrencies', 'fxRates'] }, read: 'consistent' },
  { who: 'reader', asks: 'All places, all users', by: { items: ['place', 'user'] }, read: 'consistent' },
  { who: 'settings', asks: 'Put rates, a place or user settings at the next version, with an audit entry', by: { items: ['fxRates', 'fxCurrencies', 'place', 'user', 'audit'] }, read: 'write' },
  { who: 'projector', asks: 'Add a batch of changes to a strand, if nobody else has', by: { items: ['head'] }, read: 'write' },
  { who: 'projector', asks: 'Sums, medians and generation, where it has not written last', by: { items: ['generation', 'head', 'histogram'] }, read: 'consistent' },
  { who: 'projector', asks: 'Keep a new snapshot of a histogram; keep changes for a rebuild', by: { items: ['histogram', 'collected'] }, read: 'write' },
  { who: 'reconcile', asks: 'Every record and its history, a page at a time (the only scan)', by: { items: ['record', 'history'] }, read: 'consistent' },
  { who: 'reconcile', asks: 'Changes collected since a rebuild began', by: { items: ['collected', 'ahead'] }, read: 'consistent' },
  { who: 'reconcile', asks: 'Build, switch on and clear away a generation', by: { items: ['generation', 'head', 'histogram', 'ahead'] }, read: 'write' },
];
