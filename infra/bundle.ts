import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync, type Metafile, type OutputFile } from 'esbuild';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionEntry, type FunctionName } from './functions.ts';
import { withSlimPackages } from './slim-packages.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));

/** Packages in CommonJS call `require`, which a module does not have. */
const requireBanner =
  "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);";

/** The code of each function, as a stack takes it. */
export type FunctionCode = (name: FunctionName) => Code;

export interface Bundles {
  /** The directory that is zipped and uploaded: `index.mjs` and the entry's static files. */
  readonly directories: Readonly<Record<FunctionName, string>>;
  /** What went into each bundle and how much of it, for size checks. */
  readonly metafile: Metafile;
}

/** How a function is bundled, wherever it lies. */
const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  banner: { js: requireBanner },
  minify: true,
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  charset: 'utf8',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/**
 * esbuild, with whatever makes a function's bundle what it is. Nothing is written.
 * @throws esbuild's error, where a source does not compile
 */
export function buildAsFunctions(options: BuildOptions): { outputFiles: OutputFile[]; metafile: Metafile } {
  const modules = join(projectRoot, 'node_modules');
  const runtime = (file: string) => join(projectRoot, 'shared/runtime', file);
  return withSlimPackages(modules, ({ zod = '', ...slim }) =>
    buildSync({
      ...BUNDLING,
      absWorkingDir: projectRoot,
      // Each of these files says what it stands in for, and why.
      alias: {
        '@aws-sdk/credential-provider-node': runtime('lambda-credentials.ts'),
        '@aws-sdk/client-s3': runtime('files-client.ts'),
        '@aws-lambda-powertools/logger': runtime('log-lines.ts'),
        '@aws-lambda-powertools/metrics': runtime('metric-lines.ts'),
        zod: runtime('schemas-on-demand.ts'),
        'zod/v4': zod,
        ...slim,
      },
      // For what the copies in the scratch directory import.
      nodePaths: [modules],
      ...options,
      write: false,
      metafile: true,
    }),
  );
}

/**
 * Bundles all functions in one esbuild call, and what lies beside them in another: 2 s, where a `NodejsFunction` for each takes 26 s. Same
 * sources give the same bytes, so an unchanged function is not deployed again. Source maps lie beside the bundles under `maps`, outside of
 * what is uploaded. The AWS SDK is bundled: the version that was tested is the version that runs.
 * @throws esbuild's error, where a source does not compile
 */
export function bundleFunctions(outdir: string): Bundles {
  const functions = buildAsFunctions({
    entryPoints: FUNCTION_NAMES.map((name) => ({ in: FUNCTIONS[name].entry, out: join(name, 'index') })),
    outdir,
    // One letter beyond Latin-1 has V8 hold all of a bundle at two bytes a letter: a start took a twentieth longer for half a dozen.
    charset: 'ascii',
  });
  // Dictionaries of Chinese: half as large again in ASCII.
  const beside = buildAsFunctions({
    entryPoints: FUNCTION_NAMES.flatMap((name) => {
      const { programs = [] }: FunctionEntry = FUNCTIONS[name];
      return programs.map(({ entry, to }) => ({ in: entry, out: join(name, to.replace(/\.mjs$/, '')) }));
    }),
    outdir,
  });
  const metafile: Metafile = {
    inputs: { ...functions.metafile.inputs, ...beside.metafile.inputs },
    outputs: { ...functions.metafile.outputs, ...beside.metafile.outputs },
  };

  for (const { path, contents } of [...functions.outputFiles, ...beside.outputFiles]) {
    const isMap = path.endsWith('.map');
    write(isMap ? join(outdir, 'maps', basename(dirname(path)), basename(path)) : path, contents);
  }
  const directories = {} as Record<FunctionName, string>;
  for (const name of FUNCTION_NAMES) {
    directories[name] = join(outdir, name);
    const { assets = [] }: FunctionEntry = FUNCTIONS[name];
    for (const { from, to } of assets) copy(join(projectRoot, from), join(directories[name], to));
  }
  write(join(outdir, 'metafile.json'), JSON.stringify(metafile));
  return { directories, metafile };
}

/** The bundles as Lambda code. */
export function bundledCode(outdir: string): FunctionCode {
  const { directories } = bundleFunctions(outdir);
  return (name) => Code.fromAsset(directories[name]);
}

/** Stands in for the bundles where only the template matters: nothing is compiled. */
export function placeholderCode(): FunctionCode {
  return (name) =>
    Code.fromInline(
      `export const handler = () => { throw new Error('${name} was synthesized without its bundle.'); };`,
    );
}

function write(path: string, contents: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
