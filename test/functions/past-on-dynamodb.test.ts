import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readChanges } from '#shared/reporting/changes.ts';
import { newestProbe } from '#shared/reporting/counted.ts';
import { type Cube, rowsOfCube } from '#shared/reporting/cube.ts';
import { ROWS } from '#shared/reporting/heads.ts';
import { eventsIn, openPast, type Past } from '#shared/reporting/past.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { checkJournal } from '#shared/reporting/reconcile.ts';
import { runReconciliation } from '#shared/reporting/run-reconciliation.ts';
import { takeSnapshot } from '#shared/reporting/snapshots.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { type CubeHead, openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openProbes } from '#shared/store/probes.ts';
import { createUncountedRecords } from '#shared/store/uncounted.ts';
import { pastActs, playPast } from '#test/support/past-acts.ts';
import { type RealTable, startRealTable } from '#test/support/real-table.ts';
import { quiet } from '#test/support/record-acts.ts';
import { rowsAt } from '#test/support/recount-past.ts';

const story = playPast(
  fc.sample(pastActs(9, 90), { numRuns: 30, seed: 7 }).sort((a, b) => b.length - a.length)[0] ?? [],
);
const BASES = ['as-known-then', 'as-known-now'] as const;
const EVER = '9999';

let table: RealTable;
let parts: ReturnType<typeof open>;

function open() {
  const [aggregates, journal, cubes] = [
    openAggregates(table.client),
    openJournal(table.client),
    openCubes(table.client),
  ];
  const past: Past = openPast({ journal, cubes, loadEvents: eventsIn(table.client) });
  const clock = () => Date.parse(story.told.at(-1)?.recordedAt ?? '') + 2 * 3600 * 1000;
  return {
    aggregates,
    journal,
    cubes,
    past,
    uncounted: createUncountedRecords(table.client),
    clock,
    pause: async () => {},
    log: quiet,
  };
}

const write = (Item: object) => table.client.send(new PutCommand({ TableName: 'past-test', Item: { ...Item } }));

beforeAll(async () => {
  table = await startRealTable('past-test');
  parts = open();
  for (const { item, history } of story.steps) {
    await write(item);
    await write(history);
  }
  const { changes, uncounted } = readChanges(await table.nextChanges());
  expect([changes.length, uncounted]).toEqual([story.steps.length, []]);
  const project = createProjector(parts);
  for (let start = 0; start < changes.length; start += 13) await project('shard', changes.slice(start, start + 20));
});
afterAll(() => table.stop());

const countsOf = (cube: Cube) =>
  Object.fromEntries(
    [...rowsOfCube(cube)].flatMap(([strand, rows]) =>
      rows.flatMap(({ count, money }, index) => {
        const { kind, stage } = ROWS[index] as (typeof ROWS)[number];
        const sums = Object.fromEntries([...money].map(([currency, { minor }]) => [currency, minor]));
        return count > 0 ? [[`${strand}/${kind}/${stage.name}`, { count, sums }]] : [];
      }),
    ),
  );

const expectedAt = (asOf: string, basis: (typeof BASES)[number]) =>
  Object.fromEntries(
    Object.entries(rowsAt(story.told, { asOf, basis })).map(([row, { days, minors }]) => {
      const sums = Object.entries(minors).map(([currency, of]) => [
        currency,
        of.reduce((sum, minor) => sum + minor, 0n),
      ]);
      return [row, { count: days.length, sums: Object.fromEntries(sums) }];
    }),
  );

async function headsUpTo(at: string): Promise<CubeHead[]> {
  const heads: CubeHead[] = [];
  for await (const head of parts.cubes.upTo(at)) heads.push(head);
  return heads;
}

async function expectThePast(): Promise<void> {
  for (let index = 0; index < story.told.length; index += 23)
    for (const basis of BASES) {
      const asOf = story.told[index]?.recordedAt as string;
      expect(countsOf(await parts.past.standingAsOf(asOf, basis))).toEqual(expectedAt(asOf, basis));
    }
}

