import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, put } from './batch-write.ts';
import { keys } from './keys.ts';

export type Probes = ReturnType<typeof openProbes>;

/** Probes, which pass through the table's stream like any change, and how far they have been counted. */
export function openProbes(table: DynamoDBDocumentClient) {
  return {
    /** Writes probes at this instant: those of different numbers fall into any of the stream's shards. */
    put: (numbers: readonly number[], at: string): Promise<void> =>
      batchWrite(
        table,
        numbers.map((number) => put({ ...keys.probe(number), at })),
      ),

    /** Says that a probe that was written at an instant, and all before it in its shard, has been counted. */
    async putProgress(shard: string, at: string): Promise<void> {
      await table.send(new PutCommand({ TableName: environment('tableName'), Item: { ...keys.progress(shard), at } }));
    },

    /** When the latest probe was written that has been counted in each shard, by the hash of its name. Consistent. */
    async progress(): Promise<Map<string, string>> {
      const pages = paginateQuery(
        { client: table },
        {
          TableName: environment('tableName'),
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.progress('').pk },
          ConsistentRead: true,
        },
      );
      const found = new Map<string, string>();
      for await (const { Items = [] } of pages) for (const { sk, at } of Items) found.set(sk as string, at as string);
      return found;
    },
  };
}
