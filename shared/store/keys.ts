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
  place: (id: string): Key => ({ pk: 'place', sk: id }),
  user: (id: string): Key => ({ pk: 'user', sk: id }),
  /** The rates of one date, by when they were recorded: the newest stands, the others are kept. */
  fxRates: (date: string, recordedAt: string): Key => ({ pk: 'fx', sk: `${date}#${recordedAt}` }),
  fxCurrencies: (): Key => ({ pk: 'fx', sk: 'currencies' }),
  audit: (subject: string, at: string, eventId: string): Key => ({ pk: `audit#${subject}`, sk: `${at}#${eventId}` }),
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
} as const;

/** Where a record or an entity lies: its id's prefix says which it is. */
export const subjectKey = (id: string): Key => (nounOfId(id) ? keys.entity(id) : keys.record(id));
