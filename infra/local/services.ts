/** Everything that the template asks for, running: bus and queues, tables, functions, event sources, schedules. */
import { openBus } from './bus/bus.ts';
import type { Bus } from './bus/types.ts';
import type { DataDirectory } from './data-directory.ts';
import { defineSchedules } from './define-schedules.ts';
import type { DynamoClient } from './dynamodb/client.ts';
import type { Engine } from './dynamodb/engine.ts';
import { ensureTable, type RunningTable } from './dynamodb/tables.ts';
import { type Callers, callersOf } from './endpoint/callers.ts';
import { controlOf } from './endpoint/control.ts';
import type { Endpoint } from './endpoint/server.ts';
import { StartFailure } from './failure.ts';
import { invokeAsynchronously } from './lambda/asynchronous.ts';
import { environmentOf, trialSettings } from './lambda/environment.ts';
import { type FunctionHost, functionHost } from './lambda/host.ts';
import { LogFile } from './lambda/log-file.ts';
import { startQueueSource } from './sources/queue.ts';
import { openCheckpoints } from './sources/stream/checkpoints.ts';
import { streamClient } from './sources/stream/records.ts';
import { startTableStream, type TableStream } from './sources/stream.ts';
import { openStores, type Stores } from './stores.ts';
import type { Model } from './template/model.ts';
import { missingGrants } from './template/wiring.ts';
import type { Log } from './timers.ts';
import { eventsWire } from './wire/events.ts';
import { queuesWire } from './wire/queues.ts';
import { schedulerService } from './wire/schedules.ts';
import { streamsWire } from './wire/streams.ts';

export interface ServicesOptions {
  model: Model;
  directory: DataDirectory;
  engine: Engine;
  endpoint: Endpoint;
  log: Log;
  /** Requests that the gateway is answering. */
  requests(): number;
  /** For the control endpoint: stops these services, deletes all data and starts new ones. */
  reset(): Promise<void>;
}

export interface Services {
  hosts: Map<string, FunctionHost>;
  /** Deliveries made again because the run before was not stopped cleanly; undefined where it was. */
  redelivered: number | undefined;
  /** Mail that functions sent. */
  outbox: Stores['outbox'];
  stop(): Promise<void>;
}

/** How far sources and queues go back after an unclean stop: the engine may have lost its last acknowledged transaction. */
const tailSeconds = 15;
const aliveMillis = 5_000;

