import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// Whatever a test lays down for a time lies in one folder, which goes when the run ends.
const temporary = mkdtempSync(join(tmpdir(), 'partnership-tests-'));
process.env['TMPDIR'] = temporary;
process.once('exit', () => rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }));
// A report of a test has no late records to wait for. That wait is tested with a clock of its own.
process.env['SETTLE_MILLISECONDS'] ??= '200';

/** Rooms by what they need: only the journeys need a running server. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'rules', include: ['test/{unit,functions,contracts}/**/*.test.ts'] },
      },
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
          globalSetup: ['test/support/global-server.ts'],
        },
      },
    ],
  },
});
