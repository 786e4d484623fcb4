import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  paginateScan,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { batchWrite, remove } from './batch-write.ts';
import { EVENT_PREFIX, type Key, keys, RECORD_SK } from './keys.ts';
import { batchGet } from './records.ts';
import { SCAN_PAGE } from './scan-page.ts';

/** A head as it lies in the table; what the packed parts mean is known to `shared/reporting/head.ts`. */
export interface HeadItem {
  /** Counts the writes: the lock. */
  readonly v: number;
  /** The ladders that it was counted by. */
  readonly layout?: string;
  /** The snapshot of its histograms. */
  readonly snapshot?: string;
  readonly rows?: Uint8Array;
  /** What has changed in the histograms since the snapshot. */
  readonly pending?: Uint8Array;
  readonly checkpoints?: Uint8Array;
}

/** Which set of heads is read, and what is being built. */
export interface Generation {
  readonly v: number;
  readonly current: number;
  /** The highest number ever given out; a number is never used twice. */
  readonly highest: number;
  readonly next?: {
    readonly generation: number;
    /** Collecting: whoever counts tells the rebuild of it. Sealed: nobody counts. */
    readonly phase: 'collecting' | 'sealed';
    /** Milliseconds since 1970 after which the rebuild is taken for dead. */
    readonly deadline: number;
  };
  /** Records that the rebuild had seen further on than the stream had come; see `shared/reporting/rebuild.ts`. */
  readonly ahead?: { readonly parts: number /** Hours since 1970. */; readonly untilHour: number };
  /** Generations that are no longer read, and when they ceased to be (milliseconds since 1970). */
  readonly retired?: readonly { readonly generation: number; readonly at: number }[];
}

/** What a projector tells a rebuild about a batch. */
export interface Collected {
  readonly shard: string;
  /** Sequence number of the last change. */
  readonly last: string;
  /** Records and the versions that they came to. */
  readonly versions: Readonly<Record<string, number>>;
}

type Item = Record<string, unknown>;

const FIRST: Generation = { v: 0, current: 1, highest: 1 };

/** How long what only a rebuild needs is kept after it, in seconds. */
const REBUILD_SECONDS = 3 * 24 * 3600;

export type Aggregates = ReturnType<typeof openAggregates>;

