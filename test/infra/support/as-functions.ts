import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { buildAsFunctions } from '#infra/bundle.ts';
import { scratchDirectory } from './templates.ts';

const root = join(import.meta.dirname, '../../..');

interface Program {
  readonly file: string;
  readonly bytes: number;
}

/** A program as a function would be: with all that stands in for packages there. */
export const asFunction = (contents: string): Program =>
  written(buildAsFunctions({ ...plain, stdin: stdin(contents) }));

/** The same program with the packages as they are. */
export const asItStands = (contents: string): Program =>
  written(
    buildSync({
      ...plain,
      stdin: stdin(contents),
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      banner: {
        js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
      },
      minify: true,
      write: false,
    }),
  );

const plain = { outfile: 'program.mjs', outExtension: {}, sourcemap: false } as const;
const stdin = (contents: string) => ({ contents, resolveDir: root, sourcefile: 'program.ts', loader: 'ts' }) as const;

function written({ outputFiles }: { outputFiles: readonly { readonly contents: Uint8Array }[] }): Program {
  const directory = scratchDirectory();
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'program.mjs');
  const contents = outputFiles[0]?.contents ?? new Uint8Array();
  writeFileSync(file, contents);
  return { file, bytes: contents.length };
}
