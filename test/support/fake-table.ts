import { type AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { TABLE } from '#shared/store/table.ts';
import { queryIndex } from './fake-index.ts';

type Attributes = Record<string, AttributeValue>;
type Item = Record<string, unknown>;
interface Key {
  readonly pk: string;
  readonly sk: string;
}
interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}
interface Write extends Condition {
  readonly Item?: Item;
  readonly Key?: Key;
}

/**
 * What DynamoDB may do to a call and DynamoDB Local never does. `lost-before` and `lost-after` are a connection that breaks, before or
 * after the call took effect; `repeated` is the same with a retry by the SDK, whose condition the first try has made false.
 */
export type TableFault = 'throttled' | 'conflict' | 'lost-before' | 'lost-after' | 'repeated' | 'unprocessed';

export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface FakeTableOptions {
  /** Asked before every call. */
  readonly fault?: (call: Call) => TableFault | undefined;
  /** Awaited wherever another client's call may come in between. */
  readonly turn?: () => Promise<void>;
  /** Items on one page of a query. */
  readonly pageSize?: number;
}

export interface FakeTable {
  readonly client: DynamoDBDocumentClient;
  /** Another client of the same table, to which nothing happens: for looking at what there is. */
  readonly calm: DynamoDBDocumentClient;
  /** Every change so far, as the table's stream tells it. */
  readonly stream: DynamoDBRecord[];
  readonly calls: Call[];
  items(): Item[];
  item(key: Key): Item | undefined;
}

const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });
const nameOf = ({ pk, sk }: Key) => `${pk}\u0000${sk}`;

/** Where a query goes on: after the item of that key or, where there is none, after its place in the order. */
function placeAfter(found: readonly Key[], start: Key, descending: boolean): number {
  const [name, at] = [nameOf(start), found.findIndex((key) => nameOf(key) === nameOf(start))];
  if (at >= 0) return at + 1;
  const beyond = found.findIndex((key) => (descending ? nameOf(key) < name : nameOf(key) > name));
  return beyond < 0 ? found.length : beyond;
}

/**
 * The table in memory, behind the real document client: each item is changed at once and alone, a batch is not read at one moment, an
 * unchanged item makes no record in the stream. It knows the expressions that the stores use; any other is an error.
 */
