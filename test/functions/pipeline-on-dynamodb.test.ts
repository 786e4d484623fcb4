import { setTimeout as pause } from 'node:timers/promises';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, assert, beforeAll, describe, expect, it } from 'vitest';
import { type Change, readChanges } from '#shared/reporting/changes.ts';
import { decodeCheckpoints, decodeTally, encodeHead, encodeSnapshot } from '#shared/reporting/head.ts';
import { rowIndex } from '#shared/reporting/heads.ts';
import { eventsIn, openPast } from '#shared/reporting/past.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { readPipeline, readStallThresholds } from '#shared/reporting/read-pipeline.ts';
import { rebuild } from '#shared/reporting/rebuild.ts';
import { type Difference, reconcile } from '#shared/reporting/reconcile.ts';
import { runReconciliation } from '#shared/reporting/run-reconciliation.ts';
import { sweep } from '#shared/reporting/sweep.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { type Aggregates, openAggregates } from '#shared/store/aggregates.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { type Journal, openJournal } from '#shared/store/journal.ts';
import { openRates } from '#shared/store/rates.ts';
import { createUncountedRecords } from '#shared/store/uncounted.ts';
import { type RealTable, startRealTable } from '#test/support/real-table.ts';
import { acts, play, quiet } from '#test/support/record-acts.ts';
import type { Step } from '#test/support/record-history.ts';

let table: RealTable;
let aggregates: Aggregates;
let journal: Journal;

beforeAll(async () => {
  table = await startRealTable('pipeline-test');
  aggregates = openAggregates(table.client);
  journal = openJournal(table.client);
});
afterAll(() => table.stop());

const hurry = { pause: async () => {}, log: quiet, clock: systemClock };
const parts = () => {
  const cubes = openCubes(table.client);
  const past = openPast({ journal, cubes, loadEvents: eventsIn(table.client) });
  return { aggregates, journal, cubes, past, uncounted: createUncountedRecords(table.client), ...hurry };
};

/** The same records and changes each time; every prefix names records of its own. */
const stepsOf = (seed: number, records: number, length: number): Step[] =>
  play(fc.sample(acts(records, length, length), { numRuns: 1, seed })[0] ?? [], seed);

async function write({ item, history }: Step): Promise<void> {
  await table.client.send(new PutCommand({ TableName: 'pipeline-test', Item: item }));
  await table.client.send(new PutCommand({ TableName: 'pipeline-test', Item: { ...history } }));
}

/** Two shards out of the one that DynamoDB Local has, each with a projector of its own, both at once. */
const projectors: Record<string, ReturnType<typeof createProjector>> = {};
async function project(changes: readonly Change[]): Promise<void> {
  const shards = Map.groupBy(changes, ({ recordId }) => `shardId-${Number(recordId.at(-1)?.charCodeAt(0)) % 2}`);
  await Promise.all(
    [...shards].map(async ([shard, own]) => {
      projectors[shard] ??= createProjector({ ...parts(), pause: (milliseconds) => pause(milliseconds) });
      for (let start = 0; start < own.length; start += 10) await projectors[shard](shard, own.slice(start, start + 10));
    }),
  );
}

async function changesNow(): Promise<readonly Change[]> {
  const { changes, uncounted } = readChanges(await table.nextChanges());
  expect(uncounted).toEqual([]);
  return changes;
}

const rowsIn = (differences: readonly Difference[]) => [...new Set(differences.map(({ row }) => row))].sort();

