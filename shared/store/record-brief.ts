import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { LostReason } from '#shared/domain/pipeline/moves.ts';
import type { Actor } from '#shared/events/envelope.ts';
import { environment } from '#shared/runtime/environment.ts';
import { TABLE } from './table.ts';

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

/** Names are never written out, since DynamoDB has many words of its own. */
const NAMES = Object.fromEntries(
  ['kind', 'stage', ...ATTRIBUTES.flatMap((path) => path.split('.'))].map((name) => [`#${name}`, name]),
);

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
 * The records of a kind and stage whose latest event was recorded within a span, both ends with it. Instants. It is read from an
 * index, which is a moment late: what has just changed may be missing, or as it was before.
 */
export async function readBriefs(
  table: DynamoDBDocumentClient,
  { kind, stage, from, to }: Readonly<Record<'kind' | 'stage' | 'from' | 'to', string>>,
): Promise<RecordBrief[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      IndexName: TABLE.indexes.byUpdated.name,
      KeyConditionExpression: '#kind = :kind AND #stage = :stage AND #updatedAt BETWEEN :from AND :to',
      ProjectionExpression: ATTRIBUTES.map((path) => path.replace(/[^.]+/g, '#$&')).join(', '),
      ExpressionAttributeNames: NAMES,
      ExpressionAttributeValues: { ':kind': kind, ':stage': stage, ':from': from, ':to': to },
    },
  );
  const found: RecordBrief[] = [];
  for await (const { Items = [] } of pages) found.push(...(Items as unknown as Item[]).map(briefOf));
  return found;
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
