type Item = Readonly<Record<string, unknown>>;

export interface PeopleCall {
  readonly name: string;
  readonly table: 'people' | 'people-keys';
}

const failure = (name: string, more: object = {}) => Object.assign(new Error(name), { name, ...more });

interface Write {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

/**
 * The tables of people in memory. They know the expressions that their store uses; any other is an error. `fault` is asked before a call and
 * may break it before or after it took effect.
 */
export function peopleTables(fault: (call: PeopleCall) => 'lost-before' | 'lost-after' | undefined = () => undefined) {
  const tables = { people: new Map<string, Item>(), 'people-keys': new Map<string, Item>() };
  const tableOf = (name: unknown) => tables[name as keyof typeof tables];
  const nameOf = (item: Item) => `${item['contactId']} ${item['version'] ?? ''}`;

  function holds({ TableName, Item, Key, ConditionExpression, ExpressionAttributeValues = {} }: Write): boolean {
    const there = tableOf(TableName).get(nameOf((Item ?? Key) as Item));
    return (ConditionExpression?.split(' AND ') ?? []).every((clause) => {
      const [, absent] = /^attribute_not_exists\((\w+)\)$/.exec(clause) ?? [];
      if (absent) return there?.[absent] === undefined;
      const [, attribute = '', value = ''] = /^(\w+) = (:\w+)$/.exec(clause) ?? [];
      if (!(value in ExpressionAttributeValues)) throw new Error(`Unknown condition: ${ConditionExpression}`);
      return there?.[attribute] === ExpressionAttributeValues[value];
    });
  }

  function write(input: Write): void {
    const name = nameOf((input.Item ?? input.Key) as Item);
    if (input.Item) tableOf(input.TableName).set(name, input.Item);
    else tableOf(input.TableName).delete(name);
  }

  function perform(name: string, input: Record<string, unknown>): unknown {
    switch (name) {
      case 'PutCommand':
      case 'DeleteCommand':
        if (!holds(input as unknown as Write)) throw failure('ConditionalCheckFailedException');
        return write(input as unknown as Write);
      case 'TransactWriteCommand': {
        const actions = input['TransactItems'] as { ConditionCheck?: Write; Put?: Write }[];
        const reasons = actions.map(({ ConditionCheck, Put }) => ({
          Code: holds((ConditionCheck ?? Put) as Write) ? 'None' : 'ConditionalCheckFailed',
        }));
        if (reasons.some(({ Code }) => Code !== 'None'))
          throw failure('TransactionCanceledException', { CancellationReasons: reasons });
        for (const { Put } of actions) if (Put) write(Put);
        return {};
      }
      case 'QueryCommand': {
        const { ':contactId': id } = input['ExpressionAttributeValues'] as Record<string, string>;
        return { Items: [...tableOf(input['TableName']).values()].filter((item) => item['contactId'] === id) };
      }
      case 'ScanCommand':
        return { Items: [...tableOf(input['TableName']).values()] };
      case 'BatchGetCommand': {
        const [[table, { Keys }]] = Object.entries(input['RequestItems'] as object) as [[string, { Keys: Item[] }]];
        return { Responses: { [table]: Keys.flatMap((key) => tableOf(table).get(nameOf(key)) ?? []) } };
      }
      default:
        throw new Error(`Unknown call: ${name}`);
    }
  }

  return {
    tables,
    /** Whether a call is for these tables and not for the one table. */
    takes: (input: Record<string, unknown>): boolean => namesIn(input).some((name) => name in tables),
    async send(name: string, input: Record<string, unknown>): Promise<unknown> {
      const table = namesIn(input).at(-1) as PeopleCall['table'];
      const injected = fault({ name, table });
      if (injected === 'lost-before') throw failure('TimeoutError');
      const answer = perform(name, input) ?? {};
      if (injected === 'lost-after') throw failure('TimeoutError');
      return answer;
    },
    /** What is sealed, by contact and version. */
    states: () => [...tables.people.values()],
    /** Keys and tombstones, by contact. */
    keyOf: (contactId: string) => tables['people-keys'].get(`${contactId} `),
    /** All of it as bytes, to be searched. */
    bytes: () =>
      Buffer.concat(
        Object.values(tables)
          .flatMap((table) => [...table.values()])
          .flatMap((item) => Object.values(item))
          .map((value) => (value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value)))),
      ),
  };
}

/** The tables that a call names. */
function namesIn(input: Record<string, unknown>): string[] {
  const { TableName, RequestItems, TransactItems } = input as {
    TableName?: string;
    RequestItems?: object;
    TransactItems?: Record<string, Write>[];
  };
  if (TableName) return [TableName];
  if (RequestItems) return Object.keys(RequestItems);
  return (TransactItems ?? []).flatMap((item) => Object.values(item).map((each) => each.TableName));
}
