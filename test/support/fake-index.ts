import { type IndexDefinition, TABLE } from '#shared/store/table.ts';

type Item = Record<string, unknown>;

interface Query {
  readonly IndexName?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly Limit?: number;
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

/** Key attributes that are equal to a value, or not less than it: the one form of query of the lists that this knows. */
function equalities({ KeyConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Query) {
  const given = new Map<string, (value: unknown) => boolean>();
  for (const part of String(KeyConditionExpression).split(' AND ')) {
    const [, name = '', comparison, value = ''] = /^(#?\w+) (=|>=) (:\w+)$/.exec(part) ?? [];
    if (!(value in ExpressionAttributeValues)) return undefined;
    const wanted = ExpressionAttributeValues[value];
    given.set(ExpressionAttributeNames[name] ?? name, (is) =>
      comparison === '=' ? is === wanted : String(is) >= String(wanted),
    );
  }
  return given;
}

/** A page of one of the table's list indexes, in its order, as DynamoDB gives it; undefined for any other query. */
export function queryIndex(
  query: Query,
  items: readonly Item[],
): { Items: Item[]; LastEvaluatedKey?: Item } | undefined {
  const index = (Object.values(TABLE.indexes) as IndexDefinition[]).find(({ name }) => name === query.IndexName);
  if (!index || index.partitionKey.length < 2) return undefined;
  const wanted = equalities(query);
  if (!wanted || index.partitionKey.some(({ name }) => !wanted.has(name))) return undefined;
  const sortKey = index.sortKey.map(({ name }) => name);
  const placeOf = (item: Item) => JSON.stringify(sortKey.map((name) => String(item[name])));
  const found = items
    .filter((item) => sortKey.every((name) => item[name] !== undefined))
    .filter((item) => [...wanted].every(([name, fits]) => fits(item[name])))
    .sort((a, b) => compare(placeOf(a), placeOf(b)));
  if (query.ScanIndexForward === false) found.reverse();
  const { ExclusiveStartKey: start } = query;
  const isAfter = (item: Item) =>
    !start || compare(placeOf(item), placeOf(start)) * (query.ScanIndexForward === false ? -1 : 1) > 0;
  const left = found.filter(isAfter);
  const Items = left.slice(0, query.Limit ?? left.length);
  const last = Items.at(-1);
  return { Items, ...(last && Items.length < left.length ? { LastEvaluatedKey: last } : {}) };
}
