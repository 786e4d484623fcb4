import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { stepOf } from '#shared/reporting/changes.ts';
import type { Cell } from '#shared/reporting/cube.ts';
import { decodeCube, encodeCube } from '#shared/reporting/cube-packing.ts';
import { VOCABULARY } from '#shared/reporting/heads.ts';
import { ulidOf, ulidParts } from '#shared/reporting/id-packing.ts';
import { itemsOf } from '#shared/reporting/journal.ts';
import { mendJournal } from '#shared/reporting/mend-journal.ts';
import type { Step } from '#shared/reporting/standing.ts';
import { decodeSteps, encodeSteps } from '#shared/reporting/step-packing.ts';
import { hashId, newId } from '#shared/runtime/ids.ts';
import { memoryAggregates } from '#test/support/memory-aggregates.ts';
import { type PastStory, pastActs, playPast } from '#test/support/past-acts.ts';
import { pastWorld } from '#test/support/past-world.ts';
import { sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';
import { quiet } from '#test/support/record-acts.ts';

const story = pastActs(6, 45).map((acts) => playPast(acts));
const stepsOf = ({ steps }: PastStory) =>
  steps.map(({ before, after, event }) => stepOf(before, { state: after, event }));
const HOUR = 3600 * 1000;
const EVER = '9999';

/** A world with the journal of some steps, and the table that a scan reads. */
async function worldOf(told: PastStory, deliver: PastStory['steps'], random: () => number) {
  const world = pastWorld(told.steps);
  await world.deliver(deliver, random);
  const aggregates = memoryAggregates();
  for (const { item, history } of told.steps) {
    aggregates.put(item);
    aggregates.put({ ...history });
  }
  const parts = { ...world, aggregates, log: quiet };
  return { ...world, mend: () => mendJournal(parts) };
}

/** Full sizes take minutes. Milliseconds. */
const PATIENCE = sized(60_000, 900_000);

describe('packed steps', () => {
  it('are given back as they were, whatever they say', () => {
    fc.assert(
      fc.property(story, (told) => {
        expect(decodeSteps(encodeSteps(stepsOf(told)))).toEqual(stepsOf(told));
      }),
      { numRuns: sized(60, 1_000) },
    );
  });

  it('hold any id, its time and its chance', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(2 ** 41), (text, at) => {
        for (const id of [hashId('evt', text), newId('trd', at)])
          expect(ulidOf(ulidParts(id))).toBe(id.slice(id.indexOf('_') + 1));
      }),
    );
    expect(ulidOf(ulidParts('evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ'))).toBe('7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
    for (const id of ['evt_1', 'evt_8ZZZZZZZZZZZZZZZZZZZZZZZZZ', 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2U'])
      expect(() => ulidParts(id)).toThrow(RangeError);
  });

  it('never make an item of more than 400 KB, however long the batch and its texts', () => {
    const random = seeded(9);
    const [first] = stepsOf(playPast([{ record: 0, verb: 'note', number: 5, after: 0, late: 0, seen: false }])) as [
      Step,
    ];
    const steps = Array.from({ length: 9_000 }, (_, version): Step => {
      const owner = Array.from({ length: 128 }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
      const after = { ...(first.after as NonNullable<Step['after']>), owner };
      return { ...first, version, eventId: newId('evt'), after };
    });
    const items = itemsOf(steps, 'a batch');
    expect(items.length).toBeGreaterThan(1);
    expect(Math.max(...items.map(({ steps: bytes }) => bytes.length))).toBeLessThan(390_000);
    expect(new Set(items.map(({ from, batch }) => `${from}#${batch}`)).size).toBe(items.length);
    expect(items.flatMap(({ steps: bytes }) => decodeSteps(bytes))).toEqual(steps);
  });
});

describe('a packed cube', () => {
  it('is given back as it was, and can be added to', async () => {
    await fc.assert(
      fc.asyncProperty(story, fc.integer(), async (told, seed) => {
        const world = pastWorld(told.steps);
        await world.deliver(told.steps, seeded(seed));
        const { cells, stays } = await world.past.standingAsOf(EVER, 'as-known-then');
        expect(decodeCube(encodeCube({ cells, stays }))).toEqual({ cells, stays });
      }),
      { numRuns: sized(40, 500) },
    );
  });

  it('takes at most 16 bytes a record where no two are alike', () => {
    const random = seeded(2);
    const cells = new Map<string, Cell>();
    for (let index = 0; index < 20_000; index++) {
      const cell = {
        ...{
          strand: pick(random, STRANDS),
          kind: 'engagement' as const,
          stage: pick(random, ['identified', 'scoping']),
        },
        ...{ owner: `officer-${index % 400}`, place: pick(random, ['guangzhou', 'nanjing', 'bristol']) },
        themes: THEMES.filter(() => random() < 0.3),
        count: 1,
        money: [{ currency: 'CNY', records: 1, minor: BigInt(index) * 10_007n, weighted: BigInt(index) * 100_070n }],
        entered: [20_000 + Math.floor(random() * 700), 1],
      };
      cells.set(String(index), cell);
    }
    expect(encodeCube({ cells, stays: new Map() }).length / 20_000).toBeLessThan(16);
  });
});

describe('what is read for the past', () => {
  it('is the items of the day since the last snapshot, however long the journal is', async () => {
    const acts = Array.from({ length: 400 }, (_, index) => ({
      ...{ record: index % 7, verb: 'move' as const, number: index * 7, late: 0, seen: true },
      after: 2 * HOUR,
    }));
    const told = playPast(acts);
    const world = pastWorld(told.steps);
    await world.deliver(told.steps, () => 0.5);
    for (let day = 21; day <= 31; day++) await world.keep(`2027-03-${day}T03:00:00.000Z`);
    const before = world.journal.read;
    await world.past.standingAsOf('2027-04-01T02:00:00.000Z', 'as-known-then');
    // A step every two hours, an item each at the most: 12 of a day, and those of the hour in which the snapshot was taken.
    expect(world.journal.read - before).toBeLessThanOrEqual(13);
    expect(world.journal.items.size).toBeGreaterThan(300);
  });

  it('keeps the first snapshot of a month for ever, and others for 60 days', async () => {
    const told = playPast([{ record: 0, verb: 'note', number: 1, after: 0, late: 0, seen: false }]);
    const world = pastWorld(told.steps);
    await world.deliver(told.steps, () => 0.5);
    const instants = ['2027-03-21T03:00:00.000Z', '2027-03-22T03:00:00.000Z', '2027-04-01T03:00:00.000Z'];
    for (const at of instants) await world.keep(at);
    expect(instants.map((at) => world.cubes.kept.get(at)?.head.expiresAt)).toEqual([
      undefined,
      Date.parse('2027-05-21T03:00:00.000Z') / 1000,
      undefined,
    ]);
  });
});

describe('a journal with a gap', () => {
  const logged = { record: 0, verb: 'note', number: 10, after: HOUR, late: 0, seen: true } as const;
  const acts = [logged, { ...logged, verb: 'move', number: 4 }, { ...logged, verb: 'move', number: 5 }] as const;
  const told = playPast(acts);

  it('gives no figures: not where a step between two others is missing, nor the first one, nor one that others build on', async () => {
    for (const missing of [0, 1]) {
      const world = await worldOf(
        told,
        told.steps.filter((_, index) => index !== missing),
        () => 0.5,
      );
      await expect(world.past.standingAsOf(EVER, 'as-known-then')).rejects.toMatchObject({ name: 'JournalGap' });
      await expect(world.past.readSteps({ to: EVER })).rejects.toMatchObject({ name: 'JournalGap' });
    }
    const world = await worldOf(told, told.steps.slice(2), () => 0.5);
    await world.cubes.put(
      { at: '2027-03-20T02:30:00.000Z', made: 'empty', mended: 0, vocabulary: VOCABULARY },
      encodeCube({ cells: new Map(), stays: new Map() }),
    );
    await expect(world.past.standingAsOf(EVER, 'as-known-then')).rejects.toMatchObject({ name: 'JournalGap' });
  });

  it('gives none where an item was packed by other lists, which mending takes out and writes anew', async () => {
    const world = await worldOf(told, told.steps, () => 0.5);
    const [key, item] = [...world.journal.items][0] as [string, { from: string; batch: string; steps: Uint8Array }];
    const others = Uint8Array.from(item.steps);
    others[1] = (others[1] as number) ^ 1;
    world.journal.items.set(key, { ...item, steps: others });
    await expect(world.past.standingAsOf(EVER, 'as-known-then')).rejects.toMatchObject({ name: 'JournalGap' });
    await world.mend();
    expect(await world.past.readSteps({ to: EVER })).toEqual(stepsOf(told));
  });

  it(
    'is mended from the history, with its snapshots, whatever is missing or wrong, and delivered later',
    async () => {
      await fc.assert(
        fc.asyncProperty(story, fc.integer(), async (story, seed) => {
          const random = seeded(seed);
          const whole = pastWorld(story.steps);
          await whole.deliver(story.steps, random);
          const some = story.steps.filter(() => random() < 0.7);
          const { past, journal, cubes, keep, mend, deliver } = await worldOf(story, some, random);
          // Snapshots that rest on what is missing: made as long as nobody could see it.
          const instants = [0, 1, 2].map(() => pick(random, story.told).recordedAt);
          for (const at of instants) await keep(at).catch(() => {});
          // And a step that tells something else than the history does.
          const [wrong] = stepsOf(story);
          if (wrong?.after && random() < 0.5)
            for (const item of itemsOf([{ ...wrong, after: { ...wrong.after, percent: 99 } }], 'zzzz'))
              await journal.put(item);
          await mend();
          const at = pick(random, story.told).recordedAt;
          for (const basis of ['as-known-then', 'as-known-now'] as const)
            expect(await past.standingAsOf(at, basis)).toEqual(await whole.past.standingAsOf(at, basis));
          // The stream brings what was missing after all.
          await deliver(story.steps, random);
          expect(await past.readSteps({ to: EVER })).toEqual(await whole.past.readSteps({ to: EVER }));
          const before = journal.items.size;
          expect((await mend()).steps).toBe(0);
          expect(journal.items.size).toBe(before);
          expect(
            [...cubes.kept.values()].every(({ head }) => head.mended === cubes.kept.values().next().value?.head.mended),
          ).toBe(true);
        }),
        { numRuns: sized(15, 300), endOnFailure: true },
      );
    },
    PATIENCE,
  );
});
