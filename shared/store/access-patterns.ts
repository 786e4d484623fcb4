import type { keys } from './keys.ts';
import type { IndexName } from './table.ts';

/** What lies under each key; the arguments are those of its function in `keys.ts`, by name. */
export const ITEMS = {
  record: { is: 'The current state of a record, with its latest event in full.', arguments: ['recordId'] },
  history: {
    is: "One event of a record, what it changed, and the record's state at that time.",
    arguments: ['recordId', 'eventId'],
  },
  receipt: {
    is: 'The outcome of an event that was not recorded: refused (30 days) or quarantined (90 days after it is settled).',
    arguments: ['eventId'],
  },
  waiting: {
    is: 'A quarantined event that waits for its record.',
    arguments: ['recordId', 'eventId'],
  },
  awaited: {
    is: 'A marker that quarantined events wait for a record; read by key for many records at once.',
    arguments: ['recordId'],
  },
  idempotency: {
    is: 'The reservation of a first request with an idempotency key, for its repeats (24 hours).',
    arguments: ['hash'],
  },
  entity: {
    is: 'The current state of an organisation, contact, activity or agreement, with its latest event in full.',
    arguments: ['entityId'],
  },
  merged: {
    is: 'A duplicate that was merged into an organisation, indexed by that organisation.',
    arguments: ['organisationId', 'duplicateId'],
  },
  organisationName: {
    is: 'An organisation that may have a name, by a key that is the same in all scripts.',
    arguments: ['nameKey', 'organisationId'],
  },
  dismissal: {
    is: 'A decision that two organisations are not duplicates, or its withdrawal.',
    arguments: ['organisationId', 'organisationId'],
  },
  link: {
    is: 'A link: a record, activity, agreement, contact or duplicate listed under an organisation, contact, agreement, record or place.',
    arguments: ['about', 'kind', 'date', 'id'],
  },
  expiring: {
    is: 'An agreement or evidence that ends on a day, or evidence missing from a record.',
    arguments: ['list', 'date', 'id', 'what'],
  },
  listed: {
    is: 'The link manifest of a record or an entity: where it is listed, and at which version; from its second version on.',
    arguments: ['id'],
  },
  place: { is: 'A place that was created or updated.', arguments: ['placeId'] },
  user: { is: "A user's settings.", arguments: ['userId'] },
  delivery: {
    is: 'An authentic message from a partner: when it arrived, and its status (90 days).',
    arguments: ['deliveryId'],
  },
  partner: {
    is: 'A partner system: how it signs, what it may send, how its messages are mapped.',
    arguments: ['partnerId'],
  },
  subscription: { is: 'A subscription: which outcomes are sent where.', arguments: ['subscriptionId'] },
  outgoing: {
    is: 'A delivery to a subscriber: the text, every attempt, when the next is due (30 days after the last change).',
    arguments: ['deliveryId'],
  },
  lease: {
    is: 'A lease: who is changing something outside the table that only one may change at a time.',
    arguments: ['of'],
  },
  fxRates: { is: 'The exchange rates of one date, as recorded at that time.', arguments: ['date', 'recordedAt'] },
  fxCurrencies: { is: 'The currencies that have ever had rates.', arguments: [] },
  audit: { is: 'One change of a setting: who, when, what.', arguments: ['setting', 'at', 'eventId'] },
  reportSeries: { is: 'A report series that was created or updated.', arguments: ['seriesId'] },
  reportSeriesSince: { is: 'Since when a predefined series has been created on schedule.', arguments: ['seriesId'] },
  report: { is: 'A published report: its scope, and its files with their hashes.', arguments: ['reportId'] },
  reportListed: { is: 'A report in the list of all.', arguments: ['publishedAt', 'reportId'] },
  reportInSeries: { is: 'A report in its series.', arguments: ['seriesId', 'to', 'reportId'] },
  mailing: {
    is: "The status of a report's mail to one recipient (400 days).",
    arguments: ['reportId', 'recipient'],
  },
  generation: { is: 'Which generation of the aggregates is read, and which one is being built.', arguments: [] },
  head: {
    is: "A strand's sums, and the checkpoint in the stream up to which they count.",
    arguments: ['generation', 'strand'],
  },
  histogram: {
    is: "The histograms behind a strand's medians: days of entry and completed stays.",
    arguments: ['generation', 'strand', 'snapshot', 'part'],
  },
  collected: {
    is: 'Changes that arrive while a generation is being built.',
    arguments: ['generation', 'shardId', 'span'],
  },
  ahead: {
    is: 'Records that a rebuild read at a later version than the stream had reached.',
    arguments: ['generation', 'part'],
  },
  journal: {
    is: "Steps of records that were recorded in one hour and arrived in one batch; permanent: the history's index by time.",
    arguments: ['day', 'recordedAt', 'batch'],
  },
  cube: {
    is: 'A marker that there is a snapshot of the pipeline at an instant (60 days; the first of a month permanently).',
    arguments: ['at'],
  },
  cubePart: { is: 'A part of such a snapshot, for as long as the snapshot exists.', arguments: ['at', 'made', 'part'] },
  journalState: { is: "How often the journal was repaired from the records' history.", arguments: [] },
  probe: { is: 'A probe to count, when someone waits for counting to pass an instant.', arguments: ['number'] },
  progress: { is: 'The latest probe that was counted in a shard of the stream.', arguments: ['shard'] },
  health: { is: 'When the table was last checked for accepting writes.', arguments: [] },
  uncounted: { is: 'A record that is left out of the pipeline, and the reason.', arguments: ['recordId'] },
  journalDay: { is: 'A marker that a UTC day has steps in the journal.', arguments: ['day'] },
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
  write('intake', 'Reserve the ids of a first request, if nobody else has', 'idempotency'),
  read('intake', "What is the record's version and state?", 'record'),
  read('intake', 'Do the places, organisations and contacts named in a request exist?', 'place', 'entity'),
  read('intake, reader', 'Has this event been recorded or refused?', 'record', 'history', 'receipt'),
  write('recorder', 'Log a record, if it does not exist', 'record'),
  read('recorder', 'What is the status of this event and its record?', 'record', 'history', 'receipt'),
  write('recorder', "Write the record's next version, if it is still at the version read", 'record'),
  write('recorder, publisher', "Store a record's latest event", 'history'),
  write(
    'recorder',
    'Create an organisation given by name, if it is new, with its search keys',
    'entity',
    'organisationName',
  ),
  read('intake', 'Which organisations may have this name?', 'organisationName', 'entity'),
  write('recorder', 'Log an entity, or write its next version, if it is still at the version read', 'entity'),
  read('recorder, reader', 'An entity, the status of one of its events, its timeline', 'entity', 'history', 'receipt'),
  query('organisations', 'All organisations, and those that changed since an instant', 'byNoun'),
  { ...read('organisations', 'The organisations that changed', 'entity'), how: 'eventual' },
  read('organisations', 'One organisation; all dismissals', 'entity', 'dismissal'),
  write('organisations', 'Mark two organisations as not duplicates, with an audit entry', 'dismissal', 'audit'),
  write('recorder', 'Merge an organisation into one that is not itself merged, or undo that', 'entity', 'merged'),
  read('intake, reader, report', 'The survivor of an organisation, and what was merged into it', 'entity', 'merged'),
  query('reader, contacts', 'Entities of a noun by last change', 'byNoun'),
  read('contacts, sweep', 'Contacts: which state of a person is current, who was erased', 'entity'),
  read('contacts', "A contact's timeline and export", 'entity', 'history'),
  read(
    'sweep',
    'Was the event recorded or refused for which a state of a person was written?',
    'entity',
    'history',
    'receipt',
  ),
  write('recorder', 'Store a refusal or a quarantine', 'receipt'),
  write(
    'recorder',
    'Quarantine an event without its record, if the record has not arrived',
    'record',
    'receipt',
    'waiting',
    'awaited',
  ),
  read('publisher', 'Do quarantined events wait for any of these records?', 'awaited'),
  read('publisher', 'Which quarantined events wait for this record?', 'waiting', 'receipt'),
  write('publisher', 'Remove the waiting marker', 'waiting', 'awaited'),
  read('reader', 'One record', 'record'),
  read('reader', "A record's timeline, or its state at a past time", 'record', 'history'),
  { ...read('reader', 'Names of the organisations on a page', 'entity'), how: 'eventual' },
  read('relate', 'Records or entities, and where they are listed', 'record', 'entity', 'listed'),
  read('relate', 'Where it was first listed, without a manifest: its first event', 'history'),
  write(
    'relate',
    'Write the link manifest, if nobody else has; write the links at its version or a later one',
    'listed',
    'link',
    'expiring',
  ),
  write('relate, reconcile', "Store an organisation's search keys", 'organisationName'),
  {
    ...read('around', 'The links of an organisation, a record, an agreement or a place, by date', 'link'),
    how: 'eventual',
  },
  { ...read('around, report', 'Agreements and evidence by last day', 'expiring'), how: 'eventual' },
  read('around', 'The records and entities of a page', 'record', 'entity'),
  query('reader, report', 'Records of a kind and stage by last change; changes in a period', 'byUpdated'),
  query('reader, report', 'Records of a kind and stage by entry into the stage; stalled records', 'byEntered'),
  query('reader, report', 'Records of a kind and stage by expected close', 'byClose'),
  query('report', 'Open records of a kind and stage whose next step is due', 'byNextStep'),
  query('reader', "An owner's records of a kind by last change", 'byOwner'),
  read('reader', 'The records of a page, as they are now', 'record'),
  query('reader', 'An event by its id alone', 'byEvent'),
  read('reader', 'The pipeline: its generation and five aggregates', 'generation', 'head'),
  read('reader', 'Rates in force on a date', 'fxCurrencies', 'fxRates'),
  read('reader', 'All places, all users', 'place', 'user'),
  write(
    'settings',
    'Write the next version of rates, a place or user settings, with an audit entry',
    'fxRates',
    'fxCurrencies',
    'place',
    'user',
    'audit',
  ),
  write('door', 'Store a delivery, unless a repeat was first', 'delivery'),
  read(
    'door, partners',
    'Has this message arrived before, and what is its status?',
    'delivery',
    'record',
    'history',
    'receipt',
  ),
  query('partners', 'Deliveries of a partner by time of receipt', 'byList'),
  read('partners, door, recorder', 'A partner, or all of them', 'partner'),
  write('partners', "Write a partner's next version, with an audit entry", 'partner', 'audit'),
  write('partners', "Acquire and release the lease of a partner's secrets", 'lease'),
  query('partners, reconcile', 'Quarantined items by time of quarantine', 'byList'),
  write('partners, publisher', 'Replay or discard a quarantined item, if it is unchanged since it was read', 'receipt'),
  read('subscriptions, deliver', 'A subscription, or all of them', 'subscription'),
  write('subscriptions, deliver', "Write a subscription's next version, with an audit entry", 'subscription', 'audit'),
  write('subscriptions', "Acquire and release the lease of a subscription's secrets", 'lease'),
  write(
    'deliver, subscriptions',
    'Store a delivery to a subscriber, or its next state if it is unchanged since it was read',
    'outgoing',
  ),
  read(
    'deliver, subscriptions',
    'What is the state of this delivery, and may its record be disclosed?',
    'outgoing',
    'record',
  ),
  query('subscriptions', 'Deliveries to a subscriber by time of creation', 'byList'),
  read(
    'reports',
    'One report, its deliveries; all reports, or those of a series',
    'report',
    'mailing',
    'reportListed',
    'reportInSeries',
  ),
  read('reports, report', 'A series, all series', 'reportSeries'),
  write('reports', "Write a series' next version, with an audit entry", 'reportSeries', 'audit'),
  read(
    'report',
    "A series' newest report before an instant; since when it is active",
    'reportInSeries',
    'reportSeriesSince',
  ),
  write(
    'report',
    'Publish a report, if nobody has; record since when a series is active',
    'report',
    'reportListed',
    'reportInSeries',
    'reportSeriesSince',
  ),
  write('mail', 'Start a mail to a recipient, if nobody has; store its status', 'mailing'),
  read('mail', 'The report, its series, and the status of a mail', 'report', 'reportSeries', 'mailing'),
  write('projector', 'Add a batch of changes to a strand, if nobody else has', 'head'),
  read('projector', 'Sums, medians and generation, if another projector wrote last', 'generation', 'head', 'histogram'),
  write('projector', 'Store the steps of a batch, and mark their day', 'journal', 'journalDay'),
  write('projector', 'Record that a probe was counted', 'progress'),
  write('GET /health', 'Does the table accept writes?', 'health'),
  write('projector, rebuild', 'List a record that cannot be counted, or take it off the list', 'uncounted'),
  read('reports, rebuild', 'Which records are left out of the pipeline?', 'uncounted'),
  write('projector', 'Store a new snapshot of a histogram; store changes for a rebuild', 'histogram', 'collected'),
  read('reconcile', 'Every record and its history, a page at a time', 'record', 'history'),
  read(
    'reconcile',
    'Every record, entity and link, a page at a time',
    'record',
    'entity',
    'listed',
    'link',
    'expiring',
  ),
  write('reports, reconcile', 'Write a probe for every shard to count', 'probe'),
  read('reports, reconcile', 'How far has each shard been counted?', 'progress'),
  read('reader, reports', 'The steps recorded between two instants', 'journalDay', 'journal'),
  read('reader, reports', 'The newest snapshot at or before an instant', 'journalState', 'cube', 'cubePart'),
  write(
    'reconcile',
    'Store a snapshot; repair the journal',
    'cube',
    'cubePart',
    'journal',
    'journalDay',
    'journalState',
  ),
  read('reconcile', 'Changes collected since a rebuild began', 'collected', 'ahead'),
  write('reconcile', 'Build, activate and delete a generation', 'generation', 'head', 'histogram', 'ahead'),
];