describe('the pipeline on DynamoDB', () => {
  it('is counted from the stream of the table by two projectors at once, and agrees with both recounts', async () => {
    const steps = stepsOf(1, 12, 70);
    for (const step of steps) await write(step);
    await project(await changesNow());
    expect(await reconcile(parts())).toMatchObject({ verdict: 'agrees', generation: 1, rounds: 1, records: 12 });
    const pipeline = await readPipeline({ aggregates, rates: openRates(table.client), clock: systemClock });
    if ('noRate' in pipeline) throw new Error('There is a rate of the pound.');
    expect(pipeline.rows).toHaveLength(140);
    expect(pipeline.unconverted.length).toBeGreaterThan(0);
    expect(await readStallThresholds(aggregates)).toHaveLength(17);
  });

  it('counts nothing twice when all of it is delivered again', async () => {
    const steps = stepsOf(2, 5, 20);
    for (const step of steps) await write(step);
    const changes = await changesNow();
    await project(changes);
    await project(changes);
    expect(await reconcile(parts())).toMatchObject({ verdict: 'agrees' });
  });

  it('finds one missing, one doubled, one in the wrong row and one penny off, names their rows, and mends them', async () => {
    const [missing, doubled] = [stepsOf(31, 1, 1), stepsOf(32, 1, 1)];
    for (const step of [...missing, ...doubled]) await write(step);
    const changes = await changesNow();
    const isOf = (steps: readonly Step[]) => (change: Change) => change.recordId === steps[0]?.after.id;
    await project(changes.filter(isOf(doubled)));
    await createProjector(parts())('a shard that tells it again', changes.filter(isOf(doubled)));
    await spoil('research-alliance', (tally) => {
      const [from, to] = [tally.rows[rowIndex('engagement', 'lost')], tally.rows[rowIndex('trade-deal', 'signed')]];
      if (!from || !to) throw new Error('There are no such rows.');
      from.count -= 1;
      to.count += 1;
    });
    await spoil('capacity-building', (tally) => {
      tally.rows[rowIndex('ip-lead', 'terms')]?.money.set('GBP', { records: 0, minor: 1n, weighted: 0n });
    });
    const rowOf = (steps: readonly Step[]) => {
      const after = changes.findLast(isOf(steps))?.after;
      return `${after?.strand}/${after?.kind}/${after?.stage}`;
    };
    const run = await runReconciliation(parts(), { repair: true });
    const { found: standing } = run;
    assert(standing);
    expect(standing.verdict).toBe('differs');
    expect(standing.rounds).toBe(3);
    const stays = rowsIn(standing.differences).filter((row) => row.startsWith('completed-stays'));
    expect(rowsIn(standing.differences)).toEqual(
      [
        ...new Set([
          rowOf(missing),
          rowOf(doubled),
          'research-alliance/engagement/lost',
          'research-alliance/trade-deal/signed',
        ]),
        'capacity-building/ip-lead/terms',
        ...stays,
      ].sort(),
    );
    const found = (from: Difference['from'], row: string, figure: string) =>
      standing.differences.find(
        (difference) => difference.from === from && difference.row === row && difference.figure === figure,
      );
    for (const from of ['records', 'history'] as const) {
      expect(found(from, 'capacity-building/ip-lead/terms', 'value GBP')).toMatchObject({ expected: '0', found: '1' });
      const count = found(from, rowOf(missing), 'count');
      expect(Number(count?.found) - Number(count?.expected)).toBe(-1);
      const twice = found(from, rowOf(doubled), 'count');
      expect(Number(twice?.found) - Number(twice?.expected)).toBe(1);
    }
    expect(run.after).toMatchObject({ verdict: 'agrees', generation: 2 });
    expect(run.rowsDiffering).toBe(0);
  });

  it('is rebuilt exactly while a writer goes on and the stream is delivered late', async () => {
    const steps = stepsOf(4, 10, 90);
    let writing = true;
    const writer = async () => {
      for (const step of steps) await write(step);
      writing = false;
    };
    const follower = async () => {
      while (writing) {
        await pause(15);
        await project(await changesNow());
      }
    };
    const rebuilder = async () => {
      let times = 0;
      for (; writing || times === 0; times++) {
        await pause(10);
        await rebuild(parts());
      }
      return times;
    };
    const [, , rebuilds] = await Promise.all([writer(), follower(), rebuilder()]);
    await project(await changesNow());
    expect(rebuilds).toBeGreaterThan(1);
    expect(await reconcile(parts())).toMatchObject({ verdict: 'agrees', generation: 2 + rebuilds });
  });

  it('leaves only what is read after a sweep, an hour later', async () => {
    const before = await aggregates.generation();
    const swept = await sweep(aggregates, () => Date.now() + 2 * 3600 * 1000);
    expect(swept.generations).toBe(before.current - 1);
    expect((await aggregates.generation()).retired).toEqual([]);
    expect(await aggregates.head(1, 'research-alliance')).toBeUndefined();
    expect((await aggregates.snapshots(before.current, 'research-alliance')).size).toBe(1);
    expect(await reconcile(parts())).toMatchObject({ verdict: 'agrees' });
  });
});

/** Changes a head behind everybody's back. */
async function spoil(name: string, change: (tally: ReturnType<typeof decodeTally>) => void): Promise<void> {
  const { current } = await aggregates.generation();
  const head = await aggregates.head(current, name);
  const snapshot = head?.snapshot;
  const tally = decodeTally(head, snapshot ? await aggregates.snapshot(current, name, snapshot) : []);
  change(tally);
  const written = 'SPOILT';
  await aggregates.putSnapshot(current, name, written, encodeSnapshot(tally));
  for (const cells of tally.pending) cells.clear();
  await aggregates.putHead(current, name, encodeHead(tally, decodeCheckpoints(head), written), head?.v ?? 0);
}

