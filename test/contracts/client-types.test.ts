import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const directory = mkdtempSync(join(tmpdir(), 'client-types-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the types of the example client are what the OpenAPI document says now (npm run generate)', () => {
  const made = join(directory, 'api.ts');
  const generator = 'examples/typescript/node_modules/.bin/openapi-typescript';
  execFileSync(generator, ['docs/generated/openapi.json', '-o', made], { stdio: 'pipe' });
  expect(readFileSync('examples/typescript/api.ts', 'utf8')).toBe(readFileSync(made, 'utf8'));
}, 60_000);
