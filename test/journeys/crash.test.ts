import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { crashRun } from '#test/support/crash-run.ts';
import { report, sized } from '#test/support/proof.ts';
import { expectAllStandsOnce } from '#test/support/stands-once.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

test(
  'everything acknowledged stands exactly once after the server is killed again and again',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'crash-'));
    cleanUps.push(() => rm(dataDir, { recursive: true, force: true }));
    const kills = sized(1, 20);
    const run = await crashRun({
      dataDir,
      records: sized(60, 2_000),
      clients: 8,
      kills,
      seed: Date.now() % 1_000_000,
    });
    cleanUps.push(() => run.server.stop());
    expect(run.kills).toBe(kills);
    await expectAllStandsOnce(run);
    report('crash', {
      records: run.acknowledged.length,
      writes: run.acknowledged.reduce((sum, { writes }) => sum + writes.length, 0),
      kills: run.kills,
      'requests cut short or put off': run.interrupted,
      'median restart (ms)': Math.round(run.medianRestartMs),
      lost: 0,
      doubled: 0,
    });
  },
  sized(240_000, 1_800_000),
);