/** The aggregates of the pipeline in the table: every request that they need. Reads are consistent. */
export function openAggregates(table: DynamoDBDocumentClient) {
  const get = async (key: Key): Promise<Item | undefined> => {
    const { Item } = await table.send(
      new GetCommand({ TableName: environment('tableName'), Key: { ...key }, ConsistentRead: true }),
    );
    return Item;
  };

  /** Puts an item whose `v` is one more than what it replaces. False where that is no longer what stands there. */
  const putNext = async (item: Item, replaced: number): Promise<boolean> => {
    try {
      await table.send(
        new PutCommand({
          TableName: environment('tableName'),
          Item: { ...item, v: replaced + 1 },
          ...(replaced === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': replaced } }),
        }),
      );
      return true;
    } catch (error) {
      if ((error as Error).name === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  };

  const put = (Item: Item) => table.send(new PutCommand({ TableName: environment('tableName'), Item }));

  const query = async (pk: string, only: { prefix?: string; names?: string } = {}): Promise<Item[]> => {
    const { prefix, names } = only;
    const pages = paginateQuery(
      { client: table },
      {
        TableName: environment('tableName'),
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk, ...(prefix ? { ':prefix': prefix } : {}) },
        ConsistentRead: true,
        ...(names ? { ProjectionExpression: names } : {}),
      },
    );
    const items: Item[] = [];
    for await (const page of pages) items.push(...(page.Items ?? []));
    return items;
  };

  /** Deletes what is there of these keys, whatever the number. Throws where the table leaves some unprocessed again and again. */
  const deleteAll = (doomed: readonly Key[]): Promise<void> => batchWrite(table, doomed.map(remove));

  return {
    async generation(): Promise<Generation> {
      return withoutKey<Generation>(await get(keys.generation())) ?? FIRST;
    },

    /** False where somebody else has changed it since `replaced` was read. */
    putGeneration: (next: Omit<Generation, 'v'>, replaced: Generation): Promise<boolean> =>
      putNext({ ...keys.generation(), ...next }, replaced.v),

    async head(generation: number, name: string): Promise<HeadItem | undefined> {
      return withoutKey<HeadItem>(await get(keys.head(generation, name)));
    },

    /** Several heads by one request, in the order of their names; undefined for one that has never been written. */
    async heads(generation: number, names: readonly string[]): Promise<(HeadItem | undefined)[]> {
      const wanted = names.map((name) => keys.head(generation, name));
      const items = await batchGet(table, wanted);
      return wanted.map(({ pk }) => withoutKey<HeadItem>(items.find((item) => item['pk'] === pk)));
    },

    /** One conditional write. False where the head has moved on since `replaced`; 0 stands for none. */
    putHead: (generation: number, name: string, head: Omit<HeadItem, 'v'>, replaced: number): Promise<boolean> =>
      putNext({ ...keys.head(generation, name), ...head }, replaced),

    /** Moves a head's lock on and nothing else, so that a write that is under way fails and has to look again. */
    async fence(generation: number, name: string): Promise<void> {
      await table.send(
        new UpdateCommand({
          TableName: environment('tableName'),
          Key: keys.head(generation, name),
          UpdateExpression: 'SET v = if_not_exists(v, :none) + :one',
          ExpressionAttributeValues: { ':none': 0, ':one': 1 },
        }),
      );
    },

    /** The parts of a snapshot that are there. */
    async snapshot(generation: number, name: string, snapshot: string): Promise<Uint8Array[]> {
      const { pk, sk } = keys.histogram(generation, name, snapshot, '');
      return (await query(pk, { prefix: sk })).map((item) => item['cells'] as Uint8Array);
    },

    async putSnapshot(
      generation: number,
      name: string,
      snapshot: string,
      parts: ReadonlyMap<string, Uint8Array>,
    ): Promise<void> {
      await Promise.all(
        [...parts].map(([part, cells]) => put({ ...keys.histogram(generation, name, snapshot, part), cells })),
      );
    },

    deleteSnapshot: (generation: number, name: string, snapshot: string, parts: readonly string[]): Promise<void> =>
      deleteAll(parts.map((part) => keys.histogram(generation, name, snapshot, part))),

    /** Names of the snapshots, whole or not, that lie beside a head. */
    async snapshots(generation: number, name: string): Promise<Map<string, string[]>> {
      const { pk } = keys.head(generation, name);
      const parts = new Map<string, string[]>();
      const { sk: prefix } = keys.histogram(generation, name, '', '');
      for (const { sk } of (await query(pk, { prefix: prefix.slice(0, -1), names: 'pk, sk' })) as unknown as Key[]) {
        const [, snapshot = '', part = ''] = sk.split('#');
        parts.set(snapshot, [...(parts.get(snapshot) ?? []), part]);
      }
      return parts;
    },

    /** Deletes everything that is kept under a head's key. */
    async deleteHead(generation: number, name: string): Promise<void> {
      const { pk } = keys.head(generation, name);
      await deleteAll((await query(pk, { names: 'pk, sk' })) as unknown as Key[]);
    },

    async putCollected(generation: number, span: string, collected: Collected, now: number): Promise<void> {
      await put({ ...keys.collected(generation, collected.shard, span), ...collected, expiresAt: inSeconds(now) });
    },

    async collected(generation: number): Promise<Collected[]> {
      return (await query(keys.collected(generation, '', '').pk)) as unknown as Collected[];
    },

    async putAhead(
      generation: number,
      part: number,
      versions: Readonly<Record<string, number>>,
      now: number,
    ): Promise<void> {
      await put({ ...keys.ahead(generation, part), versions, expiresAt: inSeconds(now) });
    },

    async ahead(generation: number, parts: number): Promise<Map<string, number>> {
      const items = await Promise.all(Array.from({ length: parts }, (_, part) => get(keys.ahead(generation, part))));
      return new Map(
        items.flatMap((item, part) => {
          if (!item) throw new Error(`Part ${part} of what generation ${generation} had seen ahead is missing.`);
          return Object.entries(item['versions'] as Record<string, number>);
        }),
      );
    },

    /**
     * Every record's item and its history's, those of one record together and the record's last. A scan of the whole table: for
     * recounting alone.
     */
    async *scanRecords(): AsyncGenerator<Item> {
      const pages = paginateScan(
        { client: table, pageSize: SCAN_PAGE },
        {
          TableName: environment('tableName'),
          FilterExpression: 'sk = :record OR begins_with(sk, :event)',
          ExpressionAttributeValues: { ':record': RECORD_SK, ':event': EVENT_PREFIX },
          ConsistentRead: true,
        },
      );
      for await (const page of pages) yield* page.Items ?? [];
    },

    /** The items of these records as they are now. */
    async recordItems(ids: readonly string[]): Promise<Item[]> {
      const items: Item[] = [];
      for (let start = 0; start < ids.length; start += 100)
        items.push(...(await batchGet(table, ids.slice(start, start + 100).map(keys.record))));
      return items;
    },
  };
}

const inSeconds = (now: number) => Math.floor(now / 1000) + REBUILD_SECONDS;

function withoutKey<Kept>(item: Item | undefined): Kept | undefined {
  if (!item) return undefined;
  const { pk: _, sk: __, ...kept } = item;
  return kept as Kept;
}
