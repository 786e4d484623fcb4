/** What the operator's commands have in common: options, help, which world, exit codes. */
import { parseArgs } from 'node:util';
import { STAGE_NAMES, type StageName } from '#infra/names.ts';
import { NotDone, type World } from './world.ts';

interface Option {
  readonly type: 'boolean' | 'string';
  /** `<instant>` in the help of a string. */
  readonly value?: string;
  readonly help: string;
}

export interface Command {
  /** As in `npm run <name>`. */
  readonly name: string;
  readonly does: string;
  /** Beside those that every command has. */
  readonly options: Readonly<Record<string, Option>>;
  /** What exit codes 0, 1 and others mean; 2 is always that it could not be done. */
  readonly exits: Readonly<Record<number, string>>;
  /** Gives the exit code. Throws `NotDone` for what the person at the terminal can mend. */
  run(room: Room): Promise<number>;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command works with. */
export interface Room {
  readonly world: World;
  readonly values: Values;
  readonly dryRun: boolean;
  print(line: string): void;
}

export interface Surroundings {
  open(values: Values): Promise<World>;
  out(line: string): void;
  err(line: string): void;
}

export const COMMON: Readonly<Record<string, Option>> = {
  'dry-run': { type: 'boolean', help: 'show what would be done without changing anything' },
  'data-dir': {
    type: 'string',
    value: '<dir>',
    help: 'data directory of the local server (default: DATA_DIR, else .local)',
  },
  aws: { type: 'boolean', help: "work on a deployed stage, with the shell's credentials and region" },
  stage: { type: 'string', value: STAGE_NAMES.join('|'), help: 'the stage, with --aws (default: dev)' },
  help: { type: 'boolean', help: 'this' },
};

const COULD_NOT = 2;

/** Runs a command as a program does: exit code, words for people on `out`, what went wrong on `err`. */
export async function runCommand(
  command: Command,
  args: readonly string[] = process.argv.slice(2),
  { open, out, err }: Surroundings = { open: openWorld, out: console.log, err: console.error },
): Promise<number> {
  const options = { ...command.options, ...COMMON };
  try {
    const values = valuesOf(args, options);
    if (values['help']) {
      out(helpOf(command, options));
      return 0;
    }
    const world = await open(values);
    out(world.name);
    return await command.run({ world, values, dryRun: values['dry-run'] === true, print: out });
  } catch (error) {
    if (!isForPeople(error)) throw error;
    err(error instanceof NotDone ? error.message : `AWS: ${error.name}: ${error.message}${hintFor(error)}`);
    return COULD_NOT;
  }
}

/** An instant: ISO 8601 with its offset, or so long ago (`90s`, `30m`, `2h`, `7d`). Throws `NotDone` for anything else. */
export function instantOf(text: string, now: Date): Date {
  const [, number, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit ?? ''];
  if (seconds) return new Date(now.getTime() - Number(number) * seconds * 1000);
  const instant = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? new Date(text) : undefined;
  if (!instant || Number.isNaN(instant.getTime()))
    throw new NotDone(`${text} is not an instant: write 2026-10-01T08:00:00Z, or 2h for two hours ago.`);
  return instant;
}

function valuesOf(args: readonly string[], options: Readonly<Record<string, Option>>): Values {
  const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
  const values = parsed(args, types);
  if (values['stage'] !== undefined && !values['aws']) throw new NotDone('--stage needs --aws.');
  if (values['aws'] && values['data-dir'] !== undefined) throw new NotDone('--data-dir cannot be combined with --aws.');
  return values;
}

function parsed(args: readonly string[], options: Record<string, { type: Option['type'] }>): Values {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as Values;
  } catch (error) {
    throw new NotDone(`${(error as Error).message} See --help.`);
  }
}

async function openWorld(values: Values): Promise<World> {
  if (!values['aws']) {
    const { openLocalWorld } = await import('./local-world.ts');
    return openLocalWorld(String(values['data-dir'] ?? (process.env.DATA_DIR || '.local')));
  }
  const stage = STAGE_NAMES.find((name) => name === (values['stage'] ?? 'dev'));
  if (!stage) throw new NotDone(`there is no stage ${values['stage']}: ${STAGE_NAMES.join(', ')}.`);
  return openDeployed(stage);
}

/** Loaded only when it is wanted: the SDK's clients take their time. */
async function openDeployed(stage: StageName): Promise<World> {
  const { openAwsWorld } = await import('./aws-world.ts');
  return openAwsWorld({ stage });
}

/** Refusals of AWS, missing credentials and regions among them, need no stack trace. */
function isForPeople(error: unknown): error is Error {
  return error instanceof NotDone || (error instanceof Error && ('$metadata' in error || hintFor(error) !== ''));
}

const hintFor = ({ name, message }: Error): string =>
  name === 'CredentialsProviderError' || message === 'Region is missing'
    ? ' (AWS_PROFILE and AWS_REGION say whose account, and where)'
    : '';

function helpOf({ name, does, exits }: Command, options: Readonly<Record<string, Option>>): string {
  const lines = Object.entries(options).map(([option, { value, help }]) => [
    `--${option}${value ? ` ${value}` : ''}`,
    help,
  ]);
  const width = Math.max(...lines.map(([left = '']) => left.length)) + 2;
  return [
    `npm run ${name} -- [options]`,
    '',
    does,
    '',
    ...lines.map(([left = '', right]) => `  ${left.padEnd(width)}${right}`),
    '',
    'Exit codes:',
    ...Object.entries({ ...exits, [COULD_NOT]: 'the command failed' }).map(([code, means]) => `  ${code}  ${means}`),
  ].join('\n');
}
