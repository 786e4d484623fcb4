import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordState } from '#shared/domain/record/state.ts';
import { environment } from '#shared/runtime/environment.ts';
import { type Key, keys, RECEIPT_SK } from './keys.ts';
import { fromReceiptItem, type Receipt } from './receipts.ts';
import { fromRecordItem, toRecordItem } from './record-item.ts';
import type { StoredEvent } from './stored-event.ts';

export interface LoadedRecord {
  readonly state: RecordState;
  readonly event: StoredEvent;
}

/** A record as it is now, by a consistent read. */
export async function loadRecord(table: DynamoDBDocumentClient, id: string): Promise<LoadedRecord | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.record(id), ConsistentRead: true }),
  );
  return Item ? fromRecordItem(Item) : undefined;
}

/** What is known of an event at its record. */
export interface Standing {
  readonly record: LoadedRecord | undefined;
  /** Whether the record's latest event is in the history already. */
  readonly latestKept: boolean;
  /** Whether the record has this event. */
  readonly recorded: boolean;
  /** What became of it where it was refused or quarantined. */
  readonly receipt: Receipt | undefined;
}

/**
 * Where an event stands, by consistent reads: the record first, then the history and the receipt, since a batch is not read at one
 * moment. The record's latest event need not be in the history yet; every earlier one is, as recording makes sure of it before the
 * record moves on. So an event that is in neither was not recorded when the record was read.
 */
export async function loadStanding(
  table: DynamoDBDocumentClient,
  recordId: string,
  eventId: string,
): Promise<Standing> {
  const record = await loadRecord(table, recordId);
  const latest = record?.event.eventId;
  if (latest === eventId) return { record, latestKept: false, recorded: true, receipt: undefined };
  const items = await batchGet(table, [
    keys.history(recordId, eventId),
    keys.receipt(eventId),
    ...(latest ? [keys.history(recordId, latest)] : []),
  ]);
  const has = (key: Key) => items.some(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const receipt = items.find(({ sk }) => sk === RECEIPT_SK);
  return {
    record,
    latestKept: latest !== undefined && has(keys.history(recordId, latest)),
    recorded: has(keys.history(recordId, eventId)),
    receipt: receipt ? fromReceiptItem(receipt) : undefined,
  };
}

/** Not now: what a table says that is asked for more than it gives. */
const overloaded = (message: string): Error => Object.assign(new Error(message), { name: 'ThrottlingException' });

/** How often keys that DynamoDB left unprocessed are asked for again. */
const BATCH_GET_ATTEMPTS = 6;

/** Consistent reads of up to 100 keys. Throws where the table leaves keys unprocessed again and again. */
export async function batchGet(
  table: DynamoDBDocumentClient,
  wanted: readonly { pk: string; sk: string }[],
  options: { consistent?: boolean } = {},
): Promise<Record<string, unknown>[]> {
  const tableName = environment('tableName');
  const found: Record<string, unknown>[] = [];
  let left: Record<string, unknown>[] = [...wanted] as unknown as Record<string, unknown>[];
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === BATCH_GET_ATTEMPTS)
      throw overloaded(`DynamoDB left ${left.length} keys unprocessed ${attempt} times.`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * Math.random()));
    const { Responses, UnprocessedKeys } = await table.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: left, ConsistentRead: options.consistent ?? true } },
      }),
    );
    found.push(...(Responses?.[tableName] ?? []));
    left = (UnprocessedKeys?.[tableName]?.Keys ?? []) as Record<string, unknown>[];
  }
  return found;
}

/**
 * How long the write of a record is tried after its event was stamped, in milliseconds. Nothing that was stamped by some instant is
 * written much later: reports wait that long, and know that nothing more is coming (`shared/reporting/counted.ts`).
 */
const GIVE_UP_MILLISECONDS = 3_000;

/**
 * Writes a record at its new version, together with the event that made it, which was stamped just now: one conditional write, all of
 * recording. Throws `ConditionalCheckFailedException` where the record has moved on, or was there already, and `AbortError` after 3
 * seconds; it may have been written then.
 */
export async function putRecord(
  table: DynamoDBDocumentClient,
  state: RecordState,
  event: StoredEvent,
  previousVersion: number | undefined,
): Promise<void> {
  await table.send(
    new PutCommand({
      TableName: environment('tableName'),
      Item: toRecordItem(state, event),
      ...(previousVersion === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: '#version = :previous',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':previous': previousVersion },
          }),
    }),
    { abortSignal: AbortSignal.timeout(GIVE_UP_MILLISECONDS) },
  );
}
