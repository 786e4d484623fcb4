import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Refusal } from '#shared/domain/record/refusal.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys, subjectKey } from './keys.ts';
import { TABLE } from './table.ts';

/** How long a refusal is remembered, in seconds: 30 days, more than the 96 hours in which an event may be delivered again. */
const REJECTION_SECONDS = 30 * 24 * 3600;

export type QuarantineReason =
  | 'unknown-event'
  | 'invalid-event'
  | 'record-missing'
  | 'version-ahead'
  | 'occurred-in-future';

interface Common {
  readonly eventId: string;
  readonly recordId?: string;
  /** The `detail-type` it came under. */
  readonly type: string;
  readonly at: string;
  readonly actor?: { readonly type: string; readonly id: string };
  readonly correlationId?: string;
}

/** What became of an event that was not recorded. */
export type Receipt = Common &
  (
    | { readonly status: 'rejected'; readonly refusal: Refusal }
    | {
        readonly status: 'quarantined';
        readonly reason: QuarantineReason;
        readonly errors: readonly { pointer: string; detail: string }[];
        /** The whole event as JSON text, to be mended and replayed. */
        readonly event: string;
      }
  );

export const fromReceiptItem = ({ pk: _, sk: __, expiresAt: ___, ...receipt }: Record<string, unknown>): Receipt =>
  receipt as unknown as Receipt;

function toItem(receipt: Receipt): Record<string, unknown> {
  const expires =
    receipt.status === 'rejected' ? { expiresAt: Math.floor(Date.parse(receipt.at) / 1000) + REJECTION_SECONDS } : {};
  return { ...keys.receipt(receipt.eventId), ...receipt, ...expires };
}

/**
 * Keeps what became of an event. The first word stands, and a second one for the same event changes nothing; only what had been
 * quarantined can still be refused.
 */
export async function putReceipt(table: DynamoDBDocumentClient, receipt: Receipt): Promise<void> {
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: toItem(receipt),
        ...(receipt.status === 'quarantined'
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'attribute_not_exists(pk) OR #status = :quarantined',
              ExpressionAttributeNames: { '#status': 'status' },
              ExpressionAttributeValues: { ':quarantined': 'quarantined' },
            }),
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}

/**
 * Quarantines an event that waited for its record in vain, unless the record has come meanwhile: then it answers false, and the
 * event can be recorded. Together with the look for waiting events when a record comes, no event is left behind.
 */
export async function quarantineWithoutRecord(
  table: DynamoDBDocumentClient,
  receipt: Receipt & { recordId: string },
): Promise<boolean> {
  const TableName = environment('tableName');
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName,
              Key: subjectKey(receipt.recordId),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          { Put: { TableName, Item: toItem(receipt) } },
          { Put: { TableName, Item: { ...keys.waiting(receipt.recordId, receipt.eventId), event: receipt.eventId } } },
          { Put: { TableName, Item: keys.awaited(receipt.recordId) } },
        ],
      }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons;
    if (reasons?.[0]?.Code === 'ConditionalCheckFailed') return false;
    throw error;
  }
}

export async function loadReceipt(table: DynamoDBDocumentClient, eventId: string): Promise<Receipt | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.receipt(eventId), ConsistentRead: true }),
  );
  return Item ? fromReceiptItem(Item) : undefined;
}

/** Keys of everything that is known of an event: its idempotency item, its place in a record's history, its receipt. */
export async function traceEvent(
  table: DynamoDBDocumentClient,
  eventId: string,
): Promise<{ pk: string; sk: string }[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      IndexName: TABLE.indexes.byEvent.name,
      KeyConditionExpression: 'eventId = :eventId',
      ExpressionAttributeValues: { ':eventId': eventId },
    }),
  );
  return (Items ?? []).map((item) => ({ pk: item['pk'] as string, sk: item['sk'] as string }));
}
