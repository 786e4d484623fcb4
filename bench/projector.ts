import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { dynamoClient } from '#infra/local/dynamodb/client.ts';
import { streamClient } from '#infra/local/sources/stream/records.ts';
import { type Change, readChanges } from '#shared/reporting/changes.ts';
import { contributionOf } from '#shared/reporting/contribution.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openJournal } from '#shared/store/journal.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import { meterTable, noTableUse } from './model/meter.ts';
import type { Item } from './model/units.ts';
import { createTable, documents, REGION, startSharedEngine } from './support/engine.ts';
import { withDirectory } from './support/place.ts';
import { historyOf } from './support/records.ts';
import type { Bench } from './support/report.ts';
import { median, round } from './support/statistics.ts';

/** After all that the records tell of. */
const BEGAN = '2026-11-20T09:00:00.000Z';
const TABLE_NAME = 'projector';
const BATCH = 100;
const COUNTED = 100_000;

/**
 * The projector on DynamoDB Local, on disk: changes of records as the table's stream tells them, loggings and moves, in batches of 100, with
 * 100,000 records counted before. From the stream's records to the heads in the table; write units by the sizes of the items.
 */
export const projector: Bench = {
  name: 'projector',
  run: ({ rounds, scale, log }) =>
    withDirectory('disk', async (directory) => {
      const engine = await startSharedEngine(directory, 'disk');
      const plain = dynamoClient(new URL(engine.url), 'PROJECTOR', REGION);
      try {
        const client = engine.connect('PROJECTOR');
        const streamArn = await createTable(client, TABLE_NAME);
        process.env['TABLE_NAME'] = TABLE_NAME;
        const table = documents(client);
        const use = noTableUse();
        const written = new Map<string, Item>();
        const meter = meterTable(
          // Nobody else writes the heads: what was last put is what is there, and asking would be one more request.
          async ({ pk, sk }) => written.get(`${pk} ${sk}`),
          () => use,
        );
        const metered = documents(client);
        const send = metered.send.bind(metered);
        metered.send = ((command: Parameters<typeof meter.send>[0]) => {
          const { Item: item } = command.input as { Item?: Item };
          return meter.send(command, async () => {
            const answer = await send(command as never);
            if (item) written.set(`${item['pk']} ${item['sk']}`, item);
            return answer;
          });
        }) as typeof metered.send;
        const project = createProjector({
          aggregates: openAggregates(metered),
          journal: openJournal(metered),
          clock: systemClock,
          pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
          log: { warn: (what) => log(String(what)) },
        });

        await countBefore(project, Math.ceil(COUNTED * scale));
        const records = Math.ceil(200 * scale) * (rounds + 1);
        await write(table, records);
        const changes = await readStream(plain, streamArn);
        // As many batches in each round, the first of which warms up.
        const batches = Math.floor(changes.length / BATCH / (rounds + 1));
        if (batches === 0) throw new Error(`${changes.length} changes are too few for ${rounds + 1} rounds.`);
        const perSecond: number[] = [];
        let first = 0;
        for (let round = 0; round <= rounds; round++) {
          if (round === 1) Object.assign(use, noTableUse());
          const began = performance.now();
          for (let batch = 0; batch < batches; batch++, first += BATCH) {
            const { changes: read, uncounted } = readChanges(changes.slice(first, first + BATCH));
            if (uncounted.length > 0) throw new Error(`${uncounted.length} records cannot be counted.`);
            await project('shard', read);
          }
          if (round > 0) perSecond.push((batches * BATCH * 1000) / (performance.now() - began));
        }
        const measured = rounds * batches * BATCH;
        const writeUnits = round(use.writeUnits / measured);
        log(`${measured} changes: ${round(median(perSecond))} a second, ${writeUnits} write units each`);
        return {
          figures: {
            countedBefore: Math.ceil(COUNTED * scale),
            changes: measured,
            batch: BATCH,
            changesPerSecond: round(median(perSecond)),
            writeUnitsPerChange: writeUnits,
            requestsPerBatch: round(use.requests / (measured / BATCH)),
          },
          bounds: [{ what: 'projector, write units per event at batch 100', value: writeUnits, atMost: 0.3 }],
        };
      } finally {
        plain.close();
        await engine.stop();
      }
    }),
};

/** So many records that are in the heads already, as the projector itself counted them. */
async function countBefore(project: ReturnType<typeof createProjector>, number: number): Promise<void> {
  const AT_ONCE = 2_000;
  for (let first = 0; first < number; first += AT_ONCE) {
    const changes = Array.from({ length: Math.min(AT_ONCE, number - first) }, (_, at): Change => {
      const { state } = historyOf(first + at, 'before').at(-1) as ReturnType<typeof historyOf>[number];
      const version = state.version;
      return { sequence: BigInt(first + at), recordId: state.id, version, before: null, after: contributionOf(state) };
    });
    await project('shard before', changes);
  }
}

/**
 * Puts records at each version of their histories, one version after the other, so that the stream tells of loggings and of moves. What they
 * tell happened over two years; they are recorded one after the other, as a batch of the stream is.
 */
async function write(table: ReturnType<typeof documents>, records: number): Promise<void> {
  const AT_ONCE = 100;
  const histories = Array.from({ length: records }, (_, index) => historyOf(index, 'projected'));
  let recorded = Date.parse(BEGAN);
  for (let version = 0; version < 3; version++) {
    const items = histories.flatMap((history) => {
      const one = history[version];
      if (!one) return [];
      const state = { ...one.state, updatedAt: new Date(recorded++).toISOString() };
      return [toRecordItem(state, one.event)];
    });
    for (let first = 0; first < items.length; first += AT_ONCE)
      await table.send(
        new TransactWriteCommand({
          TransactItems: items.slice(first, first + AT_ONCE).map((Item) => ({ Put: { TableName: TABLE_NAME, Item } })),
        }),
      );
  }
}

/** Everything that the stream has told, as a function is told it. */
async function readStream(plain: ReturnType<typeof dynamoClient>, arn: string): Promise<DynamoDBRecord[]> {
  const stream = streamClient(plain, arn, arn, REGION);
  const found: DynamoDBRecord[] = [];
  for (const { ShardId } of await stream.shards()) {
    let iterator = await stream.iterator(ShardId, undefined, 'TRIM_HORIZON');
    while (iterator) {
      const { records, next } = await stream.records(iterator, 1_000);
      found.push(...(records as unknown as DynamoDBRecord[]));
      iterator = records.length > 0 ? next : undefined;
    }
  }
  return found;
}
