import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LostReason } from '#shared/domain/pipeline/moves.ts';
import type { Actor } from '#shared/events/envelope.ts';
import { keys } from './keys.ts';
import { batchGet } from './records.ts';

/** What lists say of a record as it is now beside its figures, and of its latest event. */
export interface RecordBrief {
  readonly id: string;
  /** When its latest event was recorded, an instant. */
  readonly updatedAt: string;
  readonly title: string;
  /** Ids. */
  readonly organisations: readonly string[];
  readonly nextStep?: { readonly text: string; readonly dueOn?: string };
  readonly confidential: boolean;
  readonly event: {
    readonly eventId: string;
    readonly actor: Actor;
    /** `data` has more than the reasons where it came with the rest. */
    readonly data: { readonly reason?: string; readonly lostReason?: LostReason };
  };
}

const ATTRIBUTES = [
  'pk',
  'updatedAt',
  'title',
  'organisations',
  'nextStep',
  'confidential',
  'lostReason',
  'event.eventId',
  'event.actor',
  'event.verb',
  'event.data.reason',
  'event.data.lostReason',
] as const;

interface Item extends Omit<RecordBrief, 'id' | 'confidential' | 'event'> {
  readonly pk: string;
  readonly confidential?: boolean;
  readonly lostReason?: LostReason;
  readonly event: Pick<RecordBrief['event'], 'eventId' | 'actor'> & {
    readonly verb: string;
    readonly data?: RecordBrief['event']['data'];
  };
}

/**
 * Consistent reads of up to 100 records. They cost what the whole records would; a third as much has to be sent and unpacked. Ids that
 * have no record are left out.
 */
export async function loadBriefs(table: DynamoDBDocumentClient, ids: readonly string[]): Promise<RecordBrief[]> {
  const items = await batchGet(table, ids.map(keys.record), { attributes: ATTRIBUTES });
  return (items as unknown as Item[]).map(briefOf);
}

/** Of an item as `toRecordItem` lays it out: why a record was logged as lost stands in its stage alone. */
function briefOf({
  pk,
  confidential = false,
  lostReason,
  event: { eventId, actor, verb, data },
  ...said
}: Item): RecordBrief {
  const reasons = verb === 'logged' && lostReason ? { ...data, lostReason } : { ...data };
  return { id: pk, confidential, ...said, event: { eventId, actor, data: reasons } };
}
