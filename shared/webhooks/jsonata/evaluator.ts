import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Answer, type Evaluation, type FailureCode, LIMITS, type Task } from './messages.ts';

/** Runs JSONata where it can neither hang, nor exhaust, nor reach what called it. */
export interface Evaluator {
  /** Whether it compiles: undefined, or what is wrong with it. */
  compile(expression: string): Promise<string | undefined>;
  /** What the expression makes of the input, both as JSON text. Never rejects for what an expression does. */
  evaluate(expression: string, input: string, bindings?: Readonly<Record<string, string>>): Promise<Evaluation>;
  /** Ends its process. */
  close(): Promise<void>;
}

/** After so many milliseconds the process is ended: a regular expression, say, does not look at JSONata's watch. */
const DEADLINE_MS = 2 * LIMITS.milliseconds;
/** How long the process may take to start, in milliseconds. */
const START_MS = 10_000;

/** Nothing in it makes code from text, reaches a prototype by name, or meets an object that is not as it was. */
const NODE_FLAGS = ['--disallow-code-generation-from-strings', '--disable-proto=delete', '--no-warnings'];

interface Sandbox {
  readonly ask: (task: Task) => Promise<Evaluation>;
  readonly end: () => void;
}

/**
 * One process, started when it is first needed and ended as soon as it does not answer in time; the next task gets a new one. Tasks
 * take turns, so that the time of one is not spent on another.
 */
export function createEvaluator(): Evaluator {
  let sandbox: Promise<Sandbox> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const perform = async (task: Task): Promise<Evaluation> => {
    sandbox ??= startSandbox();
    const mine = sandbox;
    try {
      return await (await mine).ask(task);
    } catch (error) {
      if (sandbox === mine) sandbox = undefined;
      if (error instanceof Ended) return { ok: false, code: error.code, detail: error.message };
      throw error;
    }
  };
  const inTurn = (task: Task): Promise<Evaluation> => {
    const mine = turn.then(() => perform(task));
    turn = mine.catch(() => {});
    return mine;
  };
  return {
    compile: async (expression) => {
      const evaluation = await inTurn({ kind: 'compile', expression });
      return evaluation.ok ? undefined : evaluation.detail;
    },
    evaluate: (expression, input, bindings = {}) => inTurn({ kind: 'evaluate', expression, input, bindings }),
    close: async () => {
      const last = sandbox;
      sandbox = undefined;
      (await last?.catch(() => undefined))?.end();
    },
  };
}

/** The process had to be ended, or ended itself. */
class Ended extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Beside a function's bundle lies a bundle of the sandbox (`infra/functions.ts`); in the source it is the module itself. */
function sandboxPath(): string {
  const bundled = fileURLToPath(new URL('./sandbox.mjs', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('./sandbox.ts', import.meta.url));
}

async function startSandbox(): Promise<Sandbox> {
  // Loaded here: it takes as long as a twentieth of a function's start, and what needs no mapping starts no process.
  const { fork } = await import('node:child_process');
  const { LD_LIBRARY_PATH } = process.env;
  const child = fork(sandboxPath(), [], {
    // Where Lambda keeps the libraries of its Node; nothing else of the environment, and so no credentials.
    env: LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH },
    execArgv: NODE_FLAGS,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It keeps nothing alive by itself: only a task that waits for it does.
  child.unref();
  child.channel?.unref();
  let settle: ((outcome: Answer | Ended) => void) | undefined;
  child.on('message', (answer: Answer) => settle?.(answer));
  child.on('error', () => settle?.(new Ended('failed', 'The mapping crashed its process.')));
  child.on('exit', (code, signal) => settle?.(endedBy(code, signal)));

  const next = (ms: number, send: () => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle?.(new Ended('too-long', `The mapping took more than ${ms} ms.`)), ms);
      settle = (outcome) => {
        settle = undefined;
        clearTimeout(timer);
        if (!(outcome instanceof Ended)) return resolve(outcome);
        child.kill('SIGKILL');
        reject(outcome);
      };
      send();
    });

  await next(START_MS, () => {}).catch((cause: unknown) => {
    throw new Error('The process for mappings did not start.', { cause });
  });
  return {
    ask: async (task) => (await next(DEADLINE_MS, () => tell(child, task))) as Evaluation,
    end: () => void child.kill('SIGKILL'),
  };
}

/** A process that is gone says so by its exit, not here. */
const tell = (child: ChildProcess, task: Task): void => void child.send(task, () => {});

const OUT_OF_MEMORY = 134;

const endedBy = (code: number | null, signal: NodeJS.Signals | null): Ended =>
  code === OUT_OF_MEMORY || signal === 'SIGABRT'
    ? new Ended('too-much', `The mapping needs more than ${LIMITS.mebibytes} MiB of memory.`)
    : new Ended('failed', 'The mapping crashed its process.');
