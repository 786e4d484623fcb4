import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, type Client, clientOf, deal } from '#test/support/client.ts';
import { type AtRest, atRest, keysInFiles, opened } from '#test/support/people-at-rest.ts';
import { kept, type Planted, planted } from '#test/support/planted-people.ts';
import { report, sized } from '#test/support/proof.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';
import { needlesOf, newMarkers, type Search, searchDirectory, tracesIn } from '#test/support/traces.ts';

const PEOPLE = sized(1, 30);
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const REPORT_FORMS = ['application/json', 'text/html', 'text/csv', XLSX];

/** What is of the people, and what is planted where it may be found: a search that does not find the second says nothing of the first. */
const [people, control] = [newMarkers(), newMarkers()];
const [needles, controlNeedles] = [needlesOf(people), needlesOf(control)];

let server: RunningServer;
let [manager, officer, viewer]: Client[] = [];
let subscriber: { url: string; bodies: string[]; close: () => void };
const contacts: { id: string; version: number; now: Planted }[] = [];
const records: string[] = [];
/** Whatever was answered to somebody who may not see people, and every problem. */
const seen: string[] = [];

async function start(dataDir?: string): Promise<void> {
  const env = { WEBHOOK_TRIAL_HOSTS: '127.0.0.1' };
  server = await startServer({ timeoutMs: 180_000, env, ...(dataDir ? { dataDir } : {}) });
  [manager, officer, viewer] = await Promise.all(
    ['manager', 'bd-officer', 'viewer'].map((role) => clientOf(server, role)),
  );
}

beforeAll(async () => {
  subscriber = await listener();
  await start();
}, 200_000);
afterAll(async () => {
  subscriber?.close();
  await server?.stop();
});

async function listener() {
  const bodies: string[] = [];
  const listening = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    bodies.push(Buffer.concat(parts).toString() + JSON.stringify(request.headers));
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, bodies, close: () => listening.close() };
}

const must = (answer: Answer, ...statuses: number[]): Answer => {
  expect(statuses, JSON.stringify(answer.body)).toContain(answer.status);
  return answer;
};
const client = (which: Client | undefined): Client => which as Client;

it('a person who was erased is in no file of the product, was never written in any but sealed, and is missed in no figure', {
  timeout: 1_200_000,
}, async () => {
  const organisation = must(
    await client(officer).post('/v1/organisations', { name: 'Bureau of Proofs (invented)', place: 'guangzhou' }),
    201,
  ).body.id as string;
  await subscribe();
  await livesOf(organisation);
  await untilTold();
  const published = await makeReport();
  await mailReport();
  await server.idle();
  const before = await figures();
  const outputs = await server.control<Record<string, string>>('/outputs');
  const { PeopleTableName = '', PeopleKeysTableName = '', TableName = '' } = outputs;
  const tables = {
    all: [TableName, PeopleTableName, PeopleKeysTableName],
    people: PeopleTableName,
    keys: PeopleKeysTableName,
  };
  const { dataDir } = server;

  // While they are kept: sealed, and nowhere else. The search finds what is there in the same files.
  await server.stop();
  const [alive, found] = [searchDirectory(dataDir, needles), searchDirectory(dataDir, controlNeedles)];
  expect(alive.traces).toEqual([]);
  expectControl(found);
  const stored = await atRest(dataDir, tables);
  expect(tracesOf(stored, needles)).toEqual([]);
  expect(tracesOf(stored, controlNeedles)).not.toEqual([]);
  // Whoever has the keys can open every one of them: what is looked for below is there to be found.
  const names = opened(stored.people, stored).map((text) => (JSON.parse(text) as Planted).name);
  expect(keysInFiles(dataDir, stored)).toBe(PEOPLE);
  expect(names.sort()).toEqual(contacts.map(({ now }) => now.name).sort());

  await start(dataDir);
  for (const { id } of contacts) await erase(id);
  await server.idle();
  const after = await figures();
  expect(after).toEqual(before);
  await expectSameReport(published);
  for (const { id, version } of contacts) {
    const { body } = await client(officer).get(`/v1/contacts/${id}`);
    expect([body.erasedOn === undefined, 'person' in body]).toEqual([false, false]);
    const { items } = (await client(viewer).get(`/v1/contacts/${id}/timeline`)).body;
    expect(items).toHaveLength(version + 1);
  }
  expect(await server.invoke('Sweep')).toMatchObject({ erasuresTold: 0, statesDeleted: 0, peopleMissing: 0 });

  // After it: no trace, no key, and what a backup would still have of them cannot be opened.
  await server.stop();
  const gone = searchDirectory(dataDir, needles);
  expect(gone.traces).toEqual([]);
  expectControl(searchDirectory(dataDir, controlNeedles));
  const left = await atRest(dataDir, tables);
  expect(tracesOf(left, needles)).toEqual([]);
  expect([left.people.length, left.keys.length, left.tombstones.length]).toEqual([0, 0, PEOPLE]);
  expect(opened(stored.people, left)).toEqual([]);
  expect(left.masterKeys.size).toBeGreaterThan(0);
  const others = Buffer.from(JSON.stringify([seen, subscriber.bodies, server.output()]));
  expect(tracesIn(others, needles)).toEqual([]);
  expect(subscriber.bodies.length).toBeGreaterThan(0);
  report('erasure', {
    people: PEOPLE,
    'values planted': PEOPLE * 2 * Object.keys(planted(people, 0)).length,
    forms: needles.length,
    files: gone.files,
    'MB searched': alive.megabytes + gone.megabytes,
    'items searched': stored.items.length + left.items.length,
    'traces before the erasure': alive.traces.length,
    'traces after it': gone.traces.length,
    'control found in': new Set(found.traces.map((trace) => trace.split(':')[0])).size,
    'sealed states opened before': names.length,
    'sealed states opened after': opened(stored.people, left).length,
    // Only the file of a development engine has free pages: AWS shows none to anybody.
    'keys left in free pages of the local engine': keysInFiles(dataDir, stored),
  });
});

