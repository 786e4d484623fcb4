import type { keys } from './keys.ts';
import type { IndexName } from './table.ts';

/** What lies under each key; the arguments are those of its function in `keys.ts`, by name. */
export const ITEMS = {
  record: { is: 'A record as it is now, with its latest event in full.', arguments: ['recordId'] },
  history: {
    is: 'One event of a record, what it changed, and what the record was then.',
    arguments: ['recordId', 'eventId'],
  },
  receipt: {
    is: 'What became of an event that was not recorded: refused (30 days) or quarantined.',
    arguments: ['eventId'],
  },
  waiting: {
    is: 'A quarantined event that waits for its record, so that the record finds it.',
    arguments: ['recordId', 'eventId'],
  },
  awaited: {
    is: 'That quarantined events wait for a record: found by its key, for many records at once.',
    arguments: ['recordId'],
  },
  idempotency: {
    is: 'What a first request with an idempotency key left for its repeats (24 hours).',
    arguments: ['hash'],
  },
  entity: {
    is: 'An organisation, a contact, an activity or an agreement as it is now, with its latest event in full.',
    arguments: ['entityId'],
  },
  place: { is: 'A place that was added or changed.', arguments: ['placeId'] },
  user: { is: "A user's settings.", arguments: ['userId'] },
  fxRates: { is: 'The rates of one date, as they were recorded then.', arguments: ['date', 'recordedAt'] },
  fxCurrencies: { is: 'Which currencies have had rates.', arguments: [] },
  audit: { is: 'One change of a setting: who, when, what.', arguments: ['setting', 'at', 'eventId'] },
  generation: { is: 'Which generation of the aggregates is read, and which one is being built.', arguments: [] },
  head: {
    is: "A strand's sums, and the place in the stream up to which they count.",
    arguments: ['generation', 'strand'],
  },
  histogram: {
    is: 'Days of entry and completed stays behind the medians of a strand.',
    arguments: ['generation', 'strand', 'snapshot', 'part'],
  },
  collected: {
    is: 'Changes that come while a generation is being built.',
    arguments: ['generation', 'shardId', 'span'],
  },
  ahead: {
    is: 'Records that a rebuild had seen further on than the stream had come.',
    arguments: ['generation', 'part'],
  },
} as const satisfies Record<keyof typeof keys, { readonly is: string; readonly arguments: readonly string[] }>;

export type ItemName = keyof typeof ITEMS;

export interface AccessPattern {
  readonly who: string;
  readonly asks: string;
  readonly by: { readonly items: readonly ItemName[] } | { readonly index: IndexName };
  /** An index is always read as it was a moment ago. */
  readonly how: 'consistent' | 'eventual' | 'write';
}

const read = (who: string, asks: string, ...items: readonly ItemName[]): AccessPattern => ({
  who,
  asks,
  by: { items },
  how: 'consistent',
});
const write = (who: string, asks: string, ...items: readonly ItemName[]): AccessPattern => ({
  ...read(who, asks, ...items),
  how: 'write',
});
const query = (who: string, asks: string, index: IndexName): AccessPattern => ({
  who,
  asks,
  by: { index },
  how: 'eventual',
});

/** Every way in which the table is used. A request that none of these describes is a new access pattern: add it here first. */
export const ACCESS_PATTERNS: readonly AccessPattern[] = [
  read('intake', 'Has this idempotency key been used?', 'idempotency'),
  write('intake', 'Keep the ids of a first request, if nobody was first', 'idempotency'),
  read('intake', 'Which version is the record at, and what may be done with it?', 'record'),
  read('intake', 'Do the places and organisations exist that a request names?', 'place', 'entity'),
  read('intake, reader', 'Has this event been recorded or refused?', 'record', 'history', 'receipt'),
  write('recorder', 'Log a record, if it is not there', 'record'),
  read('recorder', 'Where do this event and its record stand?', 'record', 'history', 'receipt'),
  write('recorder', 'Put the record at its next version, if it is still at the one that was read', 'record'),
  write('recorder, publisher', "Keep a record's latest event", 'history'),
  write('recorder', 'Keep an organisation that was given by name, if it is new', 'entity'),
  write('recorder', 'Log an entity, or put it at its next version, if it is still at the one that was read', 'entity'),
  read('recorder, reader', 'An entity, where an event of it stands, its timeline', 'entity', 'history', 'receipt'),
  query('reader', 'Entities of a noun by last change', 'byNoun'),
  write('recorder', 'Remember a refusal or a quarantine', 'receipt'),
  write(
    'recorder',
    'Quarantine an event without its record, if that has not come',
    'record',
    'receipt',
    'waiting',
    'awaited',
  ),
  read('publisher', 'Do quarantined events wait for any of these records?', 'awaited'),
  read('publisher', 'Which quarantined events wait for this record?', 'waiting', 'receipt'),
  write('publisher', 'It waits no longer', 'waiting', 'awaited'),
  read('reader', 'One record', 'record'),
  read('reader', "A record's timeline, or the record as it was", 'record', 'history'),
  { ...read('reader', 'Names of the organisations on a page', 'entity'), how: 'eventual' },
  query('reader', 'Records of a kind and stage by last change', 'byUpdated'),
  query('reader', 'Records of a kind and stage by entry into the stage; which stand still', 'byEntered'),
  query('reader', 'Records of a kind and stage by expected close', 'byClose'),
  query('reader', "An owner's records of a kind by last change", 'byOwner'),
  read('reader', 'The records of a page, as they are now', 'record'),
  query('reader', 'What is known of an event by its id alone', 'byEvent'),
  read('reader', 'The pipeline: which generation, and its five heads', 'generation', 'head'),
  read('reader', 'Rates in force on a date', 'fxCurrencies', 'fxRates'),
  read('reader', 'All places, all users', 'place', 'user'),
  write(
    'settings',
    'Put rates, a place or user settings at the next version, with an audit entry',
    'fxRates',
    'fxCurrencies',
    'place',
    'user',
    'audit',
  ),
  write('projector', 'Add a batch of changes to a strand, if nobody else has', 'head'),
  read('projector', 'Sums, medians and generation, where it has not written last', 'generation', 'head', 'histogram'),
  write('projector', 'Keep a new snapshot of a histogram; keep changes for a rebuild', 'histogram', 'collected'),
  read('reconcile', 'Every record and its history, a page at a time (the only scan)', 'record', 'history'),
  read('reconcile', 'Changes collected since a rebuild began', 'collected', 'ahead'),
  write('reconcile', 'Build, switch on and clear away a generation', 'generation', 'head', 'histogram', 'ahead'),
];
