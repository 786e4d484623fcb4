/** Runs one function: a worker thread with the function's own environment, replaced when it crashes or hangs. */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { FunctionModel } from '../template/model.ts';
import type { LogFile } from './log-file.ts';
import type { FunctionFault, InvokeMessage, WorkerMessage, WorkerSettings } from './messages.ts';
import { workerUrl } from './worker-url.ts';

/** The function threw, timed out, crashed or answered too much: what Lambda would report as a function error. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly fault: FunctionFault;
  constructor(fault: FunctionFault) {
    super(`${fault.errorType}: ${fault.errorMessage}`);
    this.fault = fault;
  }
}

/** More invocations at a time than the template reserves. */
export class ThrottledError extends Error {
  override readonly name = 'TooManyRequestsException';
}

/** The payload is larger than Lambda takes. */
export class PayloadTooLargeError extends Error {
  override readonly name = 'RequestTooLargeException';
}

/** Bytes of a synchronous request or response. */
const payloadLimitBytes = 6 * 1024 * 1024;

/** Lambda gives loading a function 10 s, whatever its timeout; a machine that starts everything at once may need longer. */
const loadTimeoutMillis = 60_000;

/** An environment that was not used for so long is given up, as Lambda does; the next invocation loads a new one. */
const idleMillis = 5 * 60_000;

interface Pending {
  resolve(payload: string): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/** One life of a function's thread. */
class Environment {
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #retired = false;
  #next = 1;

  constructor(settings: WorkerSettings, variables: Record<string, string>, log: LogFile, onEnd: () => void) {
    this.#worker = new Worker(workerUrl(), {
      workerData: settings,
      env: variables,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMegabytes, maxYoungGenerationSizeMb: 4 },
      name: settings.functionName,
    });
    this.#worker.stdout.setEncoding('utf8').on('data', (chunk: string) => log.take('stdout', chunk));
    this.#worker.stderr.setEncoding('utf8').on('data', (chunk: string) => log.take('stderr', chunk));
    this.ready = new Promise((resolve, reject) => {
      const fail = (fault: FunctionFault): void => {
        log.note('ERROR', `${fault.errorType}: ${fault.errorMessage}`, { trace: fault.trace });
        onEnd();
        reject(new FunctionError(fault));
        for (const pending of this.#pending.values()) {
          clearTimeout(pending.timer);
          pending.reject(new FunctionError(fault));
        }
        this.#pending.clear();
        void this.#worker.terminate();
      };
      const timer = setTimeout(
        () => fail({ errorType: 'Sandbox.Timedout', errorMessage: 'the function did not load within 60 seconds' }),
        loadTimeoutMillis,
      );
      this.#worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'ready' || message.kind === 'broken') clearTimeout(timer);
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'broken') fail(message.fault);
        else this.#settle(message);
      });
      this.#worker.on('error', (error: unknown) => {
        clearTimeout(timer);
        const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
        fail({ errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] });
      });
      this.#worker.on('exit', (code) => {
        clearTimeout(timer);
        if (!this.#retired || this.#pending.size > 0)
          fail({ errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with status ${code}` });
      });
    });
    // Nobody may be waiting yet; each invocation gets the failure from its own await.
    this.ready.catch(() => {});
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  invoke(payload: string, timeoutSeconds: number, onTimeout: () => void): Promise<string> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        onTimeout();
        reject(
          new FunctionError({
            errorType: 'Sandbox.Timedout',
            errorMessage: `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
          }),
        );
        this.#endIfRetired();
      }, timeoutSeconds * 1000);
      this.#pending.set(id, { resolve, reject, timer });
      const message: InvokeMessage = {
        id,
        requestId: randomUUID(),
        payload,
        deadline: Date.now() + timeoutSeconds * 1000,
      };
      this.#worker.postMessage(message);
    });
  }

  /** Takes no new invocations and ends after the last of those that it has. */
  retire(): void {
    this.#retired = true;
    this.#endIfRetired();
  }

  async end(): Promise<void> {
    this.#retired = true;
    await this.#worker.terminate();
  }

  #settle(message: Extract<WorkerMessage, { id: number }>): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (message.kind === 'done') pending.resolve(message.payload);
    else pending.reject(new FunctionError(message.fault));
    this.#endIfRetired();
  }

  #endIfRetired(): void {
    if (this.#retired && this.#pending.size === 0) void this.#worker.terminate();
  }
}

export interface FunctionHost {
  readonly model: FunctionModel;
  /** Invocations under way. */
  readonly inFlight: number;
  /**
   * Invokes the function with a JSON text and gives the JSON text it answered. The first invocation loads it.
   * Rejects with `FunctionError`, `ThrottledError` or `PayloadTooLargeError`.
   */
  invoke(payload: string): Promise<string>;
  stop(): Promise<void>;
}

/** `variables` is the whole environment that the function sees. */
export function functionHost(model: FunctionModel, variables: Record<string, string>, log: LogFile): FunctionHost {
  let current: Environment | undefined;
  let inFlight = 0;
  let idle: NodeJS.Timeout | undefined;
  const all = new Set<Environment>();
  const settings: WorkerSettings = {
    codeDirectory: model.codeDirectory,
    handler: model.handler,
    functionName: model.name,
    functionArn: model.arn,
    memoryMegabytes: model.memoryMegabytes,
  };
  const environment = (): Environment => {
    if (current) return current;
    const made = new Environment(settings, variables, log, () => {
      all.delete(made);
      if (current === made) current = undefined;
    });
    all.add(made);
    current = made;
    return made;
  };
  const retire = (old: Environment): void => {
    log.note('WARN', 'an invocation timed out: the next one gets a new environment');
    if (current === old) current = undefined;
    old.retire();
  };
  const giveUpWhenIdle = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (inFlight > 0 || !current) return;
      const unused = current;
      current = undefined;
      unused.retire();
    }, idleMillis).unref();
  };
  return {
    model,
    get inFlight() {
      return inFlight;
    },
    async invoke(payload) {
      if (Buffer.byteLength(payload) > payloadLimitBytes) {
        throw new PayloadTooLargeError(
          `Request must be smaller than ${payloadLimitBytes} bytes for the InvokeFunction operation`,
        );
      }
      if (model.reservedConcurrency !== undefined && inFlight >= model.reservedConcurrency) {
        throw new ThrottledError('Rate Exceeded.');
      }
      inFlight += 1;
      try {
        const chosen = environment();
        await chosen.ready;
        const answer = await chosen.invoke(payload, model.timeoutSeconds, () => retire(chosen));
        if (Buffer.byteLength(answer) > payloadLimitBytes) {
          throw new FunctionError({
            errorType: 'Function.ResponseSizeTooLarge',
            errorMessage: `Response payload size exceeded maximum allowed payload size (${payloadLimitBytes} bytes).`,
          });
        }
        return answer;
      } finally {
        inFlight -= 1;
        giveUpWhenIdle();
      }
    },
    async stop() {
      clearTimeout(idle);
      await Promise.all([...all].map((one) => one.end()));
      log.flush();
    },
  };
}
