import { beforeAll, expect, test } from 'vitest';
import { type Client, clientOf, deal, lead, unique } from '#test/support/client.ts';
import { logEvidence } from '#test/support/evidence.ts';
import { sharedServer } from '#test/support/shared-server.ts';

const server = await sharedServer();
let officer: Client;
let viewer: Client;

beforeAll(async () => {
  officer = await clientOf(server, 'bd-officer');
  viewer = await clientOf(server, 'viewer');
});

test('a viewer reads and writes nothing, and learns so before the body is looked at', async () => {
  expect((await viewer.get('/v1/trade-deals')).status).toBe(200);
  expect((await viewer.post('/v1/trade-deals', { nonsense: true })).status).toBe(403);
  expect((await viewer.put('/v1/fx-rates/2026-11-20', {})).status).toBe(403);
});

test('an invention is hidden from all but its owner, IP managers and administrators until it is released', async () => {
  const owner = await clientOf(server, 'bd-officer', 'inventive-officer');
  const colleague = await clientOf(server, 'bd-officer', 'curious-officer');
  const tag = unique('secret');
  const { body: record } = await owner.post('/v1/ip-leads', lead({ tags: [tag] }));
  const path = `/v1/ip-leads/${record.id}`;
  const query = `/v1/ip-leads?${new URLSearchParams({ tag })}`;
  const everywhere = async (client: Client) => [
    (await client.get(path)).status,
    (await client.get(`${path}/timeline`)).status,
    (await client.post(`${path}/moves`, { to: 'assessed' })).status,
    (await client.post(`${path}/notes`, { text: 'Hm.' })).status,
    (await client.post(`${path}/releases`)).status,
    (await client.patch(path, { trl: 3 }, { 'if-match': '"1"' })).status,
  ];
  expect(await everywhere(colleague)).toEqual([404, 404, 404, 404, 404, 404]);
  expect((await (await clientOf(server, 'manager')).get(path)).status).toBe(404);
  for (const role of ['ip-manager', 'admin']) expect((await (await clientOf(server, role)).get(path)).status).toBe(200);
  await expect.poll(async () => (await owner.get(query)).body.items.length, { timeout: 5_000 }).toBe(1);
  expect((await colleague.get(query)).body.items).toEqual([]);
  const unknown = await colleague.get('/v1/ip-leads/ipl_01JD3Q8M5V7X9Z1B3D5F7H9K2M');
  const hidden = await colleague.get(path);
  expect({ ...hidden.body, instance: '' }).toEqual({ ...unknown.body, instance: '' });
  expect((await owner.post(`${path}/releases`)).body).toMatchObject({ confidential: false });
  expect((await colleague.get(path)).status).toBe(200);
  expect((await viewer.get(path)).status).toBe(200);
});

test('a lead is open to all once it is protected, unless it is explicitly kept confidential', async () => {
  const { body: one } = await officer.post('/v1/ip-leads', lead());
  const protect = async (id: string) => {
    expect((await officer.post(`/v1/ip-leads/${id}/moves`, { to: 'protected' })).status).toBe(409);
    await logEvidence(officer, 'ip-lead', id, 'disclosed', 'protected');
    await officer.post(`/v1/ip-leads/${id}/moves`, { to: 'protected' });
  };
  await protect(one.id);
  expect((await viewer.get(`/v1/ip-leads/${one.id}`)).status).toBe(200);
  const { body: two } = await officer.post('/v1/ip-leads', lead({ confidential: true }));
  await protect(two.id);
  expect((await viewer.get(`/v1/ip-leads/${two.id}`)).status).toBe(404);
});

test('a repeat with the same Idempotency-Key is the same record, and another body under it is refused', async () => {
  const key = { 'idempotency-key': unique('key').replaceAll(' ', '-') };
  const body = deal();
  const [one, two] = await Promise.all([
    officer.post('/v1/trade-deals', body, key),
    officer.post('/v1/trade-deals', body, key),
  ]);
  const three = await officer.post('/v1/trade-deals', body, key);
  expect([one.status, two.status, three.status]).toEqual([201, 201, 201]);
  expect(new Set([one.body.id, two.body.id, three.body.id]).size).toBe(1);
  expect((await officer.post('/v1/trade-deals', { ...body, title: 'Another' }, key)).status).toBe(422);
  const colleague = await clientOf(server, 'bd-officer', 'somebody-else');
  expect((await colleague.post('/v1/trade-deals', body, key)).body.id).not.toBe(one.body.id);
});

test('a refusal is not remembered under its key', async () => {
  const { body: record } = await officer.post('/v1/trade-deals', deal());
  const key = { 'idempotency-key': unique('retry').replaceAll(' ', '-') };
  const path = `/v1/trade-deals/${record.id}/moves`;
  await officer.post(path, { to: 'proposal' });
  expect((await officer.post(path, { to: 'proposal' }, key)).status).toBe(409);
  await officer.post(path, { to: 'negotiation' });
  expect((await officer.post(path, { to: 'proposal' }, key)).status).toBe(422);
});

