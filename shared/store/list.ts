import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { fromRecordItem } from './record-item.ts';
import { batchGet, type LoadedRecord } from './records.ts';
import { TABLE } from './table.ts';

/** What an index tells of a record: all that lists filter by. */
export interface ListEntry {
  readonly id: string;
  readonly stage: string;
  readonly strand: string;
  readonly owner: string;
  readonly place?: string;
  readonly organisations?: readonly string[];
  readonly tags?: readonly string[];
  readonly confidential?: boolean;
  readonly voidedAt?: string;
  readonly updatedAt: string;
  readonly stageEnteredAt: string;
  readonly expectedCloseOn?: string;
  readonly nextStepDueOn?: string;
}

/** By what a list can be sorted, each with the index that has it so. */
const SORTED_BY = {
  updatedAt: TABLE.indexes.byUpdated,
  stageEnteredAt: TABLE.indexes.byEntered,
  expectedCloseOn: TABLE.indexes.byClose,
  nextStepDueOn: TABLE.indexes.byNextStep,
} as const;
export type SortField = keyof typeof SORTED_BY;

/** One stretch of an index: everything under its partition key, within bounds of the sort field. */
export interface Partition {
  readonly key: { readonly kind: string; readonly stage: string } | { readonly kind: string; readonly owner: string };
  /** Inclusive. */
  readonly from?: string | undefined;
  /** Exclusive; what is equal comes too where there is a lower bound as well, since DynamoDB knows no other span. */
  readonly before?: string | undefined;
}

/** Where a list has come to: the place of a record in its order, by value and, among equals, by id. */
export interface Position {
  readonly value: string;
  readonly id: string;
}

export interface Order {
  readonly field: SortField;
  readonly descending: boolean;
}

export interface Walk extends Order {
  readonly partitions: readonly Partition[];
}

const indexOf = (field: SortField, { key }: Partition): string =>
  'owner' in key ? TABLE.indexes.byOwner.name : SORTED_BY[field].name;

/** Entries of a partition in order, after a position: what one query gives, and whether the partition ends there. */
export async function readPartition(
  table: DynamoDBDocumentClient,
  partition: Partition,
  options: Order & { readonly after: Position | undefined; readonly limit: number },
): Promise<{ entries: ListEntry[]; ended: boolean }> {
  const { field, descending, limit } = options;
  const start = clip(partition, options);
  if (start === 'past') return { entries: [], ended: true };
  const conditions = Object.keys(partition.key).map((name) => `#${name} = :${name}`);
  const { from, before } = partition;
  if (from !== undefined && before !== undefined) conditions.push('#sort BETWEEN :from AND :before');
  else if (from !== undefined) conditions.push('#sort >= :from');
  else if (before !== undefined) conditions.push('#sort < :before');
  const { Items, LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      IndexName: indexOf(field, partition),
      KeyConditionExpression: conditions.join(' AND '),
      ExpressionAttributeNames: {
        ...Object.fromEntries(Object.keys(partition.key).map((name) => [`#${name}`, name])),
        ...(from === undefined && before === undefined ? {} : { '#sort': field }),
      },
      ExpressionAttributeValues: {
        ...Object.fromEntries(Object.entries(partition.key).map(([name, value]) => [`:${name}`, value])),
        ...(from === undefined ? {} : { ':from': from }),
        ...(before === undefined ? {} : { ':before': before }),
      },
      ScanIndexForward: !descending,
      Limit: limit,
      // Where to go on is a place in the order, not a record: it may be one of another partition, or be gone.
      ...(start
        ? { ExclusiveStartKey: { ...keys.record(start.id), ...partition.key, [field]: start.value, id: start.id } }
        : {}),
    }),
  );
  return { entries: (Items ?? []) as unknown as ListEntry[], ended: LastEvaluatedKey === undefined };
}

/** The position to start after, as far as it is inside the bounds: undefined from the start, `past` where nothing is left. */
function clip({ from, before }: Partition, { after, descending }: Order & { after: Position | undefined }) {
  if (!after) return undefined;
  if (from !== undefined && after.value < from) return descending ? 'past' : undefined;
  const isPast = before !== undefined && (from === undefined ? after.value >= before : after.value > before);
  if (isPast) return descending ? undefined : 'past';
  return after;
}

/** The records of a page, by consistent reads: up to 100. */
export async function loadRecords(
  table: DynamoDBDocumentClient,
  ids: readonly string[],
): Promise<Map<string, LoadedRecord>> {
  if (ids.length === 0) return new Map();
  const items = await batchGet(table, ids.map(keys.record));
  return new Map(items.map((item) => [item['pk'] as string, fromRecordItem(item)]));
}
