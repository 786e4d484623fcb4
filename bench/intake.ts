import { historyItem, putHistory } from '#shared/store/history.ts';
import { putRecord } from '#shared/store/records.ts';
import { operatorOf } from '#test/support/operator.ts';
import { type Driven, drive, p50 } from './support/drive.ts';
import { accessKeyOf, copyTable, documents, startSharedEngine } from './support/engine.ts';
import { expectStatus } from './support/http.ts';
import { type Medium, withDirectory } from './support/place.ts';
import { startProduct } from './support/product.ts';
import { bodyOf, logged } from './support/records.ts';
import type { Bench, Settings } from './support/report.ts';
import { median, round } from './support/statistics.ts';

const CLIENTS = 16;

/**
 * From `POST` to recorded by 16 clients, against 16 clients that do nothing but the same writes to a table of the same shape on the same
 * DynamoDB Local: the conditional put of the record, then that of its history item. The product's own heads come on top of its side.
 */
export const intake: Bench = {
  name: 'intake',
  async run(settings) {
    const disk = await measure('disk', settings);
    const memory = await measure('memory', settings);
    const of = (medium: string, { ratio, floor, product, idle, latency }: Measured) => ({
      [medium]: {
        ratio: round(ratio),
        recordedPerSecond: round(product),
        recordedToldAndCountedPerSecond: round(idle),
        floorPerSecond: round(floor),
        p50Ms: round(latency),
      },
    });
    return {
      figures: { ...of('disk', disk), ...of('memory', memory) },
      bounds: [
        { what: 'ratio, on disk', value: round(disk.ratio), atLeast: 0.5 },
        { what: 'ratio, in memory', value: round(memory.ratio), atLeast: 0.5 },
      ],
    };
  },
};

interface Measured {
  readonly ratio: number;
  readonly floor: number;
  readonly product: number;
  /** Until the history is kept, outcomes are published and the pipeline has counted it. */
  readonly idle: number;
  readonly latency: number;
}

async function measure(medium: Medium, { rounds, scale, log }: Settings): Promise<Measured> {
  return withDirectory(medium, async (directory) => {
    const engine = await startSharedEngine(directory, medium);
    const product = await startProduct(directory, { LOCAL_DYNAMODB_URL: engine.url });
    try {
      const { tableName } = await operatorOf(directory);
      const floorTable = engine.connect('FLOOR');
      await copyTable(engine.connect(accessKeyOf(directory)), tableName, floorTable, 'floor');
      process.env['TABLE_NAME'] = 'floor';
      const table = documents(floorTable);
      let serial = 0;

      const floorRound = async (operations: number): Promise<Driven> => {
        const first = serial;
        serial += operations;
        return drive({ clients: CLIENTS, operations }, async (index) => {
          const { state, event } = logged('trade-deal', first + index, 'floor');
          await putRecord(table, state, event, undefined);
          await putHistory(table, historyItem({ state, event }));
        });
      };
      const post = (index: number) => product.caller.post('/v1/trade-deals', bodyOf('trade-deal', index));
      const productRound = async (operations: number): Promise<Driven & { idle: number }> => {
        const began = performance.now();
        const driven = await drive({ clients: CLIENTS, operations }, async (index) =>
          expectStatus(await post(index), 201),
        );
        await product.server.idle();
        return { ...driven, idle: (operations / (performance.now() - began)) * 1000 };
      };

      const operations = Math.ceil(600 * scale);
      await drive({ clients: CLIENTS, operations: 2 * operations }, post);
      await floorRound(2 * operations);
      const pairs: { floor: Driven; product: Driven & { idle: number } }[] = [];
      for (let at = 0; at < rounds; at++) {
        // In turn first and second, so that neither has the machine's better half.
        const [one, other] = [() => floorRound(operations), () => productRound(operations)] as const;
        const pair =
          at % 2 === 0
            ? { floor: await one(), product: await other() }
            : await other().then(async (measured) => ({ product: measured, floor: await one() }));
        pairs.push(pair);
        log(`${medium}: floor ${round(pair.floor.perSecond)}/s, product ${round(pair.product.perSecond)}/s`);
      }
      return {
        ratio: median(pairs.map(({ floor, product: { perSecond } }) => perSecond / floor.perSecond)),
        floor: median(pairs.map(({ floor }) => floor.perSecond)),
        product: median(pairs.map(({ product: { perSecond } }) => perSecond)),
        idle: median(pairs.map(({ product: { idle } }) => idle)),
        latency: median(pairs.map((pair) => p50(pair.product))),
      };
    } finally {
      await product.stop();
      await engine.stop();
    }
  });
}