test('an asynchronous write is answered at once with a receipt that comes true', async () => {
  const sent = await officer.post('/v1/trade-deals', deal(), { prefer: 'respond-async' });
  expect(sent.status).toBe(202);
  expect(sent.headers.get('preference-applied')).toBe('respond-async');
  const location = sent.headers.get('location') as string;
  expect(location).toMatch(/^\/v1\/receipts\/evt_/);
  await expect.poll(async () => (await officer.get(location)).body.status, { timeout: 10_000 }).toBe('recorded');
  const { body: receipt } = await officer.get(location);
  expect((await officer.get(`/v1/trade-deals/${receipt.record.id}`)).body.version).toBe(receipt.record.version);
  expect((await officer.get('/v1/receipts/evt_01JD3Q8M6A1C3E5G7J9M1P3R5T')).status).toBe(404);
});

test('eight people who change the same version: one succeeds, seven are told', async () => {
  const { body: record } = await officer.post('/v1/trade-deals', deal());
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      officer.patch(`/v1/trade-deals/${record.id}`, { probability: index }, { 'if-match': '"1"' }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  expect((await officer.get(`/v1/trade-deals/${record.id}`)).body.version).toBe(2);
});

test('of moves at the same moment each is made or refused, and none is answered 200 without being made', async () => {
  const { body: logged } = await officer.post('/v1/trade-deals', deal());
  const path = `/v1/trade-deals/${logged.id}`;
  const asked = ['qualified', 'proposal', 'qualified', 'proposal', 'qualified'];
  const answers = await Promise.all(asked.map((to) => officer.post(`${path}/moves`, { to })));
  const made = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(made.length).toBeGreaterThanOrEqual(1);
  for (const { status, body } of refused) expect([409, 422], JSON.stringify(body)).toContain(status);
  for (const [index, { status, body }] of answers.entries()) if (status === 200) expect(body.stage).toBe(asked[index]);
  const { items } = (await officer.get(`${path}/timeline`)).body;
  const moves = items.filter(({ type }: { type: string }) => type.endsWith('.moved'));
  expect(moves).toHaveLength(made.length);
  for (const move of moves) {
    expect(move).not.toHaveProperty('superseded');
    expect(JSON.stringify(move.changes)).toContain('stageEnteredAt');
  }
  const now = (await officer.get(path)).body;
  expect(now.version).toBe(1 + made.length);
  expect(now.stageEnteredAt).toBe(
    moves
      .map(({ occurredAt }: { occurredAt: string }) => occurredAt)
      .sort()
      .at(-1),
  );
  const again = await Promise.all(asked.map(() => officer.post(`${path}/moves`, { to: 'negotiation' })));
  expect(again.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
});

test('HEAD, OPTIONS and other methods are answered as HTTP says', async () => {
  const send = async (method: string, path: string, role?: string) => {
    const headers = role ? { authorization: `Bearer ${await server.token(role)}` } : {};
    const answer = await fetch(server.url + path, { method, headers });
    return { status: answer.status, allow: answer.headers.get('allow'), text: await answer.text(), answer };
  };
  const head = await send('HEAD', '/v1/trade-deals', 'viewer');
  expect([head.status, head.text, head.answer.headers.get('content-type')]).toEqual([200, '', 'application/json']);
  expect(await send('HEAD', '/v1/trade-deals')).toMatchObject({ status: 401 });
  expect(await send('HEAD', '/health')).toMatchObject({ status: 200, text: '' });
  expect(await send('OPTIONS', '/v1/trade-deals')).toMatchObject({ status: 204, allow: 'GET, POST, HEAD, OPTIONS' });
  expect(await send('DELETE', '/v1/trade-deals')).toMatchObject({ status: 405, allow: 'GET, POST, HEAD, OPTIONS' });
  expect(await send('DELETE', '/v1/nothing')).toMatchObject({ status: 404, allow: null });
  const { body } = await officer.post('/v1/trade-deals', deal());
  const patch = (tags: string) =>
    officer.patch(`/v1/trade-deals/${body.id}`, { title: unique('Any') }, { 'if-match': tags });
  expect((await patch('"7", "1", "9"')).status).toBe(200);
  expect((await patch('"7", "1"')).status).toBe(412);
});

test('what API Gateway and the API refuse has the form the contract gives', async () => {
  const anonymous = await fetch(`${server.url}/v1/me`);
  expect([anonymous.status, await anonymous.json()]).toEqual([401, { message: 'Unauthorized' }]);
  const nowhere = await officer.get('/v1/nowhere');
  expect(nowhere.status).toBe(404);
  expect(nowhere.headers.get('content-type')).toContain('application/problem+json');
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as { openapi: string };
  expect(document.openapi).toMatch(/^3\.1/);
  expect((await fetch(`${server.url}/docs`)).status).toBe(200);
});

test('one is told who one is, places are known in both languages, and an administrator adds one', async () => {
  expect((await officer.get('/v1/me')).body).toMatchObject({ id: 'bd-officer', role: 'bd-officer' });
  const { body: places } = await officer.get('/v1/places');
  expect(places.items.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['guangzhou', 'nanjing', 'guizhou', 'birmingham', 'bristol']),
  );
  const admin = await clientOf(server, 'admin');
  const shenzhen = { country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Shenzhen', zh: '深圳' } };
  expect((await officer.put('/v1/places/shenzhen', shenzhen)).status).toBe(403);
  expect((await admin.put('/v1/places/shenzhen', shenzhen)).status).toBeLessThan(300);
  await expect
    .poll(async () => (await officer.post('/v1/trade-deals', deal({ place: 'shenzhen' }))).status, { timeout: 5_000 })
    .toBe(201);
  const { body: users } = await officer.get('/v1/users');
  expect(users.items.map(({ id }: { id: string }) => id)).toContain('bd-officer');
});
