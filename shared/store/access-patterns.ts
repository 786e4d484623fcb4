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
    is: 'What became of an event that was not recorded: refused (30 days) or quarantined (90 days after it is settled).',
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
  merged: {
    is: 'That an organisation was merged into another, found from that one.',
    arguments: ['organisationId', 'duplicateId'],
  },
  organisationName: {
    is: 'That an organisation may be the one that has a name, by a key that is the same in all scripts.',
    arguments: ['nameKey', 'organisationId'],
  },
  dismissal: {
    is: 'That somebody has found two organisations to be two, or took that back.',
    arguments: ['organisationId', 'organisationId'],
  },
  link: {
    is: 'That a record, an activity, an agreement, a contact or a duplicate belongs to an organisation, a contact, an agreement, a record or a place.',
    arguments: ['about', 'kind', 'date', 'id'],
  },
  expiring: {
    is: 'An agreement or evidence that ends on a day, or evidence that a record lacks.',
    arguments: ['list', 'date', 'id', 'what'],
  },
  listed: {
    is: 'Where a record or an entity is listed, and at which version it was: from its second version on.',
    arguments: ['id'],
  },
  place: { is: 'A place that was added or changed.', arguments: ['placeId'] },
  user: { is: "A user's settings.", arguments: ['userId'] },
  delivery: {
    is: 'A message of a partner that was authentic: when it came, what became of it (90 days).',
    arguments: ['deliveryId'],
  },
  partner: { is: 'A partner system: how it signs, what it may send, how that is mapped.', arguments: ['partnerId'] },
  subscription: { is: 'Who is told of outcomes, of which, and where.', arguments: ['subscriptionId'] },
  outgoing: {
    is: 'Something that a subscriber is told: the text, every attempt, when the next is due (30 days after the last change).',
    arguments: ['deliveryId'],
  },
  lease: { is: 'Who changes something outside of the table that only one may change at a time.', arguments: ['of'] },
  fxRates: { is: 'The rates of one date, as they were recorded then.', arguments: ['date', 'recordedAt'] },
  fxCurrencies: { is: 'Which currencies have had rates.', arguments: [] },
  audit: { is: 'One change of a setting: who, when, what.', arguments: ['setting', 'at', 'eventId'] },
  reportSeries: { is: 'A series of reports that was added or changed.', arguments: ['seriesId'] },
  reportSeriesSince: { is: 'Since when a series from the start has been made by the clock.', arguments: ['seriesId'] },
  report: { is: 'A published report: what it is of, and its forms with their hashes.', arguments: ['reportId'] },
  reportListed: { is: 'A report in the list of all.', arguments: ['publishedAt', 'reportId'] },
  reportInSeries: { is: 'A report in its series.', arguments: ['seriesId', 'to', 'reportId'] },
  mailing: {
    is: 'What became of the mail of a report to one recipient (400 days).',
    arguments: ['reportId', 'recipient'],
  },
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
  journal: {
    is: "Steps of records that were recorded in one hour and came in one batch; kept: it is the history's index by time.",
    arguments: ['day', 'recordedAt', 'batch'],
  },
  cube: {
    is: 'That there is a snapshot of the pipeline at an instant (60 days; the first of a month for ever).',
    arguments: ['at'],
  },
  cubePart: { is: 'A part of such a snapshot, as long as it is kept.', arguments: ['at', 'made', 'part'] },
  journalState: { is: "How often the journal was mended from the records' history.", arguments: [] },
  probe: { is: 'Something to count, where someone waits for counting to pass an instant.', arguments: ['number'] },
  progress: { is: 'The latest probe that was counted in a shard of the stream.', arguments: ['shard'] },
  health: { is: 'When the table was last checked to take writes.', arguments: [] },
  uncounted: { is: 'That a record is left out of the pipeline, and why.', arguments: ['recordId'] },
  journalDay: { is: 'That a day in UTC has steps in the journal.', arguments: ['day'] },
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
  read('intake', 'Do the places, organisations and contacts exist that a request names?', 'place', 'entity'),
  read('intake, reader', 'Has this event been recorded or refused?', 'record', 'history', 'receipt'),
  write('recorder', 'Log a record, if it is not there', 'record'),
  read('recorder', 'Where do this event and its record stand?', 'record', 'history', 'receipt'),
  write('recorder', 'Put the record at its next version, if it is still at the one that was read', 'record'),
  write('recorder, publisher', "Keep a record's latest event", 'history'),
  write(
    'recorder',
    'Keep an organisation that was given by name, if it is new, and what it is found by',
    'entity',
    'organisationName',
  ),
  read('intake', 'Which organisations may have this name?', 'organisationName', 'entity'),
  write('recorder', 'Log an entity, or put it at its next version, if it is still at the one that was read', 'entity'),
  read('recorder, reader', 'An entity, where an event of it stands, its timeline', 'entity', 'history', 'receipt'),
  query('organisations', 'All organisations, and those that changed since an instant', 'byNoun'),
  { ...read('organisations', 'The organisations that changed', 'entity'), how: 'eventual' },
  read('organisations', 'One organisation; all dismissals', 'entity', 'dismissal'),
  write('organisations', 'Say that two organisations are two, with an audit entry', 'dismissal', 'audit'),
  write('recorder', 'Merge an organisation into another that is merged into none, or undo that', 'entity', 'merged'),
  read('intake, reader, report', 'Who stands for an organisation, and what was merged into it', 'entity', 'merged'),
  query('reader, contacts', 'Entities of a noun by last change', 'byNoun'),
  read('contacts, sweep', 'Contacts as they are now: which state of a person stands, who was erased', 'entity'),
  read('contacts', "A contact's timeline and export", 'entity', 'history'),
  read(
    'sweep',
    'Was the event recorded or refused that a state of a person was written for?',
    'entity',
    'history',
    'receipt',
  ),
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
  read('relate', 'Records or entities, and where they are listed', 'record', 'entity', 'listed'),
  read('relate', 'Where it was listed at first, if nothing says so: the event that it began with', 'history'),
  write(
    'relate',
    'Say where it is to be listed, if nobody else has; list it there at its version or a later one',
    'listed',
    'link',
    'expiring',
  ),
  write('relate, reconcile', 'Keep what an organisation is found by', 'organisationName'),
  {
    ...read('around', 'What belongs to an organisation, a record, an agreement or a place, by date', 'link'),
    how: 'eventual',
  },
  { ...read('around, report', 'Agreements and evidence by the day on which they end', 'expiring'), how: 'eventual' },
  read('around', 'The records and entities of a page', 'record', 'entity'),
  query('reader, report', 'Records of a kind and stage by last change; what changed in a period', 'byUpdated'),
  query('reader, report', 'Records of a kind and stage by entry into the stage; which stand still', 'byEntered'),
  query('reader, report', 'Records of a kind and stage by expected close', 'byClose'),
  query('report', 'Open records of a kind and stage whose next step is due', 'byNextStep'),
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
  write('door', 'Keep a delivery, if none of its repeats was first', 'delivery'),
  read(
    'door, partners',
    'Has this message come before, and what became of it?',
    'delivery',
    'record',
    'history',
    'receipt',
  ),
  query('partners', 'Deliveries of a partner by when they came', 'byList'),
  read('partners, door, recorder', 'A partner, or all of them', 'partner'),
  write('partners', 'Put a partner at the next version, with an audit entry', 'partner', 'audit'),
  write('partners', "Take and give back the lease of a partner's secrets", 'lease'),
  query('partners, reconcile', 'What waits in quarantine, or did, by when it was set aside', 'byList'),
  write('partners, publisher', 'Replay or discard what is in quarantine, if it is as it was read', 'receipt'),
  read('subscriptions, deliver', 'A subscription, or all of them', 'subscription'),
  write(
    'subscriptions, deliver',
    'Put a subscription at the next version, with an audit entry',
    'subscription',
    'audit',
  ),
  write('subscriptions', "Take and give back the lease of a subscription's secrets", 'lease'),
  write(
    'deliver, subscriptions',
    'Keep a delivery to a subscriber, or its next state if it is as it was read',
    'outgoing',
  ),
  read(
    'deliver, subscriptions',
    'How far has this delivery come, and may its record be told of?',
    'outgoing',
    'record',
  ),
  query('subscriptions', 'Deliveries to a subscriber by when they were made', 'byList'),
  read(
    'reports',
    'One report, its deliveries; all reports, or those of a series',
    'report',
    'mailing',
    'reportListed',
    'reportInSeries',
  ),
  read('reports, report', 'A series, all series', 'reportSeries'),
  write('reports', 'Put a series at the next version, with an audit entry', 'reportSeries', 'audit'),
  read(
    'report',
    "A series' newest report before an instant; since when it is made",
    'reportInSeries',
    'reportSeriesSince',
  ),
  write(
    'report',
    'Publish a report, if nobody has; note since when a series is made',
    'report',
    'reportListed',
    'reportInSeries',
    'reportSeriesSince',
  ),
  write('mail', 'Begin a mail to a recipient, if nobody has; say what became of it', 'mailing'),
  read('mail', 'The report, its series, and what became of a mail', 'report', 'reportSeries', 'mailing'),
  write('projector', 'Add a batch of changes to a strand, if nobody else has', 'head'),
  read('projector', 'Sums, medians and generation, where it has not written last', 'generation', 'head', 'histogram'),
  write('projector', 'Keep the steps of a batch, and that their day has some', 'journal', 'journalDay'),
  write('projector', 'Say that a probe was counted', 'progress'),
  write('GET /health', 'Does the table take writes?', 'health'),
  write('projector, rebuild', 'List a record that cannot be counted, or take it off the list', 'uncounted'),
  read('reports, rebuild', 'Which records are left out of the pipeline?', 'uncounted'),
  write('projector', 'Keep a new snapshot of a histogram; keep changes for a rebuild', 'histogram', 'collected'),
  read('reconcile', 'Every record and its history, a page at a time', 'record', 'history'),
  read(
    'reconcile',
    'Every record, entity, and what is listed, a page at a time',
    'record',
    'entity',
    'listed',
    'link',
    'expiring',
  ),
  write('reports, reconcile', 'Give every shard something to count', 'probe'),
  read('reports, reconcile', 'How far has each shard been counted?', 'progress'),
  read('reader, reports', 'The steps recorded between two instants', 'journalDay', 'journal'),
  read('reader, reports', 'The newest snapshot at or before an instant', 'journalState', 'cube', 'cubePart'),
  write('reconcile', 'Keep a snapshot; mend the journal', 'cube', 'cubePart', 'journal', 'journalDay', 'journalState'),
  read('reconcile', 'Changes collected since a rebuild began', 'collected', 'ahead'),
  write('reconcile', 'Build, switch on and clear away a generation', 'generation', 'head', 'histogram', 'ahead'),
];
