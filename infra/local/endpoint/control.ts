/** `/_local/…` on the endpoint: for commands and tests on this machine, who show the key from the data directory. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Bus } from '../bus/types.ts';
import { readBody } from '../dynamodb/client.ts';
import { FunctionError, type FunctionHost } from '../lambda/host.ts';
import type { Schedules } from '../schedules.ts';

export interface ControlOptions {
  key: string;
  region: string;
  tables: string[];
  outputs: Record<string, string>;
  bus: Bus;
  /** Names of the dead-letter queues: those that the template makes the end of something. */
  deadLetterQueues: ReadonlySet<string>;
  archives: string[];
  hosts: FunctionHost[];
  schedules: Schedules;
  /** Stream sources that are behind, by table. */
  behind(): string[];
  /** Requests that the gateway is answering. */
  requests(): number;
  /** Deletes all data and starts the services again. */
  reset(): Promise<void>;
}

interface IdleReport {
  idle: boolean;
  /** What there is still to do, in words. */
  busy: string[];
  /** Messages that wait for their time; they do not count as busy. */
  delayed: number;
}

class NotFound extends Error {}

const Redrive = z.object({
  queue: z.string(),
  limit: z.number().int().positive().optional(),
  dryRun: z.boolean().optional(),
});
const Purge = z.object({ queue: z.string() });
const Replay = z.object({
  archive: z.string().optional(),
  from: z.coerce.date().default(new Date(0)),
  to: z.coerce.date().optional(),
  rules: z.array(z.string()).optional(),
  dryRun: z.boolean().optional(),
});

/** Serves the control calls. Anything it does not know is 404, a call without the key 403. */
export function controlOf(
  options: ControlOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { bus, hosts, schedules, deadLetterQueues } = options;
  const queueNamed = (part: string) => {
    const found = bus
      .queues()
      .filter((queue) => queue.name === part || queue.arn === part || queue.name.includes(part));
    const [queue] = found.length > 1 ? found.filter((one) => one.name === part) : found;
    if (!queue)
      throw new NotFound(
        `there is no one queue ${part}: ${bus
          .queues()
          .map((one) => one.name)
          .join(', ')}`,
      );
    return queue;
  };
  const archiveNamed = (part: string): string => {
    const found = options.archives.filter((name) => name.includes(part));
    const [archive] = found.length > 1 ? found.filter((one) => one === part) : found;
    if (!archive) throw new NotFound(`there is no one archive ${part}: ${options.archives.join(', ')}`);
    return archive;
  };
  const idle = (): IdleReport => {
    const depths = bus.queues().map((queue) => ({ queue, depth: bus.depth(queue.arn) }));
    const busy = [
      ...depths
        .filter(({ queue, depth }) => !deadLetterQueues.has(queue.name) && depth.visible + depth.inFlight > 0)
        .map(({ queue, depth }) => `${queue.name}: ${depth.visible} visible, ${depth.inFlight} in flight`),
      ...options.behind().map((table) => `the stream of ${table} is not read to its end`),
      ...hosts.filter((host) => host.inFlight > 0).map((host) => `${host.model.label}: ${host.inFlight} invocations`),
      ...(options.requests() > 0 ? [`${options.requests()} requests`] : []),
    ];
    return { idle: busy.length === 0, busy, delayed: depths.reduce((sum, { depth }) => sum + depth.delayed, 0) };
  };
  const routes: Record<string, (url: URL, body: unknown) => unknown> = {
    'GET /idle': idle,
    'GET /resources': () => ({
      region: options.region,
      tables: options.tables,
      buses: bus.buses().map(({ name }) => name),
    }),
    'GET /outputs': () => options.outputs,
    'GET /queues': () =>
      bus.queues().map(({ name, arn }) => ({ name, arn, deadLetters: deadLetterQueues.has(name), ...bus.depth(arn) })),
    'GET /messages': (url) =>
      bus.peek(queueNamed(url.searchParams.get('queue') ?? '').arn, Number(url.searchParams.get('limit') ?? 10)),
    'GET /functions': () => hosts.map(({ model, inFlight }) => ({ name: model.name, label: model.label, inFlight })),
    'GET /schedules': () => schedules.list(),
    'POST /redrive': async (_, body) => {
      const { queue, limit, dryRun } = Redrive.parse(body);
      const settings = { ...(limit ? { limit } : {}), ...(dryRun ? { dryRun } : {}) };
      return { moved: await bus.redrive(queueNamed(queue).arn, settings) };
    },
    'POST /purge': async (_, body) => {
      const { arn } = queueNamed(Purge.parse(body).queue);
      let purged = 0;
      for (let batch = bus.receive(arn, 10); batch.length > 0; batch = bus.receive(arn, 10)) {
        const handles = batch.map(({ receiptHandle }) => receiptHandle);
        await bus.delete(arn, handles);
        purged += handles.length;
      }
      return { purged };
    },
    'POST /replay': async (_, body) => {
      const { archive = '', from, to = new Date(), rules, dryRun } = Replay.parse(body);
      const settings = { from, to, ...(rules ? { ruleNames: rules } : {}), ...(dryRun ? { dryRun } : {}) };
      return { events: await bus.replay(archiveNamed(archive), settings) };
    },
    'POST /reset': async () => {
      await options.reset();
      return { reset: true };
    },
  };
  const invoke = async (name: string, payload: string): Promise<unknown> => {
    const wanted = name.toLowerCase();
    const host =
      hosts.find((one) => [one.model.name, one.model.label].some((known) => known.toLowerCase() === wanted)) ??
      hosts.find((one) => one.model.label.toLowerCase().includes(wanted));
    if (!host) throw new NotFound(`there is no function ${name}: ${hosts.map((one) => one.model.label).join(', ')}`);
    try {
      return { payload: JSON.parse(await host.invoke(payload || '{}')) as unknown };
    } catch (error) {
      if (error instanceof FunctionError) return { functionError: error.fault };
      throw error;
    }
  };
  return async (request, response) => {
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (!sameText(request.headers.authorization ?? '', `Bearer ${options.key}`))
      return send(403, { message: 'wrong key' });
    const url = new URL(request.url ?? '/', 'http://local');
    const path = url.pathname.replace(/^\/_local/, '');
    try {
      const text = (await readBody(request)).toString('utf8');
      const [, name] = /^\/functions\/([^/]+)\/invocations$/.exec(path) ?? [];
      if (name && request.method === 'POST') return send(200, await invoke(decodeURIComponent(name), text));
      const route = routes[`${request.method} ${path}`];
      if (!route) throw new NotFound(`${request.method} ${path}`);
      send(200, await route(url, text === '' ? {} : JSON.parse(text)));
    } catch (error) {
      send(error instanceof NotFound ? 404 : 400, { message: error instanceof Error ? error.message : String(error) });
    }
  };
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
