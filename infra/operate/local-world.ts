/** The server that runs on this machine: over its control endpoint, with the key from its data directory. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { readServerInfo } from '#infra/local/data-directory.ts';
import { readBody } from '#infra/local/dynamodb/client.ts';
import { OutputName } from '#infra/names.ts';
import { NotDone, PARKED, type World } from './world.ts';

const SAMPLE = 5;

/** @throws `NotDone` where no server runs on the directory */
export async function openLocalWorld(dataDirectory: string): Promise<World> {
  const info = readServerInfo(dataDirectory);
  if (!info?.endpoint)
    throw new NotDone(`no server uses ${resolve(dataDirectory)}: start one with npm start, or pass its --data-dir.`);
  const { endpoint, pid } = info;
  const key = readFileSync(join(dataDirectory, 'control-key'), 'utf8');

  async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
    const answer = await send(new URL(`/_local${path}`, endpoint), method, key, body).catch((error: unknown) => {
      throw new NotDone(`the server of process ${pid} does not answer (${String(error)})`);
    });
    const value = JSON.parse(answer.body) as { message?: string };
    if (answer.status !== 200) throw new NotDone(value.message ?? `${path}: status ${answer.status}`);
    return value as T;
  }
  const outputs = await call<Record<string, string>>('GET', '/outputs');
  const output = (name: OutputName): string => {
    const value = outputs[name];
    if (value === undefined) throw new NotDone(`the running app has no output ${name}: restart it.`);
    return value;
  };
  const replay = (from: Date, to: Date, dryRun: boolean) =>
    call<{ events: number }>('POST', '/replay', {
      archive: output(OutputName.archiveName),
      rules: [output(OutputName.intakeRuleArn).split('/').at(-1)],
      from,
      to,
      dryRun,
    });

  return {
    name: `the server using ${resolve(dataDirectory)}`,
    async parked(queue) {
      const arn = output(PARKED[queue].output);
      const queues = await call<{ arn: string; visible: number; inFlight: number }[]>('GET', '/queues');
      const depth = queues.find((each) => each.arn === arn);
      const messages = await call<{ body: string }[]>(
        'GET',
        `/messages?queue=${encodeURIComponent(arn)}&limit=${SAMPLE}`,
      );
      return { waiting: (depth?.visible ?? 0) + (depth?.inFlight ?? 0), sample: messages.map(({ body }) => body) };
    },
    async redrive(queue) {
      const { moved } = await call<{ moved: number }>('POST', '/redrive', { queue: output(PARKED[queue].output) });
      return moved;
    },
    async purge(queue) {
      await call('POST', '/purge', { queue: output(PARKED[queue].output) });
    },
    async archived({ from, to }) {
      return { events: (await replay(from, to, true)).events, ofSpan: true };
    },
    async replay({ from, to }) {
      return (await replay(from, to, false)).events;
    },
    async reconcile(payload) {
      const name = output(OutputName.reconcileFunctionName);
      const answer = await call<{ functionError?: { errorMessage: string }; payload?: unknown }>(
        'POST',
        `/functions/${encodeURIComponent(name)}/invocations`,
        payload,
      );
      if (answer.functionError) throw new NotDone(`reconcile failed: ${answer.functionError.errorMessage}`);
      return answer.payload;
    },
  };
}

// Not fetch: it gives up when no headers came for five minutes, and a function may take fifteen.
function send(url: URL, method: string, key: string, body: unknown): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const headers = { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(text) };
    const outgoing = request(url, { method, headers }, (response) => {
      readBody(response).then(
        (answer) => done({ status: response.statusCode ?? 0, body: answer.toString('utf8') }),
        fail,
      );
    });
    outgoing.on('error', fail);
    outgoing.end(text);
  });
}