/** Throws a `StartFailure` or `TemplateError` for what cannot be run as the template has it. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { model, directory, engine, endpoint, log } = options;
  const missing = missingGrants(model);
  if (missing.length > 0)
    throw new StartFailure(`AWS would refuse, or drop events:\n${missing.map((one) => `  ${one}`).join('\n')}`);

  const callers = callersOf(model.functions, model.account, directory.controlKey);
  const hosts = hostsOf(model, callers, endpoint, directory);
  const bus = defineBus(model, directory, log);
  const dynamo = engine.connect(model.region);
  const tables = await Promise.all(model.tables.map((table) => ensureTable(dynamo, table, directory.path)));
  const checkpoints = openCheckpoints(directory.file('streams.db'));
  let redelivered: number | undefined;
  if (bus.wasUncleanStop) {
    checkpoints.rewind(tailSeconds, bus.lastAliveAt);
    redelivered = bus.redeliverTail(tailSeconds);
  }
  const byArn = new Map([...hosts.values()].map((host) => [host.model.arn, host]));
  const stopping = new AbortController();
  const onFailure = (queueArn: string, body: string) => bus.send(queueArn, body);
  const invokeLater = (targetArn: string, payload: string): Promise<void> => {
    const host = byArn.get(targetArn);
    if (!host) throw new Error(`there is no function ${targetArn}`);
    return invokeAsynchronously(host, payload, { onFailure, stopping: stopping.signal });
  };
  bus.onTargetInvoke((targetArn, event) => invokeLater(targetArn, JSON.stringify(event)));

  const streams = startStreams(options, dynamo, tables, hosts, checkpoints, onFailure);
  const { schedules, book } = defineSchedules(model, directory, log, bus, invokeLater);
  const stores = openStores(model, directory, log);
  const { account, region } = model;
  const engineArns = tables.flatMap(({ table, streamArn }) =>
    table.stream && streamArn ? [[table.stream.arn, streamArn] as const] : [],
  );
  endpoint.serve({
    account,
    region,
    callers,
    dynamo,
    events: eventsWire(bus),
    queues: queuesWire(bus),
    streams: streamsWire(dynamo, new Map(engineArns)),
    schedules: schedulerService({
      book,
      account,
      region,
      groups: model.scheduleGroups.map(({ name }) => name),
      roles: model.roles,
    }),
    ...stores.services,
    onWrite: (tableName) => streams.get(tableName)?.kick(),
    control: controlOf({
      key: directory.controlKey,
      region: model.region,
      tables: model.tables.map(({ name }) => name),
      outputs: model.outputs,
      bus,
      deadLetterQueues: deadLetterQueues(model),
      archives: model.archives.map((archive) => archive.name),
      hosts: [...hosts.values()],
      schedules,
      behind: () => [...streams].filter(([, stream]) => !stream.caughtUp).map(([table]) => table),
      requests: options.requests,
      reset: options.reset,
    }),
    log,
  });
  const queueSources = model.queueSources
    .filter((source) => source.enabled)
    .map((source) => {
      const host = hosts.get(source.functionName);
      if (!host) throw new StartFailure(`${source.origin.path}: there is no function ${source.functionName}`);
      return startQueueSource({
        bus,
        queueArn: source.sourceArn,
        batchSize: source.batchSize,
        maxBatchingWindowSeconds: source.maximumBatchingWindowSeconds,
        ...(source.maximumConcurrency === undefined ? {} : { maxConcurrency: source.maximumConcurrency }),
        functionResponseTypes: source.reportBatchItemFailures ? ['ReportBatchItemFailures'] : [],
        filterCriteria: { Filters: source.filters.map((Pattern) => ({ Pattern })) },
        invoke: async (event) => JSON.parse(await host.invoke(JSON.stringify(event))) as unknown,
        functionName: host.model.label,
        region: model.region,
        log,
      });
    });
  schedules.start();
  const alive = setInterval(() => bus.markAlive(), aliveMillis).unref();

  return {
    hosts,
    redelivered,
    outbox: stores.outbox,
    async stop() {
      clearInterval(alive);
      stopping.abort();
      // What hangs longer is cut off with its thread, and delivered again on the next start.
      const patience = AbortSignal.timeout(8_000);
      const sources = Promise.all([
        schedules.stop(),
        ...queueSources.map((source) => source.stop()),
        ...[...streams.values()].map((stream) => stream.stop()),
      ]);
      await Promise.race([
        sources,
        new Promise<void>((resolve) => patience.addEventListener('abort', () => resolve())),
      ]);
      await Promise.all([...hosts.values()].map((host) => host.stop()));
      await sources;
      checkpoints.close();
      book.close();
      stores.close();
      bus.close();
      dynamo.close();
    },
  };
}

function defineBus(model: Model, directory: DataDirectory, log: Log): Bus {
  const bus = openBus({ file: directory.file('bus.db'), accountId: model.account, region: model.region, log });
  for (const queue of model.queues) {
    const { name, arn, url, visibilityTimeoutSeconds, retentionSeconds, delaySeconds, redrive } = queue;
    bus.defineQueue({
      name,
      arn,
      url,
      visibilityTimeoutSeconds,
      retentionSeconds,
      delaySeconds,
      ...(redrive
        ? { redrive: { deadLetterQueueArn: redrive.deadLetterArn, maxReceiveCount: redrive.maxReceiveCount } }
        : {}),
    });
  }
  // Every account has one, and it stands in no template.
  bus.defineBus({ name: 'default', arn: `arn:aws:events:${model.region}:${model.account}:event-bus/default` });
  for (const { name, arn } of model.buses) bus.defineBus({ name, arn });
  for (const { name, busName, pattern, enabled, targets } of model.rules) {
    bus.defineRule({
      name,
      busName,
      pattern,
      enabled,
      targets: targets.map(({ id, arn, deadLetterArn, maximumRetryAttempts, maximumEventAgeSeconds }) => ({
        id,
        arn,
        ...(deadLetterArn ? { deadLetterArn } : {}),
        retry: { maxAttempts: maximumRetryAttempts, maxAgeSeconds: maximumEventAgeSeconds },
      })),
    });
  }
  for (const { name, busArn, pattern, retentionDays } of model.archives) {
    bus.defineArchive({ name, busArn, retentionDays, ...(pattern ? { pattern } : {}) });
  }
  for (const { queueArn, count } of bus.orphans()) {
    log('warn', `${count} messages wait in ${queueArn}, which the template no longer has`);
  }
  return bus;
}

function hostsOf(
  model: Model,
  callers: Callers,
  endpoint: Endpoint,
  directory: DataDirectory,
): Map<string, FunctionHost> {
  const nowhere = directory.file('no-aws-configuration');
  return new Map(
    model.functions.map((fn) => {
      const variables = environmentOf(
        model,
        fn,
        callers.credentialsOf(fn.name),
        endpoint.origin,
        nowhere,
        trialSettings(),
      );
      return [fn.name, functionHost(fn, variables, new LogFile(directory.file('logs', `${fn.label}.log`)))];
    }),
  );
}

function startStreams(
  { model, log }: ServicesOptions,
  dynamo: DynamoClient,
  tables: RunningTable[],
  hosts: Map<string, FunctionHost>,
  checkpoints: ReturnType<typeof openCheckpoints>,
  onFailure: (queueArn: string, body: string) => Promise<unknown>,
): Map<string, TableStream> {
  const streams = new Map<string, TableStream>();
  for (const { table, streamArn } of tables) {
    const sources = model.streamSources.filter((source) => source.enabled && source.sourceArn === table.stream?.arn);
    if (!table.stream || !streamArn || sources.length === 0) continue;
    const consumers = sources.map((source) => {
      const host = hosts.get(source.functionName);
      if (!host) throw new StartFailure(`${source.origin.path}: there is no function ${source.functionName}`);
      return { source, fn: host.model, invoke: (payload: string) => host.invoke(payload) };
    });
    const client = streamClient(dynamo, streamArn, table.stream.arn, model.region);
    streams.set(table.name, startTableStream({ client, checkpoints, consumers, onFailure, log }));
  }
  return streams;
}

/** Names of the queues where something ends that failed: nobody reads them by itself. */
function deadLetterQueues(model: Model): Set<string> {
  const arns = new Set([
    ...model.queues.map((queue) => queue.redrive?.deadLetterArn),
    ...model.rules.flatMap((rule) => rule.targets.map((target) => target.deadLetterArn)),
    ...model.streamSources.map((source) => source.onFailureArn),
    ...model.functions.map((fn) => fn.asynchronous.onFailureArn),
    ...model.schedules.map((schedule) => schedule.deadLetterArn),
  ]);
  // Those that only schedules of functions' own name are told by the want of a reader.
  const read = new Set(model.queueSources.map((source) => source.sourceArn));
  const isParking = ({ arn }: { arn: string }) => arns.has(arn) || !read.has(arn);
  return new Set(model.queues.filter(isParking).map((queue) => queue.name));
}
