/** Starts the whole product on this machine and stops it again. */
import { takeDataDirectory } from './data-directory.ts';
import { type Engine, startEngine } from './dynamodb/engine.ts';
import { dropTable } from './dynamodb/tables.ts';
import { listenEndpoint } from './endpoint/server.ts';
import { StartFailure } from './failure.ts';
import { firstCall } from './first-call.ts';
import { authorizerOf } from './gateway/authorizer.ts';
import { issuerOf } from './gateway/issuer.ts';
import { signingKey } from './gateway/keys.ts';
import { openGateway, refuseTakenPort } from './gateway/server.ts';
import { LogFile } from './lambda/log-file.ts';
import { mailPages } from './mail/pages.ts';
import { startServices } from './services.ts';
import { readAssembly } from './template/assembly.ts';
import { buildModel } from './template/build.ts';
import { fingerprint, isCurrent, markCurrent } from './template/fingerprint.ts';
import type { Model } from './template/model.ts';
import { synthesize } from './template/synthesize.ts';
import type { Log } from './timers.ts';

export interface Running {
  url: string;
  /** Resolves with a reason when something that it cannot do without has ended. */
  broken: Promise<string>;
  stop(): Promise<void>;
  /** At once: only what must not be left behind is ended. */
  kill(): void;
}

export interface RunOptions {
  /** Default 3000; 0 is any free port. */
  port: number;
  dataDirectory: string;
  /** A cloud assembly that was synthesized before (`LOCAL_ASSEMBLY`). */
  assembly?: string;
  print: (line: string) => void;
}

/** Long enough for the slowest request that the API lets a function answer. */
const drainMillis = 10_000;

/**
 * Undoes what was begun, last first, when a later step fails or it is stopped. Throws a `StartFailure` or a `TemplateError` for what the
 * person at the terminal can mend.
 */
export async function run({ port, dataDirectory, assembly, print }: RunOptions): Promise<Running> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const directory = takeDataDirectory(dataDirectory);
    undo.push(() => directory.release());
    const hostLog = new LogFile(directory.file('logs', 'host.log'));
    undo.push(() => hostLog.flush());
    const log: Log = (level, message, facts = {}) => {
      hostLog.note(level === 'info' ? 'INFO' : level === 'warn' ? 'WARN' : 'ERROR', message, facts);
      if (level !== 'info') print(`${level}: ${message}${brief(facts)}`);
    };
    const endpoint = await listenEndpoint();
    undo.push(() => endpoint.close());

    await refuseTakenPort(port);
    print('starting DynamoDB Local …');
    const [engine, model] = await both(
      startEngine({ dataDirectory: directory.path, log }),
      modelOf(assembly, directory.file('assembly'), endpoint.origin, print),
    );
    undo.push(() => engine.stop());
    const api = onlyApi(model);
    const pool = model.userPools[0];
    const key = await signingKey(directory.file('issuer-key.json'));
    const scopes = [...new Set(api.routes.flatMap((route) => route.authorizer?.scopes ?? []))];
    const issuer = pool && issuerOf(pool, key, scopes);
    // It has its port before any function starts, since some are told where people reach the product; it answers when all is there.
    let started: Awaited<ReturnType<typeof startServices>> | undefined;
    const gateway = openGateway({
      api,
      account: model.account,
      authorize: authorizerOf(key),
      ...(issuer ? { issuer } : {}),
      mail: async (path) => started && mailPages(started.outbox)(path),
      functionHost: (name) => started?.hosts.get(name),
      log,
    });
    const boundPort = await gateway.listen(port);
    let closing: Promise<void> | undefined;
    const close = () => (closing ??= gateway.close(drainMillis));
    undo.push(close);
    const url = `http://127.0.0.1:${boundPort}`;
    tellWhere(model, api.id, url);
    let resetting: Promise<void> | undefined;
    const start = () =>
      startServices({ model, directory, engine, endpoint, log, requests: () => gateway.inFlight, reset });
    const replaceData = async () => {
      const stopped = started;
      started = undefined;
      await stopped?.stop();
      await dropTables(engine, model);
      directory.empty();
      started = await start();
    };
    const reset = () => {
      resetting ??= replaceData().finally(() => {
        resetting = undefined;
      });
      return resetting;
    };
    const services = await start();
    started = services;
    undo.push(() => started?.stop());
    undo.push(() => resetting?.catch(() => {}));
    undo.push(close);
    if (services.redelivered !== undefined) {
      print(
        `the run before was not stopped cleanly: going back a little, ${services.redelivered} deliveries are made again`,
      );
    }

    directory.announce({ url, port: boundPort, endpoint: endpoint.origin });
    print(`listening on ${url}`);
    if (issuer) print(firstCall(url, await issuer.token('bd-officer')));
    return { url, broken: engine.crashed, stop, kill: () => engine.kill() };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function modelOf(
  given: string | undefined,
  own: string,
  endpoint: string,
  print: RunOptions['print'],
): Promise<Model> {
  if (given) print(`reading the app from ${given} …`);
  else {
    const sources = fingerprint();
    if (!isCurrent(own, sources)) {
      print('synthesizing the app …');
      await synthesize(own);
      markCurrent(own, sources);
    }
  }
  return buildModel(readAssembly(given ?? own), endpoint);
}

async function dropTables(engine: Engine, model: Model): Promise<void> {
  const client = engine.connect(model.region);
  await Promise.all(model.tables.map(({ name }) => dropTable(client, name)));
  client.close();
}

/** At once where the app is at fault; the engine that is just starting is then ended. */
async function both(engine: Promise<Engine>, model: Promise<Model>): Promise<[Engine, Model]> {
  try {
    return await Promise.all([engine, model]);
  } catch (error) {
    engine.then((started) => started.kill()).catch(() => {});
    throw error;
  }
}

function onlyApi(model: Model) {
  const [api, second] = model.apis;
  if (!api || second)
    throw new StartFailure(`the template has ${model.apis.length} HTTP APIs; the local host serves one`);
  return api;
}

/** The API's address on AWS is nobody's here: whoever is told it is told where this one listens. */
function tellWhere(model: Model, apiId: string, url: string): void {
  const there = new RegExp(`https://${apiId}\\.execute-api\\.[\\w.-]+`, 'g');
  const told = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replace(there, url)]));
  for (const fn of model.functions) fn.environment = told(fn.environment);
  model.outputs = told(model.outputs);
}

function brief(facts: Record<string, unknown>): string {
  const text = JSON.stringify(facts);
  return text === '{}' ? '' : ` ${text.length > 400 ? `${text.slice(0, 400)}…` : text}`;
}
