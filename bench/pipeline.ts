import type { BatchGetCommand, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { readPipeline } from '#shared/reporting/read-pipeline.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openRates } from '#shared/store/rates.ts';
import { operatorOf } from '#test/support/operator.ts';
import { meterTable, noTableUse } from './model/meter.ts';
import { drive, p50 } from './support/drive.ts';
import { type Filled, filledTo } from './support/filled.ts';
import { expectStatus } from './support/http.ts';
import { type Product, startProduct } from './support/product.ts';
import type { Bench, Settings } from './support/report.ts';
import { median, quantile, round } from './support/statistics.ts';

const SIZES = [1_000, 10_000, 100_000];
const PATH = '/v1/pipeline';

/** `GET /v1/pipeline` over HTTP with one client, and what it reads, at three sizes of the table. */
export const pipeline: Bench = {
  name: 'pipeline',
  async run(settings) {
    const found: Record<string, Measured> = {};
    for (const size of SIZES.map((each) => Math.ceil(each * settings.scale)))
      found[size] = await measure(await filledTo(size, settings.log), settings);
    const [small, ...larger] = Object.values(found) as [Measured, ...Measured[]];
    const ratio = round((larger.at(-1)?.p50Ms ?? Number.NaN) / small.p50Ms);
    return {
      figures: { records: found, ratioOfLargestToSmallest: ratio },
      bounds: [{ what: 'GET /v1/pipeline, 100,000 records to 1,000', value: ratio, atMost: 1.2 }],
    };
  },
};

interface Measured {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly readUnits: number;
  readonly requestsToTable: number;
  readonly answerBytes: number;
}

async function measure(filled: Filled, { rounds, scale, log }: Settings): Promise<Measured> {
  const product = await startProduct(filled.directory);
  try {
    await product.server.idle();
    const read = async () => expectStatus(await product.caller.get(PATH), 200);
    const operations = Math.max(20, Math.ceil(200 * scale));
    // The functions' code is compiled while it runs: until it is, each read is quicker than the one before.
    await drive({ clients: 1, operations: 4 * operations }, read);
    const driven = [];
    for (let at = 0; at < rounds; at++) driven.push(await drive({ clients: 1, operations }, read));
    const { body } = await read();
    const counted = countOf(body);
    if (counted !== filled.records) throw new Error(`The pipeline counts ${counted} of ${filled.records} records.`);
    const measured = {
      p50Ms: round(median(driven.map(p50))),
      p99Ms: round(
        quantile(
          driven.flatMap(({ took }) => took),
          0.99,
        ),
      ),
      ...(await readUnitsOf(product)),
      answerBytes: Buffer.byteLength(body),
    };
    log(`${filled.records} records: p50 ${measured.p50Ms} ms, ${measured.readUnits} read units`);
    return measured;
  } finally {
    await product.stop();
  }
}

function countOf(body: string): number {
  const { totals } = JSON.parse(body) as { totals: Record<'open' | 'won' | 'lost', { count: number }> };
  return totals.open.count + totals.won.count + totals.lost.count;
}

/** The same read in this process, metered by the sizes of the items that it reads. */
async function readUnitsOf({ server }: Product): Promise<Pick<Measured, 'readUnits' | 'requestsToTable'>> {
  const { table, tableName } = await operatorOf(server.dataDir);
  process.env['TABLE_NAME'] = tableName;
  const use = noTableUse();
  const meter = meterTable(
    async () => undefined,
    () => use,
  );
  const send = table.send.bind(table);
  table.send = ((command: GetCommand | BatchGetCommand | QueryCommand) =>
    meter.send(command, () => send(command as GetCommand))) as typeof table.send;
  await readPipeline({ aggregates: openAggregates(table), rates: openRates(table), clock: systemClock });
  return { readUnits: use.readUnits, requestsToTable: use.requests };
}
