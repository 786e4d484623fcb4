import { getUnits, type Item, indexWriteUnits, queryUnits, tableWriteUnits } from './units.ts';

/** What requests to the table cost, in units of AWS's on-demand prices. */
export interface TableUse {
  requests: number;
  readUnits: number;
  writeUnits: number;
  /** Of the indexes. */
  indexUnits: number;
}

export const noTableUse = (): TableUse => ({ requests: 0, readUnits: 0, writeUnits: 0, indexUnits: 0 });

interface Key {
  readonly pk: string;
  readonly sk: string;
}
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}
interface Input {
  readonly Key?: Key;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
  readonly ProjectionExpression?: string;
}
type BatchGet = { readonly Keys: readonly Key[]; readonly ConsistentRead?: boolean };
type BatchedWrite = { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Key } };

export interface MeteredTable {
  /** Does a command and adds to `use` what it costs. Throws for one whose price it does not know. */
  send<Answer>(command: Command, perform: () => Promise<Answer>): Promise<Answer>;
}

/**
 * Meters requests to a table by the sizes of the items that are read and written. `imageOf` gives an item as it is now, unmetered: what a
 * write replaces is part of its price.
 */
export function meterTable(imageOf: (key: Key) => Promise<Item | undefined>, use: () => TableUse): MeteredTable {
  const written = (before: Item | undefined, after: Item | undefined) => {
    use().writeUnits += tableWriteUnits(before, after);
    use().indexUnits += indexWriteUnits(before, after);
  };
  const put = async <Answer>(item: Item, perform: () => Promise<Answer>): Promise<Answer> => {
    const before = await imageOf(item as unknown as Key);
    try {
      const answer = await perform();
      written(before, item);
      return answer;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException')
        use().writeUnits += tableWriteUnits(before, undefined);
      throw error;
    }
  };

  return {
    async send<Answer>({ constructor: { name }, input }: Command, perform: () => Promise<Answer>): Promise<Answer> {
      const { Key, Item, ConsistentRead = false, RequestItems = {}, ProjectionExpression } = input as Input;
      use().requests++;
      switch (name) {
        case 'GetCommand': {
          const answer = await perform();
          use().readUnits += getUnits((answer as { Item?: Item }).Item, ConsistentRead);
          return answer;
        }
        case 'QueryCommand': {
          // Only part of each item would be in the answer, while the whole is charged.
          if (ProjectionExpression) throw new Error('A query of parts of items cannot be metered by its answer.');
          const answer = await perform();
          use().readUnits += queryUnits((answer as { Items?: Item[] }).Items ?? [], ConsistentRead);
          return answer;
        }
        case 'BatchGetCommand': {
          const [{ Keys, ConsistentRead: consistent = false }] = Object.values(RequestItems) as [BatchGet];
          const answer = await perform();
          const found = Object.values((answer as { Responses?: Record<string, Item[]> }).Responses ?? {}).flat();
          use().readUnits += found.reduce((sum, item) => sum + getUnits(item, consistent), 0);
          use().readUnits += (Keys.length - found.length) * getUnits(undefined, consistent);
          return answer;
        }
        case 'PutCommand':
          return put(Item as Item, perform);
        case 'DeleteCommand': {
          const before = await imageOf(Key as Key);
          const answer = await perform();
          written(before, undefined);
          return answer;
        }
        case 'BatchWriteCommand': {
          const [writes] = Object.values(RequestItems) as [BatchedWrite[]];
          const images = await Promise.all(
            writes.map((write) => imageOf((write.PutRequest?.Item ?? write.DeleteRequest?.Key) as unknown as Key)),
          );
          const answer = await perform();
          for (const [index, { PutRequest }] of writes.entries()) written(images[index], PutRequest?.Item);
          return answer;
        }
        default:
          throw new Error(`There is no price for ${name}.`);
      }
    },
  };
}
