import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { inMemory } from './test/support/in-memory.ts';
import { ProgressReporter } from './test/support/progress-reporter.ts';

// Temporary files of all tests lie in two folders, on disk and in memory, which are deleted when the run ends.
const temporary = mkdtempSync(join(tmpdir(), 'partnership-tests-'));
const memory = mkdtempSync(join(inMemory(), 'partnership-tests-'));
process.env['TMPDIR'] = temporary;
process.env['TEST_MEMORY'] = memory;
process.once('exit', () => {
  for (const folder of [temporary, memory]) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

// A report of a test has no late records to wait for. That wait is tested with a clock of its own.
process.env['SETTLE_MILLISECONDS'] ??= '200';
// No engine of a test lives long enough to earn back what the second compiler takes.
process.env['JAVA_TOOL_OPTIONS'] ??= '-XX:TieredStopAtLevel=1';

const NEEDS_ENGINE = 'test/functions/*-on-dynamodb.test.ts';
/** The local run, tested with processes, sockets and an engine. */
const LOCAL_RUN = ['test/unit/local/**/*.test.ts', 'test/unit/local-host/**/*.test.ts'];

/** Projects by what a test needs, and so by what it costs; `docs/testing.md` describes them. */
export default defineConfig({
  test: {
    testTimeout: process.env['PROOF'] ? 1_800_000 : 30_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    reporters: ['default', new ProgressReporter()],
    projects: [
      {
        extends: true,
        // Functions without effects: one load of the packages does for all files of a worker.
        test: {
          name: 'pure',
          include: ['test/{unit,contracts}/**/*.test.ts'],
          exclude: LOCAL_RUN,
          pool: 'threads',
          isolate: false,
          setupFiles: ['test/support/shared-worker.ts', 'test/support/fresh-modules.ts'],
        },
      },
      {
        extends: true,
        // Entry points of functions, over tables and services in memory.
        test: {
          name: 'handlers',
          include: ['test/functions/**/*.test.ts'],
          exclude: [NEEDS_ENGINE],
          pool: 'threads',
          isolate: false,
          setupFiles: ['test/support/shared-worker.ts', 'test/support/fresh-modules.ts'],
        },
      },
      { extends: true, test: { name: 'engine', include: [NEEDS_ENGINE, ...LOCAL_RUN] } },
      {
        extends: true,
        // The CDK library takes seconds to load: once for all files of a worker, and none of them changes it.
        test: { name: 'infra', include: ['test/infra/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['test/browser/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: ['test/support/global-assembly.ts'],
          // A server that is warm serves all files of its worker, one after the other.
          pool: 'forks',
          isolate: false,
          setupFiles: ['test/support/shared-worker.ts'],
        },
      },
    ],
  },
});
