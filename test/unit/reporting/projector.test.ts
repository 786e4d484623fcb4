import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createProjector, type Project } from '#shared/reporting/project.ts';
import { rebuild } from '#shared/reporting/rebuild.ts';
import { reconcile } from '#shared/reporting/reconcile.ts';
import { sweep } from '#shared/reporting/sweep.ts';
import { type Fault, InjectedFault, type MemoryAggregates, memoryAggregates } from '#test/support/memory-aggregates.ts';
import { type MemoryJournal, memoryJournal } from '#test/support/memory-journal.ts';
import { sized } from '#test/support/proof.ts';
import { seeded } from '#test/support/random.ts';
import { acts, play, quiet, shardsOf } from '#test/support/record-acts.ts';
import type { Step } from '#test/support/record-history.ts';

/** When the last record was recorded, or a little later. */
const NOW = Date.parse('2027-03-01T01:00:00Z');
const HOUR = 3600 * 1000;

interface World {
  readonly aggregates: MemoryAggregates;
  readonly journal: MemoryJournal;
  readonly random: () => number;
  now: number;
  /** How many requests may still be spoilt. */
  faults: number;
}

/** A world in which requests come in between each other, are refused, or lose their answer. */
function world(seed: number, faults: number): World {
  const random = seeded(seed);
  const fault = (): Fault | undefined => {
    if (here.faults === 0 || random() > 0.06) return undefined;
    here.faults -= 1;
    return (['refused', 'answer lost', 'sent twice'] as const)[Math.floor(random() * 3)];
  };
  // Most requests are quick; some take so long that everybody else has gone on meanwhile.
  const between = async () => {
    for (let turns = Math.floor(random() * (random() < 0.08 ? 200 : 4)); turns > 0; turns--) await Promise.resolve();
  };
  const [aggregates, journal] = [memoryAggregates({ between, fault }), memoryJournal({ between, fault })];
  const here: World = { aggregates, journal, random, now: NOW, faults };
  return here;
}

/** Time goes on while somebody waits. So small a head writes its histograms out all the time. */
const partsOf = (here: World) => ({
  aggregates: here.aggregates,
  journal: here.journal,
  clock: () => here.now,
  pause: async (milliseconds: number) => {
    here.now += Math.ceil(milliseconds);
    await Promise.resolve();
  },
  log: quiet,
  headBytes: here.random() < 0.5 ? 260 : 4096,
});

function store({ aggregates }: World, { item, history }: Step): void {
  aggregates.put(item);
  aggregates.put(history as unknown as Record<string, unknown>);
}

/**
 * Delivers a shard as the stream may: in batches of any size, again from anywhere before, to projectors that remember and to new
 * ones, until everything has been taken.
 */
async function deliver(
  here: World,
  shard: ReturnType<typeof shardsOf>[number],
  arrived = () => shard.changes.length,
): Promise<void> {
  let project: Project = createProjector(partsOf(here));
  for (let at = 0, turns = 0; at < shard.changes.length; turns++) {
    if (turns > 5_000) throw new Error('The shard does not come to its end.');
    if (here.random() < 0.2) project = createProjector(partsOf(here));
    const size = Math.min(1 + Math.floor(here.random() * 7), arrived() - at);
    try {
      await project(shard.id, shard.changes.slice(at, at + size));
      at += size;
      if (here.random() < 0.3) at = Math.max(0, at - Math.floor(here.random() * 10));
    } catch (error) {
      if (!(error instanceof InjectedFault || (error as Error).name === 'RebuildUnderWay')) throw error;
    }
    await Promise.resolve();
  }
}

async function expectAgreement(here: World): Promise<void> {
  here.faults = 0;
  const { verdict, differences } = await reconcile(partsOf(here));
  expect({ verdict, differences }).toEqual({ verdict: 'agrees', differences: [] });
}

describe('the projector', () => {
  it('counts every change exactly once, whatever is delivered again, cut otherwise, or dies at any write', async () => {
    await fc.assert(
      fc.asyncProperty(acts(9, 40), fc.integer({ min: 1, max: 4 }), fc.integer(), async (told, shardCount, seed) => {
        const steps = play(told);
        const here = world(seed, 30);
        for (const step of steps) store(here, step);
        await Promise.all(shardsOf(steps, shardCount).map((shard) => deliver(here, shard)));
        await expectAgreement(here);
      }),
      { numRuns: sized(30, 600), endOnFailure: true },
    );
  });

  it('leaves no snapshot behind that the sweep does not find, and the sweep takes none that is in use', async () => {
    await fc.assert(
      fc.asyncProperty(acts(6, 40), fc.integer(), async (told, seed) => {
        const steps = play(told);
        const here = world(seed, 30);
        for (const step of steps) store(here, step);
        await Promise.all(shardsOf(steps, 2).map((shard) => deliver(here, shard)));
        here.faults = 0;
        here.now += 2 * HOUR;
        await sweep(here.aggregates, () => here.now);
        for (const name of ['research-alliance', 'business-engagement', 'completed-stays'])
          expect((await here.aggregates.snapshots(1, name)).size).toBeLessThanOrEqual(1);
        await expectAgreement(here);
      }),
      { numRuns: sized(12, 200), endOnFailure: true },
    );
  });
});

describe('a rebuild', () => {
  it('is exact while records change, the stream lags, and anything dies, itself included', async () => {
    await fc.assert(
      fc.asyncProperty(
        acts(6, 60, 20),
        fc.integer({ min: 1, max: 3 }),
        fc.integer(),
        async (told, shardCount, seed) => {
          const steps = play(told);
          const here = world(seed, 8);
          const shards = shardsOf(steps, shardCount);
          let written = 0;
          const write = async () => {
            for (const step of steps) {
              store(here, step);
              written += 1;
              for (let turns = Math.floor(here.random() * 40); turns > 0; turns--) await Promise.resolve();
            }
          };
          const ids = new Map(steps.map((step, index) => [index, step.after.id]));
          const build = async () => {
            for (let times = 0; times === 0 || written < steps.length; times++) {
              for (let turns = Math.floor(here.random() * 60); turns > 0; turns--) await Promise.resolve();
              try {
                await rebuild(partsOf(here));
              } catch (error) {
                if (!(error instanceof InjectedFault || (error as Error).name === 'RebuildRefused')) throw error;
                // Past its deadline; but all of it happens well within the two days that the stream's memory is taken for.
                if (here.random() < 0.5 && here.now < NOW + 24 * HOUR) here.now += HOUR / 3;
              }
            }
          };
          const arrivedOf = (shard: (typeof shards)[number]) => () => {
            const inShard = new Set(shard.changes.map(({ recordId }) => recordId));
            let arrived = 0;
            for (let index = 0; index < written; index++) if (inShard.has(ids.get(index) as string)) arrived += 1;
            return arrived;
          };
          await Promise.all([write(), build(), ...shards.map((shard) => deliver(here, shard, arrivedOf(shard)))]);
          await expectAgreement(here);
        },
      ),
      { numRuns: sized(40, 800), endOnFailure: true },
    );
  });
});
