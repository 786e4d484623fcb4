import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, remove } from './batch-write.ts';
import { keys } from './keys.ts';

/** An item of the journal: the steps of a batch that were recorded within one hour. */
export interface JournalItem {
  /** When its first step was recorded, an instant. */
  readonly from: string;
  /** Names the batch: the same one delivered again is written over itself. */
  readonly batch: string;
  /** Packed: `shared/reporting/step-packing.ts`. */
  readonly steps: Uint8Array;
  /** Which mending of the journal it comes from; those of the stream have none. The latest is right. */
  readonly mended?: number;
}

/** The length of a day and an hour at the beginning of an instant. */
const [DAY, HOUR] = ['2026-11-21'.length, '2026-11-21T08'.length];
/** `$` follows `#`: whatever the batch. */
const PAST_ANY_BATCH = '$';

/** The day in UTC of an instant. */
export const dayOfInstant = (instant: string): string => instant.slice(0, DAY);
/** The hour in UTC of an instant, `2026-11-21T08`. */
export const hourOfInstant = (instant: string): string => instant.slice(0, HOUR);

export type Journal = ReturnType<typeof openJournal>;

/** The journal of all records' steps in the table, by the day in UTC on which they were recorded. Reads are consistent. */
export function openJournal(table: DynamoDBDocumentClient) {
  const marked = new Set<string>();
  const put = (Item: Record<string, unknown>) =>
    table.send(new PutCommand({ TableName: environment('tableName'), Item }));

  async function* query(pk: string, first: string, last: string): AsyncGenerator<Record<string, unknown>[]> {
    const pages = paginateQuery(
      { client: table },
      {
        TableName: environment('tableName'),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':pk': pk, ':first': first, ':last': last },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) yield Items;
  }

  return {
    /** Says first that the day has steps, once in the life of whoever writes. */
    async put({ from, batch, steps, mended }: JournalItem): Promise<void> {
      const day = dayOfInstant(from);
      if (!marked.has(day)) await put({ ...keys.journalDay(day) });
      marked.add(day);
      await put({ ...keys.journal(day, from, batch), steps, ...(mended === undefined ? {} : { mended }) });
    },

    /** The days in UTC, from one to another, that have steps; in order. */
    async days(first: string, last: string): Promise<string[]> {
      const { pk, sk: prefix } = keys.journalDay('');
      const days: string[] = [];
      for await (const items of query(pk, prefix + first, prefix + last))
        days.push(...items.map(({ sk }) => (sk as string).slice(prefix.length)));
      return days;
    },

    /**
     * The items of one day that can have steps recorded after `after` and not after `to`. An item holds steps of one hour, so it begins
     * no earlier than the hour of the first step wanted.
     */
    async ofDay(day: string, after: string, to: string): Promise<JournalItem[]> {
      const { pk } = keys.journal(day, '', '');
      const found: JournalItem[] = [];
      for await (const items of query(pk, after < day ? day : hourOfInstant(after), to + PAST_ANY_BATCH))
        for (const { sk, steps, mended } of items) {
          const [from = '', batch = ''] = (sk as string).split('#');
          found.push({ from, batch, steps: steps as Uint8Array, ...(mended ? { mended: mended as number } : {}) });
        }
      return found;
    },

    /** Takes out what cannot be read, once it has been written anew. */
    delete: (items: readonly Pick<JournalItem, 'from' | 'batch'>[]): Promise<void> =>
      batchWrite(
        table,
        items.map(({ from, batch }) => remove(keys.journal(dayOfInstant(from), from, batch))),
      ),

    /** How often it has been mended. */
    async mendings(): Promise<number> {
      const { Item } = await table.send(
        new GetCommand({ TableName: environment('tableName'), Key: keys.journalState(), ConsistentRead: true }),
      );
      return (Item?.['mended'] as number | undefined) ?? 0;
    },

    /** Counts one more mending: every snapshot that was begun before is void. */
    async countMending(): Promise<void> {
      await table.send(
        new UpdateCommand({
          TableName: environment('tableName'),
          Key: keys.journalState(),
          UpdateExpression: 'ADD mended :one',
          ExpressionAttributeValues: { ':one': 1 },
        }),
      );
    },
  };
}
