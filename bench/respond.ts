import { withBeside } from './support/beside.ts';
import type { Driven } from './support/drive.ts';
import { type Bench, inTurn } from './support/report.ts';
import { median, quantile, round } from './support/statistics.ts';

const CLIENTS = 16;
const ASYNC = { status: 202, headers: { prefer: 'respond-async' } } as const;
const RECORDED = { status: 201 } as const;

/**
 * How fast the product answers, on disk as `npm start` runs it. Accepted: `respond-async` by 16 clients, beside 16 clients that make nothing
 * but the one write that comes before the answer. Recorded: `POST` to 201 by 16 clients and by one, beside as many that make the table
 * writes of recording.
 */
export const respond: Bench = {
  name: 'respond',
  run: ({ rounds, scale, log }) =>
    withBeside('disk', async (beside) => {
      const [many, few] = [Math.ceil(400 * scale), Math.ceil(60 * scale)];
      const { server } = beside.product;
      const settled = async (driven: Promise<Driven>) => {
        const done = await driven;
        await server.idle();
        return done;
      };
      const accept = async (operations: number) => {
        const began = performance.now();
        const driven = await beside.log(CLIENTS, operations, ASYNC);
        await recordQueueEmpty();
        const recordedPerSecond = (operations / (performance.now() - began)) * 1000;
        await server.idle();
        return { ...driven, recordedPerSecond };
      };
      const recordQueueEmpty = async () => {
        for (;;) {
          const queues = await server.control<QueueDepth[]>('/queues');
          const work = queues.filter(({ name, deadLetters }) => !deadLetters && /record/i.test(name));
          if (work.length === 0) throw new Error(`There is no record queue among ${queues.map(({ name }) => name)}.`);
          if (work.every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0)) return;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      };
      await settled(beside.log(CLIENTS, 2 * many, RECORDED));
      await accept(many);
      await beside.writeRecords(CLIENTS, many);
      await beside.writePromises(CLIENTS, many);
      const found = await inTurn(rounds, {
        accepted: () => accept(many),
        promises: () => beside.writePromises(CLIENTS, many),
        recorded: () => settled(beside.log(CLIENTS, many, RECORDED)),
        records: () => beside.writeRecords(CLIENTS, many),
        one: () => settled(beside.log(1, few, RECORDED)),
        oneRecord: () => beside.writeRecords(1, few),
      });
      for (const round of found)
        log(
          Object.entries(round)
            .map(([name, { perSecond }]) => `${name} ${perSecond.toFixed(0)}/s`)
            .join(', '),
        );
      const figures = (of: (round: (typeof found)[number]) => Driven) => {
        const took = found.flatMap((each) => of(each).took);
        return {
          perSecond: round(median(found.map((each) => of(each).perSecond))),
          p50Ms: round(quantile(took, 0.5)),
          p99Ms: round(quantile(took, 0.99)),
        };
      };
      return {
        figures: {
          clients16: {
            accepted: {
              ...figures(({ accepted }) => accepted),
              thenRecordedPerSecond: round(median(found.map(({ accepted }) => accepted.recordedPerSecond))),
            },
            acceptedFloor: figures(({ promises }) => promises),
            recorded: figures(({ recorded }) => recorded),
            recordedFloor: figures(({ records }) => records),
          },
          client1: { recorded: figures(({ one }) => one), recordedFloor: figures(({ oneRecord }) => oneRecord) },
        },
        bounds: [],
      };
    }),
};

interface QueueDepth {
  readonly name: string;
  readonly deadLetters: boolean;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}