export function fakeTable({
  fault = () => undefined,
  turn = async () => {},
  pageSize = 3,
}: FakeTableOptions = {}): FakeTable {
  const kept = new Map<string, Attributes>();
  const stream: DynamoDBRecord[] = [];
  const calls: Call[] = [];

  const read = (key: Key): Item | undefined => {
    const attributes = kept.get(nameOf(key));
    return attributes && unmarshall(attributes);
  };

  function change(key: Key, after: Item | undefined): void {
    const before = kept.get(nameOf(key));
    const image = after && marshall(after, { removeUndefinedValues: true });
    if (image) kept.set(nameOf(key), image);
    else kept.delete(nameOf(key));
    if (JSON.stringify(before) === JSON.stringify(image)) return;
    stream.push({
      eventID: `change-${stream.length}`,
      eventName: before ? (image ? 'MODIFY' : 'REMOVE') : 'INSERT',
      dynamodb: {
        SequenceNumber: String(100 + stream.length),
        Keys: marshall(key),
        ...(before ? { OldImage: before } : {}),
        ...(image ? { NewImage: image } : {}),
      },
    } as DynamoDBRecord);
  }

  function holds(key: Key, condition: Condition): boolean {
    const { ConditionExpression, ExpressionAttributeNames = {}, ExpressionAttributeValues = {} } = condition;
    if (ConditionExpression === undefined) return true;
    const item = read(key);
    const holdsClause = (clause: string) => {
      if (clause === 'attribute_not_exists(pk)') return item === undefined;
      if (clause === 'attribute_exists(pk)') return item !== undefined;
      const [, map, field] = /^attribute_not_exists\((#\w+)\.(\w+)\)$/.exec(clause) ?? [];
      if (map && field) return (item?.[ExpressionAttributeNames[map] ?? ''] as Item | undefined)?.[field] === undefined;
      const [, path, comparison, value] = /^(#?\w+) ([=<]) (:\w+)$/.exec(clause) ?? [];
      if (!path || !value || !(value in ExpressionAttributeValues))
        throw new Error(`Unknown condition: ${ConditionExpression}`);
      const attribute = path.startsWith('#') ? ExpressionAttributeNames[path] : path;
      if (!attribute) throw new Error(`Unknown name: ${path}`);
      if (item === undefined) return false;
      const [given, other] = [item[attribute], ExpressionAttributeValues[value]];
      return comparison === '=' ? given === other : (given as number) < (other as number);
    };
    return ConditionExpression.split(' OR ').some((each) => each.split(' AND ').every(holdsClause));
  }

  const keyOf = ({ Item, Key }: Write): Key => {
    const { pk, sk } = (Item ?? Key) as unknown as Key;
    if (typeof pk !== 'string' || typeof sk !== 'string' || !pk || !sk) throw failure('ValidationException');
    return { pk, sk };
  };

  function write(input: Write): void {
    const key = keyOf(input);
    if (!holds(key, input)) throw failure('ConditionalCheckFailedException');
    change(key, input.Item);
  }

  function transact(actions: readonly Partial<Record<'Put' | 'Delete' | 'ConditionCheck', Write>>[]): void {
    const writes = actions.map(({ Put, Delete, ConditionCheck }) => (Put ?? Delete ?? ConditionCheck) as Write);
    if (new Set(writes.map((each) => nameOf(keyOf(each)))).size < writes.length) throw failure('ValidationException');
    const reasons = writes.map((each) => ({ Code: holds(keyOf(each), each) ? 'None' : 'ConditionalCheckFailed' }));
    if (reasons.some(({ Code }) => Code !== 'None'))
      throw failure('TransactionCanceledException', { CancellationReasons: reasons });
    for (const { Put, Delete } of actions) if (Put ?? Delete) change(keyOf((Put ?? Delete) as Write), Put?.Item);
  }

  function query(input: Record<string, unknown>): { Items: Item[]; LastEvaluatedKey?: Key } {
    const values = input['ExpressionAttributeValues'] as Record<string, string>;
    const expression = String(input['KeyConditionExpression']);
    const all = [...kept.values()]
      .map((attributes) => unmarshall(attributes))
      .sort((a, b) => (nameOf(a as Key) < nameOf(b as Key) ? -1 : 1));
    const listed = queryIndex(input, all);
    if (listed) return listed as unknown as ReturnType<typeof query>;
    const found = all.filter((item) => {
      if (input['IndexName'] === TABLE.indexes.byEvent.name && expression === 'eventId = :eventId')
        return item['eventId'] === values[':eventId'];
      const [, first, last] = /^pk = :pk AND sk BETWEEN (:\w+) AND (:\w+)$/.exec(expression) ?? [];
      if (!input['IndexName'] && first && last) {
        const within =
          String(item['sk']) >= (values[first] as string) && String(item['sk']) <= (values[last] as string);
        return item['pk'] === values[':pk'] && within;
      }
      if (input['IndexName'] === TABLE.indexes.byList.name && expression === 'inList = :list')
        return item['inList'] === values[':list'];
      const [, whole] = /^pk = (:\w+)$/.exec(expression) ?? [];
      if (!input['IndexName'] && whole) return item['pk'] === values[whole];
      const [, prefix] = /^pk = :pk AND begins_with\(sk, (:\w+)\)$/.exec(expression) ?? [];
      const [, end] = /^pk = :pk AND sk < (:\w+)$/.exec(expression) ?? [];
      if (input['IndexName'] || !(prefix || end || expression === 'pk = :pk'))
        throw new Error(`Unknown query: ${expression}`);
      const sk = String(item['sk']);
      const isWithin = prefix ? sk.startsWith(values[prefix] as string) : !end || sk < (values[end] as string);
      return item['pk'] === values[':pk'] && isWithin;
    });
    if (input['ScanIndexForward'] === false) found.reverse();
    const start = input['ExclusiveStartKey'] as Key | undefined;
    const from = start ? placeAfter(found as unknown as Key[], start, input['ScanIndexForward'] === false) : 0;
    const size = Math.min(pageSize, Number(input['Limit'] ?? pageSize));
    const Items = found.slice(from, from + size);
    const last = Items.at(-1) as Key | undefined;
    return {
      Items,
      ...(last && from + size < found.length ? { LastEvaluatedKey: { pk: last.pk, sk: last.sk } } : {}),
    };
  }

  async function batchGet(input: Record<string, unknown>, unprocessed: boolean): Promise<unknown> {
    const [[table, { Keys }]] = Object.entries(input['RequestItems'] as object) as [[string, { Keys: Key[] }]];
    if (Keys.length === 0 || new Set(Keys.map(nameOf)).size < Keys.length) throw failure('ValidationException');
    const [now, later] = unprocessed ? [Keys.slice(0, -1), Keys.slice(-1)] : [Keys, []];
    const found: Item[] = [];
    for (const key of now) {
      const item = read(key);
      if (item) found.push(item);
      await turn();
    }
    return {
      Responses: { [table]: found },
      ...(later.length > 0 ? { UnprocessedKeys: { [table]: { Keys: later } } } : {}),
    };
  }

  /** Each is done by itself; a batch that cannot be done as it stands does nothing. */
  async function batchWrite(input: Record<string, unknown>, unprocessed: boolean): Promise<unknown> {
    type Request = { PutRequest?: { Item: Item }; DeleteRequest?: { Key: Key } };
    const [[table, requests]] = Object.entries(input['RequestItems'] as object) as [[string, Request[]]];
    const writes = requests.map(({ PutRequest, DeleteRequest }) => ({ ...PutRequest, ...DeleteRequest }) as Write);
    if (requests.length === 0 || requests.length > 25 || new Set(writes.map(keyOf).map(nameOf)).size < writes.length)
      throw failure('ValidationException');
    const now = unprocessed ? writes.length - 1 : writes.length;
    for (const each of writes.slice(0, now)) {
      change(keyOf(each), each.Item);
      await turn();
    }
    return { UnprocessedItems: now < requests.length ? { [table]: requests.slice(now) } : {} };
  }

  async function perform({ name, input }: Call, unprocessed: boolean): Promise<unknown> {
    switch (name) {
      case 'GetCommand':
        return { Item: read(keyOf(input)) };
      case 'PutCommand':
      case 'DeleteCommand':
        return write(input);
      case 'TransactWriteCommand':
        return transact(input['TransactItems'] as Parameters<typeof transact>[0]);
      case 'QueryCommand':
        return query(input);
      case 'BatchGetCommand':
        return batchGet(input, unprocessed);
      case 'BatchWriteCommand':
        return batchWrite(input, unprocessed);
      default:
        throw new Error(`Unknown call: ${name}`);
    }
  }

  async function send(call: Call): Promise<unknown> {
    calls.push(call);
    await turn();
    const injected = fault(call);
    if (injected === 'throttled') throw failure('ThrottlingException');
    if (injected === 'lost-before') throw failure('TimeoutError');
    if (injected === 'conflict' && call.name === 'TransactWriteCommand')
      throw failure('TransactionCanceledException', { CancellationReasons: [{ Code: 'TransactionConflict' }] });
    if (injected === 'conflict' && call.name === 'PutCommand') throw failure('TransactionConflictException');
    const answer = (await perform(call, injected === 'unprocessed')) ?? {};
    await turn();
    if (injected === 'lost-after') throw failure('TimeoutError');
    if (injected === 'repeated' && call.name === 'PutCommand' && call.input['ConditionExpression'])
      throw failure('ConditionalCheckFailedException');
    return answer;
  }

  const clientOf = (answer: (call: Call) => Promise<unknown>): DynamoDBDocumentClient => {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-2' }));
    client.send = ((command: { constructor: { name: string }; input: Record<string, unknown> }) =>
      answer({ name: command.constructor.name, input: command.input })) as typeof client.send;
    return client;
  };
  return {
    client: clientOf(send),
    calm: clientOf(async (call) => (await perform(call, false)) ?? {}),
    stream,
    calls,
    items: () => [...kept.values()].map((attributes) => unmarshall(attributes)),
    item: read,
  };
}
