import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { crashRun } from '#test/support/crash-run.ts';
import { expectAllStandsOnce } from '#test/support/stands-once.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

test('everything acknowledged stands exactly once after the server is killed again and again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'crash-'));
  cleanUps.push(() => rm(dataDir, { recursive: true, force: true }));
  const report = await crashRun({ dataDir, records: 240, clients: 8, kills: 3, seed: Date.now() % 1_000_000 });
  cleanUps.push(() => report.server.stop());
  expect(report.kills).toBe(3);
  await expectAllStandsOnce(report);
}, 240_000);