describe('the past on DynamoDB', () => {
  it('is what a plain recount counts, from the journal alone and from snapshots', async () => {
    await expectThePast();
    for (const index of [20, 40, 60]) await takeSnapshot(parts, story.told[index]?.recordedAt as string);
    await expectThePast();
    const heads = await headsUpTo(EVER);
    expect(heads.map(({ at }) => at)).toEqual([...new Set([60, 40, 20].map((index) => story.told[index]?.recordedAt))]);
  });

  it('is checked by what a report has read of it already, and read anew only where that is not what the heads show', async () => {
    const reads: string[] = [];
    const watched: Past = {
      ...parts.past,
      standingAsOf: (at, ...rest) => {
        reads.push(at);
        return parts.past.standingAsOf(at, ...rest);
      },
    };
    await checkJournal({ ...parts, past: watched }, await parts.past.standingAsOf(EVER, 'as-known-then'));
    expect(reads).toEqual([]);
    const behind = await parts.past.standingAsOf(story.told[18]?.recordedAt as string, 'as-known-then');
    await checkJournal({ ...parts, past: watched }, behind);
    expect(reads).toEqual([EVER]);
  });

  it('finds steps that the journal has not, row by row, when it recounts', async () => {
    const [newest] = (await parts.journal.days('0000', EVER)).slice(-1);
    const items = await parts.journal.ofDay(newest as string, '', EVER);
    await parts.journal.delete(items);
    await expect(checkJournal(parts)).rejects.toMatchObject({ name: 'JournalGap' });
    const lacking = await parts.past.standingAsOf(story.told[18]?.recordedAt as string, 'as-known-then');
    await expect(checkJournal(parts, lacking)).rejects.toMatchObject({ name: 'JournalGap' });
    const { found } = await runReconciliation(parts, { dryRun: true });
    expect(found?.verdict).toBe('differs');
    expect(new Set(found?.differences.map(({ from }) => from))).toEqual(new Set(['journal']));
    expect((await runReconciliation(parts, { repair: true })).after).toMatchObject({ verdict: 'agrees' });
    await checkJournal(parts);
  });

  it('is found missing where the journal lost some, and mended with its snapshots', async () => {
    // All of the days before the eleventh step's: others build on some of them.
    for (const day of await parts.journal.days('0000', story.told[10]?.recordedAt.slice(0, 10) as string))
      await parts.journal.delete(await parts.journal.ofDay(day, '', EVER));
    await expect(parts.past.standingAsOf(story.told[18]?.recordedAt as string, 'as-known-then')).rejects.toMatchObject({
      name: 'JournalGap',
    });
    const run = await runReconciliation(parts, { rebuild: true });
    expect(run.mended?.steps).toBeGreaterThan(0);
    // The one of the reconciliation before, too.
    expect(run.mended?.snapshots).toBe(4);
    expect(run.after).toMatchObject({ verdict: 'agrees' });
    await expectThePast();
  });

  it('keeps a snapshot in as many parts as it needs', async () => {
    const bytes = Uint8Array.from({ length: 900_000 }, (_, index) => (index * 7919) % 251);
    const head = { at: '2020-01-01T00:00:00.000Z', made: 'large', mended: 0, vocabulary: 'none' };
    await parts.cubes.put(head, bytes);
    const [kept] = await headsUpTo('2020-01-02');
    expect(kept).toEqual({ ...head, parts: 3 });
    expect(Buffer.compare((await parts.cubes.bytes({ ...head, parts: 3 })) ?? Buffer.alloc(0), bytes)).toBe(0);
    expect(await parts.cubes.bytes({ ...head, parts: 4 })).toBeUndefined();
    // One that is no better goes at once, and one that is better leaves nothing of the other behind.
    await parts.cubes.put({ ...head, made: 'second' }, bytes);
    await parts.cubes.put({ ...head, made: 'mended', mended: 1 }, bytes);
    expect(await headsUpTo('2020-01-02')).toEqual([{ ...head, made: 'mended', mended: 1, parts: 3 }]);
    for (const made of ['large', 'second'])
      expect(await parts.cubes.bytes({ ...head, made, parts: 1 })).toBeUndefined();
    expect(await parts.cubes.bytes({ ...head, made: 'mended', parts: 3 })).toHaveLength(bytes.length);
  });

  it('passes probes through the stream of the table', async () => {
    const probes = openProbes(table.client);
    await table.nextChanges();
    await probes.put([1, 2, 3], '2027-04-01T00:00:00.000Z');
    await probes.put([2], '2027-04-01T00:00:01.000Z');
    expect(newestProbe(await table.nextChanges())).toBe('2027-04-01T00:00:01.000Z');
    await probes.putProgress('a', '2027-04-01T00:00:01.000Z');
    await probes.putProgress('a', '2027-04-01T00:00:02.000Z');
    expect(await probes.progress()).toEqual(new Map([['a', '2027-04-01T00:00:02.000Z']]));
  });
});
