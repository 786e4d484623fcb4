import { rmSync } from 'node:fs';
import { DescribeTableCommand, type DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { rebuild } from '#shared/reporting/rebuild.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openRates } from '#shared/store/rates.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import { operatorOf } from '#test/support/operator.ts';
import { accessKeyOf, documents, startSharedEngine } from './engine.ts';
import { makeDirectory } from './place.ts';
import { startProduct } from './product.ts';
import { putItems } from './put-items.ts';
import { historyOf, OWNER } from './records.ts';

/** A data directory of the product with so many records. */
export interface Filled {
  readonly directory: string;
  readonly records: number;
}

let filled: (Filled & { readonly tableName: string }) | undefined;

/**
 * A data directory with so many records, made quickly: it grows from one size to the next, and the benches of a run share it.
 *
 * The product starts once and makes its table. Then, with the product stopped, the records are put there as recording would have left them,
 * each at the end of a history, while the table's stream is switched off; and the product's own rebuild counts them. That is what a
 * deployment has whose records came more than a day ago: the stream has forgotten them, and the heads say what a rebuild says, which is
 * what the projector says (`npm run reconcile` compares the two, tests hold them equal). What is missing are history items, which
 * no read of the pipeline meets.
 */
export async function filledTo(records: number, log: (line: string) => void): Promise<Filled> {
  filled ??= await begin();
  const from = filled.records;
  if (from > records) throw new Error(`There are ${from} records already.`);
  if (from === records) return filled;
  const { directory, tableName } = filled;
  const began = performance.now();
  const engine = await startSharedEngine(directory, 'disk');
  try {
    const client = engine.connect(accessKeyOf(directory));
    const table = documents(client);
    process.env['TABLE_NAME'] = tableName;
    await streamIs(client, tableName, false);
    await putItems(table, tableName, { from, to: records }, itemOf);
    await streamIs(client, tableName, true);
    const put = performance.now();
    if (from === 0) await putRates(table);
    const rebuilt = await rebuild({
      aggregates: openAggregates(table),
      clock: systemClock,
      log: { warn: (what) => log(String(what)) },
    });
    if (rebuilt.records !== records) throw new Error(`${rebuilt.records} of ${records} records were counted.`);
    const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(0);
    log(`${records} records: put in ${seconds(put - began)} s, rebuilt in ${seconds(performance.now() - put)} s`);
  } finally {
    await engine.stop();
  }
  filled = { ...filled, records };
  return filled;
}

async function begin() {
  const directory = makeDirectory('disk');
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const product = await startProduct(directory);
  try {
    const { tableName } = await operatorOf(directory);
    return { directory, tableName, records: 0 };
  } finally {
    await product.stop();
  }
}

async function streamIs(client: DynamoDBClient, TableName: string, on: boolean): Promise<void> {
  const StreamSpecification = on
    ? { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const }
    : { StreamEnabled: false };
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  if ((Table?.StreamSpecification?.StreamEnabled ?? false) === on) return;
  await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
}

function itemOf(index: number): Record<string, unknown> {
  const { state, event } = historyOf(index).at(-1) as ReturnType<typeof historyOf>[number];
  return toRecordItem(state, event);
}

/** Rates of the currencies that records of a bench have. */
export async function putRates(table: DynamoDBDocumentClient): Promise<void> {
  await openRates(table).put({
    date: '2026-09-01',
    rates: { CNY: '0.1083', USD: '0.7601', EUR: '0.8702' },
    at: '2026-09-01T09:00:00.000Z',
    actor: { type: 'user', id: OWNER },
    eventId: 'evt_00000000000000000000000000',
  });
}
