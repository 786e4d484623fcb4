import { isDeepStrictEqual } from 'node:util';
import { type IndexDefinition, TABLE } from '#shared/store/table.ts';
import { itemBytes, readUnits, writeUnits } from '#test/support/item-size.ts';

/*
 * AWS's rules of what is charged, as arithmetic. Sources: Amazon DynamoDB Developer Guide ("DynamoDB read and write operations", "Global
 * secondary indexes: write considerations", "DynamoDB Streams"), the price pages of EventBridge, SQS and API Gateway.
 */

export type Item = Readonly<Record<string, unknown>>;

const KB = 1024;

/** Whatever is charged by pieces: a piece begun is a piece. At least one. */
export const pieces = (bytes: number, size: number): number => Math.max(1, Math.ceil(bytes / size));

/** What `PutEvents` and a queue's request count in. */
export const chunks64 = (bytes: number): number => pieces(bytes, 64 * KB);

/** API Gateway meters an HTTP API's requests in steps of 512 KB. */
export const httpSteps = (bytes: number): number => pieces(bytes, 512 * KB);

/** An entry of `PutEvents`: source, detail type and detail, and 14 bytes where it says a time. */
export const entryBytes = (entry: {
  Source?: string | undefined;
  DetailType?: string | undefined;
  Detail?: string | undefined;
  Time?: Date | undefined;
}): number =>
  [entry.Source, entry.DetailType, entry.Detail].reduce((sum, text) => sum + Buffer.byteLength(text ?? ''), 0) +
  (entry.Time ? 14 : 0);

/** Units of a read by key, of an item that is there or is not (which costs as the smallest). Half where it need not be consistent. */
export const getUnits = (item: Item | undefined, consistent: boolean): number =>
  (item ? readUnits(item) : 1) * (consistent ? 1 : 0.5);

/** Units of one page of a query: the items' sizes are added up first. */
export function queryUnits(items: readonly Item[], consistent: boolean): number {
  const bytes = items.reduce((sum, item) => sum + itemBytes(item), 0);
  return pieces(bytes, 4 * KB) * (consistent ? 1 : 0.5);
}

/** Units of the table itself for one write: by the larger of what was there and what is. A refused condition costs by what is there. */
export const tableWriteUnits = (before: Item | undefined, after: Item | undefined): number =>
  Math.max(before ? writeUnits(before) : 1, after ? writeUnits(after) : 1);

/**
 * Units of all indexes for one write. An item is in an index when it has all of its key attributes. What is shown there and did not change
 * costs nothing; another projected value is one write; another key is two, one to delete and one to put.
 */
export const indexWriteUnits = (before: Item | undefined, after: Item | undefined): number =>
  Object.values<IndexDefinition>(TABLE.indexes).reduce((sum, index) => {
    const [was, is] = [entryOf(index, before), entryOf(index, after)];
    if (!was || !is) return sum + (was ? writeUnits(was) : 0) + (is ? writeUnits(is) : 0);
    if (isDeepStrictEqual(was, is)) return sum;
    const moved = keysOf(index).some((name) => was[name] !== is[name]);
    return sum + (moved ? writeUnits(was) + writeUnits(is) : Math.max(writeUnits(was), writeUnits(is)));
  }, 0);

const keysOf = ({ partitionKey, sortKey }: IndexDefinition) => [...partitionKey, ...sortKey].map(({ name }) => name);

function entryOf(index: IndexDefinition, item: Item | undefined): Item | undefined {
  if (!item || keysOf(index).some((name) => item[name] === undefined)) return undefined;
  const shown = index.projection === 'KEYS_ONLY' ? [] : index.projection;
  const names = [TABLE.partitionKey.name, TABLE.sortKey.name, ...keysOf(index), ...shown];
  return Object.fromEntries(
    [...new Set(names)].flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])),
  );
}
