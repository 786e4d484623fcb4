import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildAsFunctions, bundleFunctions } from '#infra/bundle.ts';
import { FUNCTION_NAMES, FUNCTIONS, type FunctionName } from '#infra/functions.ts';
import { withDirectory } from './support/place.ts';
import type { Bench, Bound } from './support/report.ts';
import { round } from './support/statistics.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Rooms whose functions somebody waits for. */
const ROOMS = /^functions\/(api|intake|record|stream)\//;
const BASELINES = 'baseline';
/** Of each module in a round. */
const LOADS = 3;

/**
 * Size of each bundle that somebody waits for, and how long its module takes to load in a fresh process, against a module that does
 * nothing but create the same SDK clients, bundled in the same way. Time is that of the processor in the thread that loads: nothing is
 * waited for meanwhile, and the clock on the wall would tell of what else the machine does.
 */
export const functions: Bench = {
  name: 'functions',
  run: ({ rounds, log }) =>
    withDirectory('disk', async (directory) => {
      const { directories } = bundleFunctions(join(directory, 'functions'));
      const names = FUNCTION_NAMES.filter((name) => ROOMS.test(FUNCTIONS[name].entry));
      const figures: Record<string, Measured> = {};
      for (const name of names) {
        const file = join(directories[name], 'index.mjs');
        figures[name] = await measure(name, file, directory, rounds);
        const { kilobytes, startMs, toClientsAlone } = figures[name];
        log(`${name}: ${kilobytes} KB, ${startMs} ms, ${toClientsAlone ?? 'no'} of its clients alone`);
      }
      const bounds = Object.entries(figures).flatMap(([name, { kilobytes, toClientsAlone }]): Bound[] => [
        { what: `bundle of ${name}, KB`, value: kilobytes, atMost: 500 },
        ...(toClientsAlone === null
          ? []
          : [{ what: `start of ${name} to its clients alone`, value: toClientsAlone, atMost: 1.5 }]),
      ]);
      return { figures, bounds };
    }),
};

interface Measured {
  readonly kilobytes: number;
  /** Of the processor, in a fresh process: the mean of all but the slowest quarter. */
  readonly startMs: number;
  readonly clientsAloneMs: number | null;
  /** Null for a function that creates no clients: there is nothing to compare it with. */
  readonly toClientsAlone: number | null;
}

async function measure(name: FunctionName, file: string, directory: string, rounds: number): Promise<Measured> {
  const opens = clientsOf(name);
  const baseline = opens.length > 0 ? bundleClients(opens, join(directory, BASELINES)) : undefined;
  const own: number[] = [];
  const alone: number[] = [];
  // The first of each brings the files into memory.
  for (let at = 0; at <= LOADS * rounds; at++)
    for (const [path, into] of at % 2 === 0
      ? [[file, own] as const, [baseline, alone] as const]
      : [[baseline, alone] as const, [file, own] as const]) {
      const took = path === undefined ? undefined : loadInFreshProcess(path);
      if (took !== undefined && at > 0) into.push(took);
    }
  return {
    kilobytes: Math.round(statSync(file).size / 1000),
    startMs: round(usual(own)),
    clientsAloneMs: baseline ? round(usual(alone)) : null,
    toClientsAlone: baseline ? round(usual(own) / usual(alone)) : null,
  };
}

/** The kernel counts a thread's time in steps of milliseconds: their mean is finer than any of them. */
function usual(took: readonly number[]): number {
  const kept = took.toSorted((a, b) => a - b).slice(0, Math.ceil(took.length * 0.75));
  return kept.reduce((sum, one) => sum + one, 0) / kept.length;
}

/** Names of what a function's entry point opens: `openTable`, `openBus`. */
function clientsOf(name: FunctionName): string[] {
  const clients = readFileSync(join(ROOT, 'shared/runtime/clients.ts'), 'utf8');
  const entry = readFileSync(join(ROOT, FUNCTIONS[name].entry), 'utf8');
  return [...clients.matchAll(/^export const (open\w+)/gm)]
    .map(([, open]) => open as string)
    .filter((open) => new RegExp(`\\b${open}\\(`).test(entry))
    .sort();
}

function bundleClients(opens: readonly string[], directory: string): string {
  const outfile = join(directory, `${opens.join('-')}.mjs`);
  const { outputFiles } = buildAsFunctions({
    outExtension: {},
    sourcemap: false,
    outfile,
    stdin: {
      contents: `import { ${opens.join(', ')} } from '#shared/runtime/clients.ts';
const clients = [${opens.map((open) => `${open}()`).join(', ')}];
export const handler = async () => clients.length;`,
      resolveDir: join(ROOT, 'functions'),
      sourcefile: `${basename(outfile)}.ts`,
      loader: 'ts',
    },
  });
  mkdirSync(directory, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  return outfile;
}

/** Milliseconds of processor from the beginning of the import to its end. */
function loadInFreshProcess(file: string): number {
  const script = `const began = process.threadCpuUsage();
await import(${JSON.stringify(pathToFileURL(file).href)});
const { user, system } = process.threadCpuUsage(began);
console.log((user + system) / 1000);`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      AWS_REGION: 'eu-west-2',
      TABLE_NAME: 'table',
      BUS_NAME: 'bus',
      RECORD_QUEUE_URL: 'https://queue',
    },
  });
  return Number(output);
}