/** Everybody's, a few at a time. */
async function livesOf(organisation: string): Promise<void> {
  for (let n = 0; n < PEOPLE; n += 5)
    await Promise.all(Array.from({ length: Math.min(5, PEOPLE - n) }, (_, k) => live(n + k, organisation)));
}

/** Somebody is logged, sent once more, changed, refused, exported, put on records and activities. */
async function live(n: number, organisation: string): Promise<void> {
  const key = { 'idempotency-key': `person-${n}` };
  const body = { ...kept(organisation), person: planted(people, n) };
  const logged = must(await client(officer).post('/v1/contacts', body, key), 201);
  expect(must(await client(officer).post('/v1/contacts', body, key), 201).body.id).toBe(logged.body.id);
  const { id } = logged.body;
  const now = planted(people, n, 'b');
  must(await client(officer).patch(`/v1/contacts/${id}`, { person: now }, { 'if-match': '"1"' }), 200);
  contacts.push({ id, version: 2, now });
  await refusals(id, body, key);
  expect(must(await client(officer).get(`/v1/contacts/${id}/export`), 200).body.person).toEqual(now);
  must(await client(officer).get(`/v1/contacts?ids=${id}`), 200);
  seen.push(JSON.stringify((await client(viewer).get(`/v1/contacts/${id}`)).body));
  seen.push(JSON.stringify((await client(viewer).get(`/v1/contacts?organisation=${organisation}`)).body));
  seen.push(JSON.stringify((await client(viewer).get(`/v1/contacts/${id}/timeline`)).body));

  const soon = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
  const made = must(
    await client(officer).post(
      '/v1/trade-deals',
      // The control: free text goes where text goes.
      deal({
        title: `Deal ${n} ${control.latin} ${control.chinese}`,
        contacts: [id],
        expectedCloseOn: soon,
        value: { amount: '1000.00', currency: 'GBP' },
      }),
    ),
    201,
  );
  const path = `/v1/trade-deals/${made.body.id}`;
  records.push(path);
  must(await client(officer).post(`${path}/notes`, { text: `Spoke to ${id} about ${control.digits}.` }), 201);
  const activity = {
    title: `Visit ${n}`,
    type: 'visit',
    direction: 'inbound',
    on: '2026-10-12',
    organisations: [{ id: organisation }],
    contacts: [id],
  };
  records.push(`/v1/activities/${must(await client(officer).post('/v1/activities', activity), 201).body.id}`);
}

