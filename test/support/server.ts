import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inMemory } from './in-memory.ts';

export interface ServerOptions {
  /** Default: a new temporary directory. */
  readonly dataDir?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** Added to `LOCAL_ASSEMBLY` and `SETTLE_MILLISECONDS`, which are passed on where the tests set them. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it listens; default 60,000. */
  readonly timeoutMs?: number;
}

/** The whole product in a process of its own, as `npm start` starts it. */
export interface RunningServer {
  readonly url: string;
  readonly dataDir: string;
  /** Leader of its process group, which everything that it starts belongs to. */
  readonly pid: number;
  /** Milliseconds from the start of the process to the line that says it listens. */
  readonly startedInMs: number;
  /** What it has printed so far. */
  output(): string;
  /** An access token of that role, for the user of that id (default: the role's name). */
  token(role: string, user?: string): Promise<string>;
  /** A call to the control endpoint: `control('/queues')`, `control('/redrive', { queue })`. Throws where it refuses. */
  control<T = unknown>(path: string, body?: unknown): Promise<T>;
  /** Invokes a function by its name or label, and gives what it answered. Throws where it fails. */
  invoke<T = unknown>(functionName: string, payload?: unknown): Promise<T>;
  /** Waits until queues are empty, the stream is read to its end and nothing runs. Throws after the time. */
  idle(timeoutMs?: number): Promise<void>;
  /** SIGTERM to the server; resolves with its exit code when it has ended. */
  stop(): Promise<number | null>;
  /** SIGKILL to its whole process group, as a power cut would. */
  kill(): Promise<void>;
}

/** All that a server gets of the environment of the tests. */
const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'JAVA_HOME',
  'JAVA_TOOL_OPTIONS',
  'LOCAL_ASSEMBLY',
  'SETTLE_MILLISECONDS',
] as const;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Deleted when the tests end. */
function ownDirectory(): string {
  const directory = mkdtempSync(join(inMemory(), 'server-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the server and waits until it listens. Throws with what it printed when it does not. */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const dataDir = options.dataDir ?? ownDirectory();
  const began = performance.now();
  const { child, output, ended } = launch(dataDir, options);
  const url = await listening(child, output, options.timeoutMs ?? 60_000);
  const startedInMs = performance.now() - began;
  const { endpoint } = JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as { endpoint: string };
  const key = readFileSync(join(dataDir, 'control-key'), 'utf8');

  const control = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${endpoint}/_local${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value = (await answer.json()) as { message?: string };
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value as T;
  };
  return {
    url,
    dataDir,
    pid: child.pid ?? 0,
    startedInMs,
    output,
    control,
    token: (role, user) => tokenOf(url, role, user),
    async invoke<T>(functionName: string, payload: unknown = {}) {
      const answer = await control<{ payload?: unknown; functionError?: unknown }>(
        `/functions/${encodeURIComponent(functionName)}/invocations`,
        payload,
      );
      if (answer.functionError) throw new Error(`${functionName}: ${JSON.stringify(answer.functionError)}`);
      return answer.payload as T;
    },
    async idle(timeoutMs = 60_000) {
      const end = Date.now() + timeoutMs;
      for (let quiet = 0; quiet < 2; ) {
        const { idle, busy } = await control<{ idle: boolean; busy: string[] }>('/idle');
        quiet = idle ? quiet + 1 : 0;
        if (Date.now() > end) throw new Error(`still busy: ${busy.join('; ')}`);
        await sleep(20);
      }
    },
    async stop() {
      child.kill('SIGTERM');
      return await ended;
    },
    async kill() {
      killGroup(child);
      await ended;
    },
  };
}

/** A token from the server's own issuer. */
export async function tokenOf(url: string, role: string, user?: string): Promise<string> {
  const answer = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: role,
      client_secret: 'local',
      ...(user ? { user } : {}),
    }),
  });
  if (!answer.ok) throw new Error(`no token for ${role}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

export interface Launched {
  child: ChildProcess;
  output(): string;
  /** The exit code; null after a signal. */
  ended: Promise<number | null>;
}

/** Starts the process and waits for nothing: for tests of a start that fails. */
export function launch(dataDir: string, { port = 0, env = {} }: ServerOptions = {}): Launched {
  const own = join(root, 'node_modules', '.bin', 'node');
  const inherited = INHERITED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  const child = spawn(existsSync(own) ? own : process.execPath, [join(root, 'infra', 'local', 'main.ts')], {
    cwd: root,
    // Its own group, as a shell would give it: a kill of the group must not reach the tests.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), PORT: String(port), DATA_DIR: dataDir, ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  const atExit = () => killGroup(child);
  process.once('exit', atExit);
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      process.off('exit', atExit);
      resolve(code);
    });
  });
  return { child, output: () => text, ended };
}

async function listening(child: ChildProcess, output: () => string, timeoutMs: number): Promise<string> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const url = /listening on (http:\S+)/.exec(output())?.[1];
    if (url) return url;
    const over = child.exitCode !== null || child.signalCode !== null;
    if (over || Date.now() > end) {
      killGroup(child);
      throw new Error(`the server did not start:\n${output()}`);
    }
    await sleep(20);
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of it is left.
  }
}
