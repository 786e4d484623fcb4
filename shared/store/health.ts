import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';

/** Writes an item and reads it back. Throws where the table does not take it, or does not answer before `abortSignal` fires. */
export async function probeTable(table: DynamoDBDocumentClient, at: string, abortSignal: AbortSignal): Promise<void> {
  const TableName = environment('tableName');
  await table.send(new PutCommand({ TableName, Item: { ...keys.health(), at } }), { abortSignal });
  await table.send(new GetCommand({ TableName, Key: keys.health() }), { abortSignal });
}
