import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import type { Key } from './keys.ts';

/** One write of a batch: it stands alone, and says nothing of its neighbours. */
export type BatchedWrite =
  | { readonly PutRequest: { readonly Item: Record<string, unknown> } }
  | { readonly DeleteRequest: { readonly Key: Record<string, unknown> } };

/** BatchWriteItem takes 25 at most. */
const WRITES_AT_MOST = 25;
const ATTEMPTS = 8;

export const put = (Item: Record<string, unknown>): BatchedWrite => ({ PutRequest: { Item } });
export const remove = (key: Key): BatchedWrite => ({ DeleteRequest: { Key: { ...key } } });

/**
 * Does these writes, whatever their number, in no order; no two may be of one key. They cost what they cost one by one, and take a
 * request for each 25. Throws where the table leaves some unprocessed again and again; any of them may have been done then.
 */
export async function batchWrite(table: DynamoDBDocumentClient, writes: readonly BatchedWrite[]): Promise<void> {
  const tableName = environment('tableName');
  for (let start = 0; start < writes.length; start += WRITES_AT_MOST) {
    let left = writes.slice(start, start + WRITES_AT_MOST);
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === ATTEMPTS) throw new Error(`DynamoDB left ${left.length} writes unprocessed ${attempt} times.`);
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt * Math.random()));
      const { UnprocessedItems } = await table.send(new BatchWriteCommand({ RequestItems: { [tableName]: left } }));
      left = (UnprocessedItems?.[tableName] ?? []) as BatchedWrite[];
    }
  }
}
