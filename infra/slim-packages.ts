import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package that is bundled from a copy in which esbuild sees what is not used. */
interface SlimPackage {
  readonly name: string;
  /** Folders that are copied; what is left out is not imported from there. */
  readonly parts: readonly string[];
  readonly entry: string;
  /** The file that is written anew, and how. */
  readonly file: string;
  readonly slim: (source: string) => string;
}

const SLIM_PACKAGES: readonly SlimPackage[] = [
  // Its service has many operations, of which functions call one. 44 KB less.
  {
    name: '@aws-sdk/client-sesv2',
    parts: ['dist-es'],
    entry: 'dist-es/index.js',
    file: 'dist-es/schemas/schemas_0.js',
    slim: withPlainNames,
  },
  // Functions write no JSON Schema: those of the API and of the events are generated before. 15 KB less in every function.
  {
    name: 'zod',
    parts: ['v4/classic', 'v4/core', 'v4/locales', 'v4/index.js'],
    entry: 'v4/index.js',
    file: 'v4/classic/schemas.js',
    slim: withoutJsonSchema,
  },
];

/**
 * Runs a build with copies of packages in which esbuild sees what is not used, given as directories and entries by their names; the build
 * needs `modules` among its `nodePaths`, for what the copies import.
 */
export function withSlimPackages<T>(modules: string, build: (entries: Record<string, string>) => T): T {
  const scratch = mkdtempSync(join(tmpdir(), 'partnership-packages-'));
  try {
    return build(slimPackages(modules, scratch));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function slimPackages(modules: string, directory: string): Record<string, string> {
  return Object.fromEntries(
    SLIM_PACKAGES.map(({ name, parts, entry, file, slim }) => {
      const copy = join(directory, name);
      for (const part of ['package.json', ...parts])
        cpSync(join(modules, name, part), join(copy, part), {
          recursive: true,
          filter: (path) => !/\.(cjs|cts|d\.ts|map)$/.test(path),
        });
      writeFileSync(join(copy, file), slim(readFileSync(join(copy, file), 'utf8')));
      return [name, join(copy, entry)];
    }),
  );
}

/**
 * The SDK's schemas name properties by constants (`{ [_hH]: … }`), and esbuild keeps an object with a computed name since computing one
 * may do something. Here the names stand as they are.
 */
function withPlainNames(source: string): string {
  const texts = new Map([...source.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, text]) => [name, text]));
  return source.replaceAll(/\[(_\w+)\]:/g, (written, name: string) =>
    texts.has(name) ? `${texts.get(name)}:` : written,
  );
}

/** Each class of zod knows how to become JSON Schema, so that none of that is ever unused. */
function withoutJsonSchema(source: string): string {
  return source
    .replaceAll(/^ +inst\._zod\.processJSONSchema = .*;$/gm, '')
    .replace(/^ {4}toJSONSchema\(params\) \{\n.*\n {4}\},$/m, '')
    .replace(/^ +jsonSchema: \{\n.*\n.*\n +\},$/m, '');
}
