import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import type { Key } from './keys.ts';
import { batchGet } from './records.ts';
import { TABLE } from './table.ts';

/** Where something stands in a list: by an instant and, among equals, by its id, which is the partition key of its item. */
export interface ListPlace {
  readonly at: string;
  readonly id: string;
}

/** The attributes by which an item stands in a list. */
export const listedIn = (list: string, { at, id }: ListPlace) => ({ inList: list, listedAt: `${at}#${id}` });

/**
 * A page of a list after a place: which items stand there, as the index was a moment ago, each as it is now. What is gone by now is left
 * out; the place to go on from is that of the index all the same, so that a page is never taken for the last one.
 */
export async function pageOfList(
  table: DynamoDBDocumentClient,
  list: string,
  options: {
    readonly keyOf: (id: string) => Key;
    readonly descending: boolean;
    readonly after: ListPlace | undefined;
    /** At most 100. */
    readonly limit: number;
  },
): Promise<{ readonly items: readonly Record<string, unknown>[]; readonly next: ListPlace | undefined }> {
  const { keyOf, descending, after, limit } = options;
  const { Items = [], LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      IndexName: TABLE.indexes.byList.name,
      KeyConditionExpression: 'inList = :list',
      ExpressionAttributeValues: { ':list': list },
      ScanIndexForward: !descending,
      Limit: limit,
      ...(after ? { ExclusiveStartKey: { ...keyOf(after.id), ...listedIn(list, after) } } : {}),
    }),
  );
  const ids = Items.map(({ pk }) => pk as string);
  const found = ids.length > 0 ? await batchGet(table, ids.map(keyOf)) : [];
  const byId = new Map(found.map((item) => [item['pk'] as string, item]));
  return {
    items: ids.map((id) => byId.get(id)).filter((item) => item !== undefined),
    next: LastEvaluatedKey && placeIn(LastEvaluatedKey),
  };
}

function placeIn({ pk, listedAt }: Record<string, unknown>): ListPlace {
  const id = pk as string;
  return { id, at: (listedAt as string).slice(0, -id.length - 1) };
}
