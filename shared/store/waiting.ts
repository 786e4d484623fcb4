import { DeleteCommand, type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { type Key, keys } from './keys.ts';
import { batchGet } from './records.ts';

/** Those of the records, 100 at most, that quarantined events wait for: one request, whose answer is almost always none. */
export async function awaited(
  table: DynamoDBDocumentClient,
  recordIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const items = await batchGet(table, recordIds.map(keys.awaited));
  return new Set(items.map(({ pk }) => pk as string));
}

/** Ids of the quarantined events that wait for a record. */
export async function waitingFor(table: DynamoDBDocumentClient, recordId: string): Promise<string[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :waiting)',
      ExpressionAttributeValues: { ':pk': recordId, ':waiting': keys.waiting('', '').sk },
      ConsistentRead: true,
    },
  );
  const waiting: string[] = [];
  for await (const { Items = [] } of pages) waiting.push(...Items.map((item) => item['event'] as string));
  return waiting;
}

/** Notes that a quarantined event has been put on the bus again, and that it waits no longer beside its record. */
export const markReplayed = (table: DynamoDBDocumentClient, recordId: string, eventId: string): Promise<void> =>
  remove(table, keys.waiting(recordId, eventId));

/** Nothing waits for the record any more, and nothing will: only a record that is not there is waited for. */
export const markCome = (table: DynamoDBDocumentClient, recordId: string): Promise<void> =>
  remove(table, keys.awaited(recordId));

async function remove(table: DynamoDBDocumentClient, key: Key): Promise<void> {
  await table.send(new DeleteCommand({ TableName: environment('tableName'), Key: { ...key } }));
}
