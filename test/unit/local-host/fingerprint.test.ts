import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprint, isCurrent, markCurrent } from '#infra/local/template/fingerprint.ts';

it('an assembly is synthesized again unless it was completed from the very same sources', () => {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const sources = fingerprint();
  expect(sources).toMatch(/^[\da-f]{64}$/);
  expect(fingerprint()).toBe(sources);
  expect(isCurrent(directory, sources)).toBe(false);
  markCurrent(directory, sources);
  expect(isCurrent(directory, sources)).toBe(true);
  expect(isCurrent(directory, 'other sources')).toBe(false);
});