describe('exchange rates on DynamoDB', () => {
  const rates = () => openRates(table.client);
  const actor = { type: 'user' as const, id: 'manager' };
  const put = (date: string, of: Record<string, string>, at: string, more: { expectedVersion?: number } = {}) =>
    rates().put({ date, rates: of, at, actor, eventId: `evt_${date}_${at}`, ...more });

  beforeAll(async () => {
    await put('2026-01-10', { CNY: '0.11', USD: '0.77' }, '2026-01-10T09:00:00.000Z');
    await put('2026-01-20', { CNY: '0.1083' }, '2026-01-20T09:00:00.000Z');
    await put('2026-01-10', { CNY: '0.12' }, '2026-02-01T09:00:00.000Z');
  });

  it('are in force from their date until newer ones, each currency by itself', async () => {
    const inForce = (on: string) => rates().inForce({ on, currencies: ['CNY', 'USD', 'EUR'] });
    expect(await inForce('2026-01-09')).toEqual([]);
    expect(await inForce('2026-01-20')).toEqual([{ currency: 'CNY', date: '2026-01-20', rate: '0.1083' }]);
    expect(await inForce('2026-01-19')).toEqual([{ currency: 'CNY', date: '2026-01-10', rate: '0.12' }]);
  });

  it('are told as they were known at an instant', async () => {
    const known = (knownAt: string) => rates().inForce({ on: '2026-01-31', knownAt, currencies: ['CNY', 'USD'] });
    expect(await known('2026-01-15T00:00:00.000Z')).toEqual([
      { currency: 'CNY', date: '2026-01-10', rate: '0.11' },
      { currency: 'USD', date: '2026-01-10', rate: '0.77' },
    ]);
    expect(await known('2026-01-31T00:00:00.000Z')).toEqual([
      { currency: 'CNY', date: '2026-01-20', rate: '0.1083' },
      { currency: 'USD', date: '2026-01-10', rate: '0.77' },
    ]);
    expect(await known('2026-02-02T00:00:00.000Z')).toEqual([{ currency: 'CNY', date: '2026-01-20', rate: '0.1083' }]);
  });

  it('of a date are those set last, and count their versions', async () => {
    expect(await rates().ofDate('2026-01-10')).toEqual({
      version: 2,
      rates: { date: '2026-01-10', base: 'GBP', rates: { CNY: '0.12' }, recordedAt: '2026-02-01T09:00:00.000Z' },
    });
    expect(await rates().ofDate('2026-01-11')).toBeUndefined();
  });

  it('are not set over a version that their author had not seen', async () => {
    const stale = await put('2026-01-10', { CNY: '0.13' }, '2026-02-02T09:00:00.000Z', { expectedVersion: 1 });
    expect(stale).toEqual({ outcome: 'stale', version: 2 });
    expect((await rates().ofDate('2026-01-10'))?.version).toBe(2);
  });

  it('set by several at once are each kept, as versions one after the other', async () => {
    const at = '2026-03-01T09:00:00.000Z';
    const outcomes = await Promise.all(
      ['0.1', '0.2', '0.3'].map((CNY, index) =>
        rates().put({ date: '2026-03-01', rates: { CNY }, at, actor, eventId: `evt_${index}` }),
      ),
    );
    const versions = outcomes.map((outcome) => (outcome.outcome === 'put' ? outcome.put.version : 0));
    expect(versions.sort()).toEqual([1, 2, 3]);
  });

  it('leaves out a record of year 1, names it, counts all others, and agrees again once it is gone', async () => {
    const [poison, others] = [stepsOf(21, 1, 1)[0] as Step, stepsOf(22, 3, 12)];
    const occurredAt = '0001-01-01T00:00:00.000Z';
    const path = [{ ...poison.after.path[0], at: occurredAt }];
    await write({ ...poison, item: { ...poison.item, path }, history: { ...poison.history, occurredAt } });
    for (const step of others) await write(step);
    const { changes, uncounted } = readChanges(await table.nextChanges());
    expect(uncounted).toEqual([{ recordId: poison.after.id, reason: expect.stringContaining('1900') }]);
    await project(changes);
    const { verdict, differences } = await reconcile(parts());
    expect([verdict, rowsIn(differences)]).toEqual(['differs', [poison.after.id]]);
    await runReconciliation(parts(), { rebuild: true });
    expect((await parts().uncounted.list()).map(({ recordId }) => recordId)).toEqual([poison.after.id]);
    expect(rowsIn((await reconcile(parts())).differences)).toEqual([poison.after.id]);
    await write(poison);
    const repaired = readChanges(await table.nextChanges());
    expect(repaired).toMatchObject({ uncounted: [], countable: [poison.after.id] });
    await project(repaired.changes);
    await parts().uncounted.update([], repaired.countable);
    expect(await parts().uncounted.list()).toEqual([]);
    await runReconciliation(parts(), { rebuild: true });
    expect(await reconcile(parts())).toMatchObject({ verdict: 'agrees' });
  });
});
