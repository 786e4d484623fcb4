import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package that is bundled from a copy in which esbuild sees what is not used. */
interface SlimPackage {
  readonly name: string;
  /** Folders that are copied; what is left out is not imported from there. */
  readonly parts: readonly string[];
  readonly entry: string;
  /** The files that are written anew, and how. */
  readonly slim: Readonly<Record<string, (source: string) => string>>;
}

const SLIM_PACKAGES: readonly SlimPackage[] = [
  // Its service has many operations, of which functions call one. 44 KB less.
  {
    name: '@aws-sdk/client-sesv2',
    parts: ['dist-es'],
    entry: 'dist-es/index.js',
    slim: { 'dist-es/schemas/schemas_0.js': withPlainNames },
  },
  // Its classes know far more than functions ask of them. 45 KB less in every function.
  {
    name: 'zod',
    parts: ['v4/classic', 'v4/core', 'v4/locales', 'v4/index.js'],
    entry: 'v4/index.js',
    slim: { 'v4/classic/schemas.js': withFewerMethods, 'v4/classic/errors.js': withoutForms },
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
    SLIM_PACKAGES.map(({ name, parts, entry, slim }) => {
      const copy = join(directory, name);
      for (const part of ['package.json', ...parts])
        cpSync(join(modules, name, part), join(copy, part), {
          recursive: true,
          filter: (path) => !/\.(cjs|cts|d\.ts|map)$/.test(path),
        });
      for (const [file, anew] of Object.entries(slim))
        writeFileSync(join(copy, file), anew(readFileSync(join(copy, file), 'utf8')));
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

/**
 * Methods of zod's classes that no source calls, by what they would bring: formats that are schemas of their own (`z.email()`), ways
 * there and back again, promises, what another library may ask of a schema.
 */
const UNCALLED = new Set([
  ...['email', 'url', 'jwt', 'emoji', 'guid', 'uuid', 'uuidv4', 'uuidv6', 'uuidv7', 'nanoid', 'cuid', 'cuid2', 'ulid'],
  ...['base64', 'base64url', 'xid', 'ksuid', 'ipv4', 'ipv6', 'cidrv4', 'cidrv6', 'e164', 'datetime', 'date', 'time'],
  ...['duration', 'includes', 'lowercase', 'uppercase', 'slugify', 'and', 'exactOptional', 'nonoptional', 'validate'],
  ...[
    'encode',
    'decode',
    'safeEncode',
    'safeDecode',
    'encodeAsync',
    'decodeAsync',
    'safeEncodeAsync',
    'safeDecodeAsync',
  ],
  ...['parseAsync', 'safeParseAsync', 'spa', 'validateAsync', '"~standard"', 'toJSONSchema'],
]);

/**
 * Each class of zod knows all its methods, and how to become JSON Schema and to tell its own limits, so that none of that is ever unused;
 * and a name for all of its tools keeps them all. Functions write no JSON Schema: those of the API and of the events are generated before.
 */
function withFewerMethods(source: string): string {
  return source
    .replace('import { util } from "../core/index.js";', 'import * as util from "../core/util.js";')
    .replaceAll('core.util.', 'util.')
    .replaceAll(/^ +_ensureDefaultMemoizer\(\);\n/gm, '')
    .replaceAll(/^ +inst\._zod\.processJSONSchema = .*;$/gm, '')
    .replaceAll(/util\.derived\(\{\n(?: .*\n)*\}, /g, 'util.derived({}, ')
    .replaceAll(
      /^ {4}(?:async |get |set )?("?[\w~]+"?)(?:\(.*\)|: (?:async )?function .*) \{\n(?: {8}.*\n)* {4}\},\n/gm,
      (method, name: string) => (UNCALLED.has(name) ? '' : method),
    );
}

/** An error's issues are told as they are: not as a tree, nor as a list for each field. */
function withoutForms(source: string): string {
  return source.replaceAll(/^ +_lazyMethod\(proto, "(?:format|flatten)", .*\n/gm, '');
}
