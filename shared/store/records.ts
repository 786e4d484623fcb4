import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { RecordState } from '#shared/domain/record/state.ts';
import { environment } from '#shared/runtime/environment.ts';
import { atVersion } from './at-version.ts';
import { keys } from './keys.ts';
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

/** Not now: what a table says that is asked for more than it gives. */
export const overloaded = (message: string): Error =>
  Object.assign(new Error(message), { name: 'ThrottlingException' });

/** How often keys that DynamoDB left unprocessed are asked for again. */
const BATCH_GET_ATTEMPTS = 6;

interface BatchGetOptions {
  readonly consistent?: boolean;
}

/** Consistent reads of up to 100 keys. Throws where the table leaves keys unprocessed again and again. */
export const batchGet = (
  table: DynamoDBDocumentClient,
  wanted: readonly { pk: string; sk: string }[],
  options: BatchGetOptions = {},
): Promise<Record<string, unknown>[]> => batchGetFrom(table, environment('tableName'), wanted, options);

/** The same from any table, whatever its keys are called. */
export async function batchGetFrom(
  table: DynamoDBDocumentClient,
  tableName: string,
  wanted: readonly Readonly<Record<string, string>>[],
  { consistent = true }: BatchGetOptions = {},
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let left: Record<string, unknown>[] = [...wanted];
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === BATCH_GET_ATTEMPTS)
      throw overloaded(`DynamoDB left ${left.length} keys unprocessed ${attempt} times.`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 10 * 2 ** attempt * Math.random()));
    const { Responses, UnprocessedKeys } = await table.send(
      new BatchGetCommand({
        RequestItems: { [tableName]: { Keys: left, ConsistentRead: consistent } },
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
      ...atVersion(previousVersion),
    }),
    { abortSignal: AbortSignal.timeout(GIVE_UP_MILLISECONDS) },
  );
}
