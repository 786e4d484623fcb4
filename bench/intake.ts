import { withBeside } from './support/beside.ts';
import { type Driven, p50 } from './support/drive.ts';
import type { Medium } from './support/place.ts';
import { type Bench, inTurn, type Settings } from './support/report.ts';
import { median, round } from './support/statistics.ts';

const CLIENTS = 16;

/**
 * From `POST` to recorded by 16 clients, against 16 clients that do nothing but the same writes to a table of the same shape on the same
 * DynamoDB Local: the conditional put of the record, then that of its history item. The product's own heads come on top of its side, and so
 * does all that is no write: HTTP, the bus, the queue, the stream, the reads. Beside it stands what the product's calls to the table reach
 * by themselves, made by clients that do nothing else: no product that makes them can be faster.
 */
export const intake: Bench = {
  name: 'intake',
  async run(settings) {
    const disk = await measure('disk', settings);
    const memory = await measure('memory', settings);
    const figures = ({ ratio, callsRatio, floor, calls, product, idle, latency }: Measured) => ({
      ratio: round(ratio),
      callsAloneRatio: round(callsRatio),
      recordedPerSecond: round(product),
      recordedToldAndCountedPerSecond: round(idle),
      floorPerSecond: round(floor),
      callsAlonePerSecond: round(calls),
      p50Ms: round(latency),
    });
    return {
      figures: { disk: figures(disk), memory: figures(memory) },
      bounds: [
        { what: 'intake to recorded to the floor, on disk', value: round(disk.ratio), atLeast: 0.5 },
        { what: 'intake to recorded to the floor, in memory', value: round(memory.ratio), atLeast: 0.5 },
      ],
    };
  },
};

interface Measured {
  readonly ratio: number;
  /** Of the calls alone to the floor. */
  readonly callsRatio: number;
  readonly floor: number;
  readonly calls: number;
  readonly product: number;
  /** Until the history is kept, outcomes are published and the pipeline has counted it. */
  readonly idle: number;
  readonly latency: number;
}

const measure = (medium: Medium, { rounds, scale, log }: Settings): Promise<Measured> =>
  withBeside(medium, async (beside) => {
    const operations = Math.ceil(600 * scale);
    const productRound = async (): Promise<Driven & { idle: number }> => {
      const began = performance.now();
      const driven = await beside.log(CLIENTS, operations, { status: 201 });
      // The floor is not measured while the product still works.
      await beside.product.server.idle();
      return { ...driven, idle: (operations / (performance.now() - began)) * 1000 };
    };
    await beside.log(CLIENTS, 3 * operations, { status: 201 });
    await beside.product.server.idle();
    await beside.writeRecords(CLIENTS, 2 * operations);
    await beside.callTable(CLIENTS, operations);
    const pairs = await inTurn(rounds, {
      floor: () => beside.writeRecords(CLIENTS, operations),
      calls: () => beside.callTable(CLIENTS, operations),
      product: productRound,
    });
    for (const { floor, calls, product } of pairs)
      log(
        `${medium}: floor ${round(floor.perSecond)}/s, calls alone ${round(calls.perSecond)}/s, product ${round(product.perSecond)}/s`,
      );
    return {
      ratio: median(pairs.map(({ floor, product: { perSecond } }) => perSecond / floor.perSecond)),
      callsRatio: median(pairs.map(({ floor, calls }) => calls.perSecond / floor.perSecond)),
      floor: median(pairs.map(({ floor }) => floor.perSecond)),
      calls: median(pairs.map(({ calls }) => calls.perSecond)),
      product: median(pairs.map(({ product: { perSecond } }) => perSecond)),
      idle: median(pairs.map(({ product: { idle } }) => idle)),
      latency: median(pairs.map((pair) => p50(pair.product))),
    };
  });
