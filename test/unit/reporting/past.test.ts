import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRANDS } from '#shared/domain/strand.ts';
import { stepOf } from '#shared/reporting/changes.ts';
import { type Cube, type CubeFilter, pipelineOfCube, rowsOfCube } from '#shared/reporting/cube.ts';
import { encodeCube } from '#shared/reporting/cube-packing.ts';
import { ROWS } from '#shared/reporting/heads.ts';
import { EVER } from '#shared/reporting/past.ts';
import { inRecordingOrder } from '#shared/reporting/standing.ts';
import { type PastAct, type PastStory, pastActs, playPast } from '#test/support/past-acts.ts';
import { pastWorld } from '#test/support/past-world.ts';
import { sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';
import { type PlainRow, type Question, rowsAt } from '#test/support/recount-past.ts';

const BASES = ['as-known-then', 'as-known-now'] as const;

/** An instant around those at which something was recorded or happened: just then, or between. */
function someInstant({ told }: PastStory, random: () => number): string {
  const all = told.flatMap(({ event, recordedAt }) => [recordedAt, recordedAt, event.occurredAt]);
  const near = Date.parse(all[Math.floor(random() * all.length)] as string);
  return new Date(near + pick(random, [0, 0, -1, 1, 3_600_000, -86_400_000])).toISOString();
}

/** The rows of a cube in the form of the plain recount's. */
function figuresOf(cube: Parameters<typeof rowsOfCube>[0]) {
  const pipeline = pipelineOfCube(cube, []);
  if ('noRate' in pipeline) throw new Error('There is a rate of the pound.');
  const sums = rowsOfCube(cube);
  return Object.fromEntries(
    pipeline.rows
      .filter(({ count }) => count > 0)
      .map(({ strand, kind, stage, count, medianDaysInStage, longestDaysInStage }) => {
        const index = ROWS.findIndex((row) => row.kind === kind && row.stage.name === stage);
        const money = [...(sums.get(strand)?.[index]?.money ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
        return [`${strand}/${kind}/${stage}`, { count, money, medianDaysInStage, longestDaysInStage }];
      }),
  );
}

const expectedOf = (rows: Record<string, PlainRow>) =>
  Object.fromEntries(
    Object.entries(rows).map(([name, { minors, percents, days }]) => {
      const money = Object.entries(minors)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([currency, amounts]) => [
          currency,
          {
            records: amounts.length,
            minor: amounts.reduce((sum, minor) => sum + minor, 0n),
            weighted: amounts.reduce((sum, minor, at) => sum + minor * BigInt(percents[currency]?.[at] ?? -1), 0n),
          },
        ]);
      const middle = days.length / 2;
      const medianDaysInStage =
        days.length % 2 ? days[Math.floor(middle)] : ((days[middle - 1] as number) + (days[middle] as number)) / 2;
      return [name, { count: days.length, money, medianDaysInStage, longestDaysInStage: days.at(-1) }];
    }),
  );

const filters: fc.Arbitrary<CubeFilter> = fc.record(
  {
    strand: fc.subarray([...STRANDS]),
    kind: fc.subarray(['engagement', 'ip-lead', 'trade-deal'] as const),
    place: fc.subarray(['guangzhou', 'nanjing', 'none']),
    owner: fc.subarray(['officer-1', 'none']),
  },
  { requiredKeys: [] },
);

/** The same filter, as one would say it of a record. */
const onlyOf = (filter: CubeFilter): NonNullable<Question['only']> => {
  const isIn = (wanted: readonly string[] | undefined, value: string) => !wanted?.length || wanted.includes(value);
  return ({ kind, fields }) =>
    isIn(filter.strand, fields.strand) &&
    isIn(filter.kind, kind) &&
    isIn(filter.place, fields.place ?? 'none') &&
    isIn(filter.owner, fields.owner ?? 'none');
};

const story = pastActs(6, 45).map((acts: PastAct[]) => playPast(acts));

/** Full sizes take minutes. Milliseconds. */
const PATIENCE = sized(60_000, 900_000);

describe('the pipeline as it was', () => {
  it(
    'is what a plain recount of the history counts, in both bases, at any instant, with and without filters and snapshots',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, filters, fc.integer(), async (told, filter, seed) => {
          const random = seeded(seed);
          const world = pastWorld(told.steps);
          await world.deliver(told.steps, random);
          for (let snapshots = Math.floor(random() * 4); snapshots > 0; snapshots--)
            await world.keep(someInstant(told, random));
          for (const basis of BASES)
            for (const only of [{}, filter]) {
              const asOf = someInstant(told, random);
              const found = figuresOf(await world.past.standingAsOf(asOf, basis, only));
              expect(found).toEqual(expectedOf(rowsAt(told.told, { asOf, basis, only: onlyOf(only) })));
            }
        }),
        { numRuns: sized(50, 1_000), endOnFailure: true },
      );
    },
    PATIENCE,
  );

  it(
    'is the same at both ends of a passage as asked for by itself, with the same steps between, wherever the passage begins',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, fc.integer(), async (told, seed) => {
          const random = seeded(seed);
          const { past, keep, deliver } = pastWorld(told.steps);
          await deliver(told.steps, random);
          if (random() < 0.5) await keep(someInstant(told, random));
          const [from = '', to = ''] = [someInstant(told, random), someInstant(told, random)].sort();
          const [opening, closing, latest] = await Promise.all(
            [from, to, EVER].map((at) => past.standingAsOf(at, 'as-known-then')),
          );
          const expected = {
            opening,
            closing,
            steps: await past.readSteps({ from, to }),
            since: await past.readSteps({ from: to, to: EVER }),
          };
          const known = { cube: encodeCube(opening as Cube), since: await past.readSteps({ from, to: EVER }) };
          for (const beginning of [undefined, known]) {
            const { latest: now, ...found } = await past.passage({ from, to }, beginning);
            expect(found).toEqual(expected);
            expect([now.cells, now.stays]).toEqual([latest?.cells, latest?.stays]);
          }
        }),
        { numRuns: sized(20, 500), endOnFailure: true },
      );
    },
    PATIENCE,
  );

  it(
    'is the same from a snapshot as from the beginning, cell by cell and stay by stay',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, fc.integer(), async (told, seed) => {
          const random = seeded(seed);
          const [scratch, kept] = [pastWorld(told.steps), pastWorld(told.steps)];
          await scratch.deliver(told.steps, random);
          await kept.deliver(told.steps, random);
          for (let snapshots = 0; snapshots < 3; snapshots++) await kept.keep(someInstant(told, random));
          for (const basis of BASES) {
            const asOf = someInstant(told, random);
            expect(await kept.past.standingAsOf(asOf, basis)).toEqual(await scratch.past.standingAsOf(asOf, basis));
          }
        }),
        { numRuns: sized(20, 500), endOnFailure: true },
      );
    },
    PATIENCE,
  );

  it(
    'changes nothing at an instant, as known then, whatever is recorded later',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, fc.integer(), async (told, seed) => {
          const random = seeded(seed);
          const asOf = someInstant(told, random);
          const world = pastWorld(told.steps);
          await world.deliver(
            told.steps.filter(({ event }) => event.recordedAt <= asOf),
            random,
          );
          const before = await world.past.standingAsOf(asOf, 'as-known-then');
          await world.deliver(told.steps, random);
          expect(await world.past.standingAsOf(asOf, 'as-known-then')).toEqual(before);
        }),
        { numRuns: sized(20, 500), endOnFailure: true },
      );
    },
    PATIENCE,
  );
});

describe('the journal', () => {
  it(
    'gives every step of a span once and in recording order, however batches were cut and delivered again',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, fc.integer(), async (told, seed) => {
          const random = seeded(seed);
          const world = pastWorld(told.steps);
          await world.deliver(told.steps, random);
          const [from, to] = [someInstant(told, random), someInstant(told, random)].sort() as [string, string];
          const all = told.steps.map(({ before, after, event }) => stepOf(before, { state: after, event }));
          const wanted = all.filter(({ recordedAt }) => recordedAt > from && recordedAt <= to).sort(inRecordingOrder);
          expect(await world.past.readSteps({ from, to })).toEqual(wanted);
        }),
        { numRuns: sized(30, 500), endOnFailure: true },
      );
    },
    PATIENCE,
  );
});