/** Requests that are refused in every way with the person in them. */
async function refusals(
  id: string,
  body: ReturnType<typeof kept> & { person: Planted },
  key: Record<string, string>,
): Promise<void> {
  const { name } = body.person;
  const answers = [
    await client(officer).post('/v1/contacts', { ...body, person: { ...body.person, email: name } }),
    await client(officer).post('/v1/contacts', { ...body, purpose: name }),
    await client(officer).post('/v1/contacts', { ...body, organisations: [{ id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M' }] }),
    await client(officer).patch(`/v1/contacts/${id}`, { person: { name } }, { 'if-match': '"1"' }),
    await client(officer).patch(`/v1/contacts/${id}`, { person: { name } }),
    await client(viewer).post('/v1/contacts', body),
    await client(officer).post('/v1/contacts', { ...body, person: planted(people, 0, 'other') }, key),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 422, 412, 428, 403, 422]);
  // A field that does not exist is named to who sent it, and to nobody else: not to a log.
  const unknown = await client(officer).post('/v1/contacts', { ...body, person: { ...body.person, [name]: name } });
  expect(unknown.status).toBe(400);
  seen.push(...answers.map((answer) => JSON.stringify(answer.body)));
}

async function erase(id: string): Promise<void> {
  must(await client(manager).post(`/v1/contacts/${id}/erasures`, { reason: 'asked-by-the-person' }), 200);
  must(await client(manager).post(`/v1/contacts/${id}/erasures`, { reason: 'asked-by-the-person' }), 200);
}

/** Everything that counts people's records, or shows them without the people. */
async function figures() {
  const at = client(viewer);
  const { rows, totals } = (await at.get('/v1/pipeline')).body;
  const histories = await Promise.all(
    records.map(async (path) => [(await at.get(path)).body, (await at.get(`${path}/timeline`)).body.items.length]),
  );
  const lists = await Promise.all(
    ['/v1/trade-deals?limit=100', '/v1/activities', '/v1/organisations'].map(async (path) => (await at.get(path)).body),
  );
  const count = (await at.get('/v1/contacts')).body.items.length;
  return { rows, totals, histories, lists, count };
}

async function makeReport(): Promise<{ location: string; bytes: string[] }> {
  const asked = must(await client(manager).post('/v1/reports', { type: 'pipeline' }), 201, 202);
  const location = asked.headers.get('location') ?? '';
  await expect
    .poll(async () => (await client(viewer).get(location)).status, { timeout: 60_000, interval: 300 })
    .toBe(200);
  return { location, bytes: await formsOf(location) };
}

/** A published report in every form and both languages, as bytes in hex. */
async function formsOf(location: string): Promise<string[]> {
  const authorization = `Bearer ${await server.token('viewer')}`;
  const bytes: string[] = [];
  for (const accept of REPORT_FORMS)
    for (const language of ['en', 'zh-CN']) {
      const headers = { authorization, accept, 'accept-language': language };
      const answer = await fetch(server.url + location, { headers });
      expect(answer.status).toBe(200);
      bytes.push(Buffer.from(await answer.arrayBuffer()).toString('hex'));
    }
  return bytes;
}

async function expectSameReport({ location, bytes }: Awaited<ReturnType<typeof makeReport>>): Promise<void> {
  expect(await formsOf(location)).toEqual(bytes);
  const parts = bytes.map((hex) => Buffer.from(hex, 'hex'));
  expect(parts.flatMap((part) => tracesIn(part, needles))).toEqual([]);
  // The titles of what closes soon are in it, so a name in it would be found: in the workbook too.
  for (const part of parts) expect(tracesIn(part, controlNeedles)).not.toEqual([]);
}

/** A report of a series that was due, with its mails. */
async function mailReport(): Promise<void> {
  const id = 'weekly-birmingham';
  const past = new Date(Date.now() - 22 * 24 * 3_600_000).toISOString();
  must(await client(manager).post('/v1/reports', { type: 'pipeline', series: id, asOf: past }), 201, 202);
  const { items } = (await client(manager).get('/v1/report-series')).body;
  const { id: _, ...content } = items.find((each: { id: string }) => each.id === id);
  must(
    await client(manager).put(`/v1/report-series/${id}`, { ...content, recipients: [{ email: 'head@example.org' }] }),
    200,
  );
  await expect
    .poll(async () => (await client(viewer).get(`/v1/reports?series=${id}`)).body.items.length, {
      timeout: 60_000,
      interval: 300,
    })
    .toBe(1);
  await server.invoke('Report', { series: id, due: past });
}

async function subscribe(): Promise<void> {
  const admin = await clientOf(server, 'admin');
  const eventTypes = ['trade-deal.recorded', 'trade-deal.noted'];
  must(await admin.put('/v1/subscriptions/proof', { url: subscriber.url, eventTypes, active: true }), 201);
  must(await admin.post('/v1/subscriptions/proof/secrets'), 201);
}

/** The function that tells knows a subscription within 30 seconds. */
async function untilTold(): Promise<void> {
  const [{ id } = { id: '' }] = contacts;
  for (let tries = 0; subscriber.bodies.length === 0 && tries < 40; tries++) {
    must(await client(officer).post('/v1/trade-deals', deal({ contacts: [id] })), 201);
    await sleep(1_000);
  }
}

/** The control is found in the file of the tables, on the bus, in the files and in the mails: the same files in which nobody was. */
function expectControl({ traces }: Search): void {
  for (const file of [/^dynamodb\/.*\.db: UTF-8/, /^bus\.db/, /^files\.db/])
    expect(traces.join('\n')).toMatch(new RegExp(file.source, 'm'));
}

const tracesOf = ({ items }: AtRest, of: typeof needles): string[] => [
  ...tracesIn(Buffer.from(JSON.stringify(items)), of),
  ...items
    .flatMap((item) => Object.values(item))
    .flatMap((value) => (value instanceof Uint8Array ? tracesIn(value, of) : [])),
];
