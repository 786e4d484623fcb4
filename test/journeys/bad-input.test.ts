import { beforeAll, expect, test } from 'vitest';
import { type BadRequest, badRequests, type OpenApi } from '#test/support/bad-requests.ts';
import { type Client, clientOf, deal, lead, talk } from '#test/support/client.ts';
import { operatorOf, scanAll } from '#test/support/operator.ts';
import { report, sized } from '#test/support/proof.ts';
import { seeded } from '#test/support/random.ts';
import type { RunningServer } from '#test/support/server.ts';
import { emptyServer } from '#test/support/shared-server.ts';
import { badTokens } from '#test/support/tokens.ts';

let dataDir: string;
let server: RunningServer;
let admin: Client;
const records: Record<string, { id: string; etag: string }> = {};

beforeAll(async () => {
  server = await emptyServer();
  dataDir = server.dataDir;
  admin = await clientOf(server, 'admin');
  for (const [collection, body] of [
    ['engagements', talk()],
    ['ip-leads', lead()],
    ['trade-deals', deal()],
  ] as const) {
    const { body: record, headers } = await admin.post(`/v1/${collection}`, body);
    records[collection] = { id: record.id, etag: headers.get('etag') as string };
  }
  // What only those that are there look at, such as a secret's form or a cursor, is looked at here too.
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  for (const template of ['/v1/partners/{id}', '/v1/subscriptions/{id}']) {
    const body = Object.values(document.paths[template]?.['put']?.requestBody?.content ?? {})[0]?.example;
    const { status } = await admin.put(template.replace('{id}', 'guangzhou'), body);
    expect(status, template).toBe(201);
  }
});

/** Everything that stands in the table but who was seen when: what bad input must leave as it was. */
async function everything(): Promise<string[]> {
  await server.idle();
  const items = await scanAll(await operatorOf(dataDir));
  return items
    .filter((item) => item['pk'] !== 'user')
    .map((item) => JSON.stringify(item))
    .sort();
}

test(
  'bad input of every kind gets a clear problem and changes nothing',
  async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
    const fill = {
      path: (template: string) =>
        template
          .replace(
            /^(\/v1\/([a-z-]+)\/)\{id\}/,
            (_, start: string, collection: string) => start + (records[collection]?.id ?? 'guangzhou'),
          )
          .replace('{date}', '2026-01-05')
          .replace(/\{[^}]+\}/g, 'evt_01JD3Q8M6A1C3E5G7J9M1P3R5T'),
      ifMatch: (path: string) => Object.values(records).find(({ id }) => path.includes(id))?.etag,
    };
    const all = badRequests(document, fill).filter(isBad);
    const chosen = choose(all, sized(8, all.length));
    const tokens = await badTokens(await server.token('admin'), dataDir);
    const before = await everything();
    const statuses: Record<string, number> = {};
    const faults: string[] = [];
    const queue = [...chosen];
    const worker = async () => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        const answer = await send(next, tokens[next.token]);
        statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
        const fault = faultOf(next, answer);
        if (fault) faults.push(`${next.method} ${next.path.slice(0, 90)} · ${next.what.slice(0, 80)}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    expect(faults.slice(0, 40), `${faults.length} of ${chosen.length}`).toEqual([]);
    expect(await everything()).toEqual(before);
    report('bad input', {
      requests: chosen.length,
      operations: new Set(chosen.map(({ operationId }) => operationId)).size,
      ...statuses,
    });
  },
  sized(120_000, 900_000),
);

interface BadAnswer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function send({ method, path, headers, body }: BadRequest, token: string | undefined): Promise<BadAnswer> {
  const answer = await fetch(server.url + path, {
    method,
    headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}) },
    ...(body === undefined || method === 'GET' ? {} : { body: body as string }),
  });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

/** What is wrong with an answer to bad input; undefined when it is as it should be. */
function faultOf(request: BadRequest, { status, type, text }: BadAnswer): string | undefined {
  if (status >= 500) return `${status} ${text.slice(0, 200)}`;
  if (status < 400) return `was taken: ${status} ${text.slice(0, 120)}`;
  if (request.token !== 'valid') return status === 401 ? undefined : `${status} and not 401`;
  if (!type.startsWith('application/problem+json')) return `no problem but ${type}: ${text.slice(0, 120)}`;
  const problem = JSON.parse(text) as {
    type?: string;
    title?: string;
    status?: number;
    errors?: { pointer?: string; detail?: string }[];
  };
  if (!problem.type || !problem.title || problem.status !== status)
    return `an incomplete problem: ${text.slice(0, 160)}`;
  if (request.pointer === undefined) return undefined;
  const pointers = (problem.errors ?? []).map(({ pointer }) => pointer ?? '');
  const points = pointers.some(
    (pointer) =>
      pointer === request.pointer || pointer.startsWith(`${request.pointer}/`) || parentOf(request.pointer) === pointer,
  );
  return points ? undefined : `points to ${JSON.stringify(pointers)} and not to ${request.pointer}`;
}

const parentOf = (pointer = '') => pointer.slice(0, pointer.lastIndexOf('/')) || undefined;

/** Requests that the generator makes and that are no fault at this operation. */
function isBad({ method, path, what, operationId }: BadRequest): boolean {
  if (/^id trd_/.test(what) && operationId.includes('TradeDeal')) return true;
  // A condition is looked at only where the operation takes one, and a reading has no body.
  if (method === 'GET' && /content type|if-match/.test(what)) return false;
  return !path.startsWith('/docs') && !path.startsWith('/health') && !path.startsWith('/openapi');
}

/** In any order, at most so many of each operation. */
function choose(requests: readonly BadRequest[], each: number): BadRequest[] {
  const random = seeded(20_261_121);
  const shuffled = requests.map((request) => ({ request, at: random() })).sort((a, b) => a.at - b.at);
  const byOperation = Map.groupBy(shuffled, ({ request }) => request.operationId);
  return [...byOperation.values()].flatMap((group) => group.slice(0, each).map(({ request }) => request));
}
