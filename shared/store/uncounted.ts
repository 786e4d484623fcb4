import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, put, remove } from './batch-write.ts';
import { keys } from './keys.ts';

/** A record that the pipeline leaves out, and why: a sentence without any of the record's content. */
export interface UncountedRecord {
  readonly recordId: string;
  readonly reason: string;
}

export type UncountedRecords = ReturnType<typeof createUncountedRecords>;

/** The list of records that the pipeline leaves out. Reports name them, so that no figure is silently wrong. */
export function createUncountedRecords(table: DynamoDBDocumentClient) {
  return {
    /** Adds records to the list and takes others off it. Idempotent; no record may be in both. */
    update: (added: readonly UncountedRecord[], removed: readonly string[]): Promise<void> =>
      batchWrite(table, [
        ...added.map(({ recordId, reason }) => put({ ...keys.uncounted(recordId), reason })),
        ...removed.map((recordId) => remove(keys.uncounted(recordId))),
      ]),

    /** All of them, by id. Consistent. */
    async list(): Promise<UncountedRecord[]> {
      const pages = paginateQuery(
        { client: table },
        {
          TableName: environment('tableName'),
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': keys.uncounted('').pk },
          ConsistentRead: true,
        },
      );
      const found: UncountedRecord[] = [];
      for await (const { Items = [] } of pages)
        for (const { sk, reason } of Items) found.push({ recordId: sk as string, reason: reason as string });
      return found;
    },
  };
}
