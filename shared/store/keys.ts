import { nounOfId } from '#shared/domain/entity/nouns.ts';

/** Every key of the table is built here and nowhere else. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const RECORD_SK = 'record';
export const ENTITY_SK = 'entity';
export const EVENT_PREFIX = 'event#';
export const RECEIPT_SK = 'receipt';
export const PROBE_SK = 'probe';
export const REPORT_SK = 'report';
export const LISTED_SK = 'listed';

export const keys = {
  record: (recordId: string): Key => ({ pk: recordId, sk: RECORD_SK }),
  history: (recordId: string, eventId: string): Key => ({ pk: recordId, sk: EVENT_PREFIX + eventId }),
  receipt: (eventId: string): Key => ({ pk: eventId, sk: RECEIPT_SK }),
  /** Beside a record that has not come yet: an event that waits for it in quarantine. */
  waiting: (recordId: string, eventId: string): Key => ({ pk: recordId, sk: `waiting#${eventId}` }),
  /** Beside a record that has not come yet: that events wait for it, whichever. */
  awaited: (recordId: string): Key => ({ pk: recordId, sk: 'awaited' }),
  /** `hash` of user and idempotency key. */
  idempotency: (hash: string): Key => ({ pk: `key#${hash}`, sk: 'key' }),
  entity: (id: string): Key => ({ pk: id, sk: ENTITY_SK }),
  /** Found from the organisation that a duplicate was merged into. */
  merged: (into: string, duplicate: string): Key => ({ pk: `merged#${into}`, sk: duplicate }),
  /** `key` is one of those by which names are the same across scripts. */
  organisationName: (key: string, id: string): Key => ({ pk: `name#${key}`, sk: id }),
  /** Two organisations, the lesser id first. */
  dismissal: (one: string, other: string): Key => ({ pk: 'dismissal', sk: `${one}#${other}` }),
  /** That something belongs to something else (`shared/domain/link/links.ts`). */
  link: (about: string, kind: string, date: string, of: string): Key => ({
    pk: `about#${about}`,
    sk: `${kind}#${date}#${of}`,
  }),
  /** What ends on a day, or is missing (`shared/domain/link/expiries.ts`). */
  expiring: (list: string, date: string, of: string, what: string | undefined): Key => ({
    pk: `expiring#${list}`,
    sk: [date, of, ...(what === undefined ? [] : [what])].join('#'),
  }),
  /** Beside a record or an entity: where it is listed. */
  listed: (id: string): Key => ({ pk: id, sk: LISTED_SK }),
  place: (id: string): Key => ({ pk: 'place', sk: id }),
  user: (id: string): Key => ({ pk: 'user', sk: id }),
  /** A message of a partner, by the id that its repeats share. */
  delivery: (deliveryId: string): Key => ({ pk: deliveryId, sk: 'delivery' }),
  partner: (id: string): Key => ({ pk: 'partner', sk: id }),
  subscription: (id: string): Key => ({ pk: 'subscription', sk: id }),
  /** Something that a subscriber is told, by its `webhook-id`. */
  outgoing: (deliveryId: string): Key => ({ pk: deliveryId, sk: 'outgoing' }),
  lease: (of: string): Key => ({ pk: `lease#${of}`, sk: 'lease' }),
  /** The rates of one date, by when they were recorded: the newest stands, the others are kept. */
  fxRates: (date: string, recordedAt: string): Key => ({ pk: 'fx', sk: `${date}#${recordedAt}` }),
  fxCurrencies: (): Key => ({ pk: 'fx', sk: 'currencies' }),
  audit: (subject: string, at: string, eventId: string): Key => ({ pk: `audit#${subject}`, sk: `${at}#${eventId}` }),
  reportSeries: (id: string): Key => ({ pk: 'report-series', sk: id }),
  /** Since when a series from the start, which nobody has put, is made by the clock. */
  reportSeriesSince: (id: string): Key => ({ pk: 'report-series-since', sk: id }),
  /** Its publication is followed from this item. */
  report: (id: string): Key => ({ pk: id, sk: REPORT_SK }),
  /** Every report by when it was published. */
  reportListed: (publishedAt: string, id: string): Key => ({ pk: 'reports', sk: `${publishedAt}#${id}` }),
  /** A series' reports by the end of their periods. */
  reportInSeries: (series: string, to: string, id: string): Key => ({ pk: `reports#${series}`, sk: `${to}#${id}` }),
  /** What became of the mail of a report to one recipient; `recipient` is a hash of the address. */
  mailing: (reportId: string, recipient: string): Key => ({ pk: reportId, sk: `mailing#${recipient}` }),
  generation: (): Key => ({ pk: 'pipeline', sk: 'generation' }),
  head: (generation: number, strand: string): Key => ({ pk: `pipeline#${generation}#${strand}`, sk: 'head' }),
  histogram: (generation: number, strand: string, snapshot: string, part: string): Key => ({
    pk: `pipeline#${generation}#${strand}`,
    sk: `histogram#${snapshot}#${part}`,
  }),
  collected: (generation: number, shardId: string, span: string): Key => ({
    pk: `collect#${generation}`,
    sk: `${shardId}#${span}`,
  }),
  /** Records that a rebuild had seen further on than the stream had come. */
  ahead: (generation: number, part: number): Key => ({ pk: `ahead#${generation}`, sk: `${part}` }),
  /** Steps of one hour that came in one batch, by when the first of them was recorded. */
  journal: (day: string, recordedAt: string, batch: string): Key => ({
    pk: `journal#${day}`,
    sk: `${recordedAt}#${batch}`,
  }),
  /** Snapshots of the cube: what there is, by instant, and the parts of each. */
  cube: (at: string): Key => ({ pk: 'cube', sk: at }),
  cubePart: (at: string, made: string, part: number): Key => ({ pk: `cube#${at}#${made}`, sk: String(part) }),
  journalState: (): Key => ({ pk: 'journal', sk: 'state' }),
  /** Written over and over, so that the shards of the stream have something to count. */
  probe: (number: number): Key => ({ pk: `probe#${number}`, sk: PROBE_SK }),
  /** `shard` is the hash of a shard's name. */
  progress: (shard: string): Key => ({ pk: 'progress', sk: shard }),
  /** Written to find out whether the table takes writes. */
  health: (): Key => ({ pk: 'health', sk: 'health' }),
  /** A record that the pipeline leaves out. */
  uncounted: (recordId: string): Key => ({ pk: 'uncounted', sk: recordId }),
  journalDay: (day: string): Key => ({ pk: 'journal', sk: `day#${day}` }),
} as const;

/** Where a record or an entity lies: its id's prefix says which it is. */
export const subjectKey = (id: string): Key => (nounOfId(id) ? keys.entity(id) : keys.record(id));
