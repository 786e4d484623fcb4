import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type Answer, type Evaluation, type FailureCode, LIMITS, type Task } from './messages.ts';

/** Runs JSONata where it can neither hang nor reach what called it. */
export interface Evaluator {
  /** Whether it compiles: undefined, or what is wrong with it. */
  compile(expression: string): Promise<string | undefined>;
  /** What the expression makes of the input, both as JSON text. Never rejects for what an expression does. */
  evaluate(expression: string, input: string, bindings?: Readonly<Record<string, string>>): Promise<Evaluation>;
  /** Ends its thread. */
  close(): Promise<void>;
}

/** After so many milliseconds the thread is ended: a regular expression, say, does not look at JSONata's watch. */
const DEADLINE_MS = 2 * LIMITS.milliseconds;
/** How long a thread may take to start, in milliseconds: it loads 80 KB. */
const START_MS = 10_000;

interface Thread {
  readonly ask: (task: Task) => Promise<Evaluation>;
  readonly end: () => Promise<unknown>;
}

/**
 * One thread, started when it is first needed and ended as soon as it does not answer in time; the next task gets a new one. Tasks
 * take turns, so that the time of one is not spent on another.
 */
export function createEvaluator(): Evaluator {
  let thread: Promise<Thread> | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  const perform = async (task: Task): Promise<Evaluation> => {
    const mine = (thread ??= startThread());
    try {
      const evaluation = await (await mine).ask(task);
      return evaluation;
    } catch (error) {
      if (thread === mine) thread = undefined;
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
      const last = thread;
      thread = undefined;
      await (await last?.catch(() => undefined))?.end();
    },
  };
}

/** The thread had to be ended, or ended itself. */
class Ended extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** Beside a function's bundle lies a bundle of the thread (`infra/functions.ts`); in the source it is the module itself. */
function threadUrl(): URL {
  const bundled = new URL('./jsonata-thread.mjs', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./thread.ts', import.meta.url);
}

async function startThread(): Promise<Thread> {
  const worker = new Worker(threadUrl(), {
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.mebibytes, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    name: 'jsonata',
  });
  // It keeps nothing alive by itself: only a task that waits for it does.
  worker.unref();
  let settle: ((outcome: Answer | Ended) => void) | undefined;
  worker.on('message', (answer: Answer) => settle?.(answer));
  worker.on('error', (error) => settle?.(endedBy(error)));
  worker.on('exit', () => settle?.(new Ended('failed', 'It ended the thread in which it ran.')));

  const next = (ms: number, send: () => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle?.(new Ended('too-long', `It took more than ${ms} ms.`)), ms);
      settle = (outcome) => {
        settle = undefined;
        clearTimeout(timer);
        if (!(outcome instanceof Ended)) return resolve(outcome);
        void worker.terminate();
        reject(outcome);
      };
      send();
    });

  await next(START_MS, () => {}).catch((error: unknown) => {
    throw new Error('The thread for mappings did not start.', { cause: error });
  });
  return {
    ask: async (task) => (await next(DEADLINE_MS, () => worker.postMessage(task))) as Evaluation,
    end: () => worker.terminate(),
  };
}

const endedBy = (error: unknown): Ended =>
  (error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new Ended('too-much', `It needs more than ${LIMITS.mebibytes} MiB of memory.`)
    : new Ended('failed', 'It ended the thread in which it ran.');
