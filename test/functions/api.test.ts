import { describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { apiWorld } from '#test/support/api-world.ts';
import { DEAL, httpEvent, LEAD } from '#test/support/http-request.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE_MS = 60_000;
const { world, ask, handlerOf } = apiWorld(['read', 'around', 'settings', 'log'], NOW);

/** A deal that was logged, moved a minute later, and noted on. */
async function dealWithPast() {
  const { body } = await ask('POST /v1/trade-deals', { body: DEAL });
  const path = `/v1/trade-deals/${body.id}`;
  vi.setSystemTime(NOW + MINUTE_MS);
  await ask(`POST ${path}/moves`, { body: { to: 'qualified', reason: 'They called.' } });
  vi.setSystemTime(NOW + 2 * MINUTE_MS);
  await ask(`POST ${path}/notes`, { body: { text: 'Spring.' } });
  return { id: body.id as string, path };
}

describe('a record', () => {
  it('is read with its version as ETag, and not again where that still holds', async () => {
    const { path } = await dealWithPast();
    expect(await ask(`GET ${path}`, { as: 'viewer' })).toMatchObject({
      status: 200,
      headers: { etag: '"3"' },
      body: { stage: 'qualified' },
    });
    const unchanged = await ask(`GET ${path}`, { headers: { 'if-none-match': '"2", W/"3"' } });
    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect((await ask(`GET ${path}`, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it.each([
    '/v1/trade-deals/trd_1',
    '/v1/trade-deals/trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
    '/v1/engagements/trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  ])('is not at %s', async (path) => {
    expect(await ask(`GET ${path}`)).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
  });

  it('is seen as it was at an instant, and at the end of a day in London', async () => {
    const { path } = await dealWithPast();
    const at = async (query: string) => (await ask(`GET ${path}?${query}`)).body;
    expect(await at('asOf=2026-11-21T12:00:30Z')).toMatchObject({ stage: 'enquiry', version: 1 });
    expect(await at('asOf=2026-11-21T20:01:00%2B08:00&basis=as-known-now')).toMatchObject({
      stage: 'qualified',
      version: 2,
    });
    expect(await at('asOf=2026-11-21')).toMatchObject({ version: 3 });
    expect(await at('asOf=2026-11-20')).toMatchObject({ status: 404 });
    expect(await at('asOf=yesterday')).toMatchObject({ status: 400, errors: [{ parameter: 'asOf' }] });
    expect(await at('basis=as-known-now')).toMatchObject({ status: 400, errors: [{ parameter: 'basis' }] });
  });

  it('tells its timeline oldest first, its latest event even before the history has it, in pages', async () => {
    const { path } = await dealWithPast();
    const { body } = await ask(`GET ${path}/timeline`);
    expect(body).toMatchObject({
      items: [
        { type: 'trade-deal.logged', version: 1, actor: { id: 'bd-officer' }, channel: 'api' },
        {
          type: 'trade-deal.moved',
          version: 2,
          reason: 'They called.',
          changes: expect.arrayContaining([{ field: 'stage', from: 'enquiry', to: 'qualified' }]),
        },
        { type: 'trade-deal.noted', version: 3, text: 'Spring.', changes: [] },
      ],
      next: null,
    });
    const first = await ask(`GET ${path}/timeline?limit=2`);
    const second = await ask(`GET ${path}/timeline?limit=2&cursor=${first.body.next}`);
    expect([...first.body.items, ...second.body.items]).toEqual(body.items);
    expect((await ask(`GET ${path}/timeline?cursor=${first.body.next}x`)).status).toBe(400);
  });

  it('that is confidential is there for its owner, IP managers and administrators, and for nobody else in any form', async () => {
    const { body } = await ask('POST /v1/ip-leads', { body: LEAD });
    const path = `/v1/ip-leads/${body.id}`;
    const statuses = async (as: string, user?: string) =>
      Promise.all(
        [path, `${path}/timeline`, `${path}?asOf=2026-11-21`].map(
          async (each) => (await ask(`GET ${each}`, { as, ...(user ? { user } : {}) })).status,
        ),
      );
    for (const as of ['bd-officer', 'ip-manager', 'admin']) expect(await statuses(as)).toEqual([200, 200, 200]);
    for (const as of ['viewer', 'manager']) expect(await statuses(as)).toEqual([404, 404, 404]);
    expect(await statuses('bd-officer', 'other')).toEqual([404, 404, 404]);
  });
});

describe('a receipt', () => {
  const asked = { body: DEAL, headers: { prefer: 'respond-async', 'idempotency-key': 'k' } };

  it('says accepted, then recorded, to who sent it and to managers', async () => {
    world.recordsAtOnce(false);
    const { headers, body } = await ask('POST /v1/trade-deals', asked);
    const path = `GET ${headers['location']}`;
    expect((await ask(path)).body).toEqual({ eventId: body.eventId, status: 'accepted' });
    await world.record();
    const record = { kind: 'trade-deal', id: world.records()[0]?.['id'], version: 1 };
    for (const as of ['bd-officer', 'manager', 'admin'])
      expect((await ask(path, { as })).body).toEqual({ eventId: body.eventId, status: 'recorded', record });
    for (const as of ['viewer', 'ip-manager']) expect((await ask(path, { as })).status).toBe(404);
    await ask(`POST /v1/trade-deals/${record.id}/notes`, { body: { text: 'Later.' } });
    expect((await ask(path)).body.record.version).toBe(1);
  });

  it('says why a write was refused when it came to be recorded', async () => {
    const { path } = await dealWithPast();
    world.recordsAtOnce(false);
    const patch = { body: { tags: ['x'] }, headers: { 'if-match': '"3"', prefer: 'respond-async' } };
    const { headers } = await ask(`PATCH ${path}`, patch);
    await ask(`POST ${path}/notes`, { body: { text: 'x' }, headers: { prefer: 'respond-async' } });
    await world.recordReversed();
    expect((await ask(`GET ${headers['location']}`)).body).toMatchObject({
      status: 'rejected',
      problem: { status: 412 },
    });
  });

  it('of an event that nobody sent, or that is forgotten, is not there', async () => {
    expect((await ask('GET /v1/receipts/evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M')).status).toBe(404);
    expect((await ask('GET /v1/receipts/evt_x')).status).toBe(404);
    world.recordsAtOnce(false);
    const { headers } = await ask('POST /v1/trade-deals', asked);
    vi.setSystemTime(NOW + 25 * 60 * MINUTE_MS);
    expect((await ask(`GET ${headers['location']}`)).status).toBe(404);
  });

  it('of a confidential lead is for its sender, whoever owns it, and not for a manager', async () => {
    const { headers } = await ask('POST /v1/ip-leads', {
      body: { ...LEAD, owner: 'other' },
      headers: { prefer: 'respond-async' },
    });
    expect((await ask(`GET ${headers['location']}`)).body.status).toBe('recorded');
    expect((await ask(`GET ${headers['location']}`, { as: 'manager' })).status).toBe(404);
  });
});

describe('settings', () => {
  const shenzhen = { country: 'CN', timeZone: 'Asia/Shanghai', names: { en: 'Shenzhen', zh: '深圳' } };
  const path = '/v1/places/shenzhen';
  const put = (body: unknown, headers = {}) => ask(`PUT ${path}`, { as: 'admin', body, headers });

  it('of a place are added, kept as they are, changed at their version, each change with an audit entry', async () => {
    expect((await ask(`PUT ${path}`, { as: 'manager', body: shenzhen })).status).toBe(403);
    expect((await put(shenzhen, { 'if-match': '"1"' })).status).toBe(412);
    expect(await put(shenzhen)).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { id: 'shenzhen' } });
    expect(await put(shenzhen)).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    const renamed = { ...shenzhen, names: { en: 'Shēnzhèn', zh: '深圳' } };
    expect(await put(renamed, { 'if-match': '"1"' })).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect((await put(shenzhen, { 'if-match': '"1"' })).status).toBe(412);
    expect((await ask(`GET ${path}`)).body.names.en).toBe('Shēnzhèn');
    const audit = world.kept.items().filter(({ pk }) => String(pk).startsWith('audit#'));
    expect(audit).toMatchObject([
      { version: 1, userId: 'admin' },
      { version: 2, before: shenzhen, after: renamed },
    ]);
  });

  it('of a first place are at version 1 and can be changed', async () => {
    expect(await ask('GET /v1/places/guangzhou')).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    const { body } = await ask('GET /v1/places/guangzhou');
    const { id: _, ...place } = body;
    const changed = await ask('PUT /v1/places/guangzhou', {
      as: 'admin',
      body: { ...place, country: 'HK' },
      headers: { 'if-match': '"1"' },
    });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  });

  it('are written once under an Idempotency-Key, and the key is good for nothing else', async () => {
    const key = { 'idempotency-key': 'p-1' };
    expect((await put(shenzhen, key)).status).toBe(201);
    expect(await put(shenzhen, key)).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect((await put({ ...shenzhen, country: 'HK' }, key)).status).toBe(422);
  });

  it('say where a field is at fault', async () => {
    const { body } = await put({ ...shenzhen, timeZone: 'Mars/Base', names: { en: '' }, more: 1 });
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers.sort()).toEqual(['/more', '/names/en', '/names/zh', '/timeZone']);
  });

  it('of rates are kept in every version', async () => {
    const rates = { base: 'GBP', rates: { CNY: '0.1083' } };
    const call = 'PUT /v1/fx-rates/2026-11-20';
    expect((await ask(call, { body: rates })).status).toBe(403);
    expect(await ask(call, { as: 'manager', body: rates })).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
    });
    expect((await ask(call, { as: 'manager', body: rates })).headers['etag']).toBe('"1"');
    const changed = { base: 'GBP', rates: { CNY: '0.1084' } };
    expect((await ask(call, { as: 'manager', body: changed, headers: { 'if-match': '"3"' } })).status).toBe(412);
    expect((await ask('PUT /v1/fx-rates/2026-02-30', { as: 'manager', body: rates })).status).toBe(400);
  });

  it('of oneself start with the token, take a merge patch, and go back to the default', async () => {
    expect((await ask('GET /v1/me')).body).toEqual({
      id: 'bd-officer',
      role: 'bd-officer',
      language: 'en',
      timeZone: 'Europe/London',
    });
    const patch = (body: unknown) =>
      ask('PATCH /v1/me', { body, headers: { 'content-type': 'application/merge-patch+json' } });
    expect((await patch({ name: ' 陈宇 ', language: 'zh-CN', timeZone: 'Asia/Shanghai' })).body).toMatchObject({
      name: '陈宇',
      language: 'zh-CN',
    });
    const { body } = await patch({ name: null, language: null });
    expect(body).toEqual({ id: 'bd-officer', role: 'bd-officer', language: 'en', timeZone: 'Asia/Shanghai' });
    expect(world.kept.item(keys.user('bd-officer'))).toMatchObject({ version: 3 });
    expect((await patch({ role: 'admin' })).status).toBe(400);
  });
});

describe('what is asked wrongly', () => {
  it.each([
    ['GET /v1/trade-deals?q=x', 'q'],
    ['GET /v1/trade-deals?limit=0', 'limit'],
    ['GET /v1/trade-deals?limit=1e1', 'limit'],
    ['GET /v1/trade-deals?stage=identified', 'stage'],
    ['GET /v1/trade-deals?tag=a&tag=b', 'tag'],
    ['GET /v1/trade-deals?cursor=WzFd', 'cursor'],
    // Today is up to now; tomorrow is to come.
    ['GET /v1/pipeline?asOf=2026-11-22', 'asOf'],
    ['GET /v1/pipeline?asOf=2026-11-21T12:00:00.001Z', 'asOf'],
    ['GET /v1/pipeline?asOf=2026-02-30', 'asOf'],
    ['GET /v1/pipeline?asOf=2026-11-20&basis=as-known', 'basis'],
    ['GET /v1/pipeline?basis=as-known-now', 'basis'],
    ['GET /v1/pipeline?currency=gbp', 'currency'],
    ['GET /v1/trade-deals?__proto__=1', '__proto__'],
    ['GET /health?deep=1', 'deep'],
  ])('%s is refused by the parameter %s', async (call, parameter) => {
    expect((await ask(call)).body).toMatchObject({ status: 400, errors: [{ parameter }] });
  });

  it('gets 404 where there is no such call', async () => {
    const { status, body } = await ask('GET /v1/nowhere', { as: null });
    expect([status, body.type]).toEqual([404, '/docs/problems.md#no-such-route']);
  });

  it('is refused to who has no role', async () => {
    for (const as of ['', 'stranger']) expect((await ask('GET /v1/trade-deals', { as })).status).toBe(403);
    expect((await ask('GET /health', { as: null })).status).toBe(200);
  });

  it('has its correlation id taken over where that is safe to write down', async () => {
    const header = async (id: string) =>
      (await ask('GET /health', { as: null, headers: { 'x-correlation-id': id } })).headers['x-correlation-id'];
    expect(await header('console-42')).toBe('console-42');
    expect(await header('a b\n{"level":"ERROR"}')).toMatch(/^request-/);
  });
});

describe('what HTTP says of methods and types', () => {
  it('answers HEAD as GET, without a body', async () => {
    const { path } = await dealWithPast();
    const event = { ...httpEvent(`GET ${path}`), routeKey: 'HEAD /v1/trade-deals/{id}' };
    const head = { ...event, requestContext: { ...event.requestContext, http: { method: 'HEAD' } } };
    const read = handlerOf('read') as unknown as (event: unknown, context: unknown) => Promise<unknown>;
    const result = await read(head, {});
    expect(result).toMatchObject({ statusCode: 200, headers: { etag: '"3"', 'content-type': 'application/json' } });
    expect(result).not.toHaveProperty('body');
  });

  it.each([
    ['text/csv', 406],
    ['text/html', 406],
    ['application/json;q=0, text/csv', 406],
    ['*/*', 200],
    ['text/html, */*;q=0.8', 200],
    ['application/*', 200],
    ['', 200],
  ])('a list asked for as %j is answered %i', async (accept, status) => {
    const answer = await ask('GET /v1/trade-deals', { headers: { accept } });
    expect([answer.status, answer.headers['content-type']]).toEqual([
      status,
      status === 200 ? 'application/json' : 'application/problem+json',
    ]);
  });

  it('says which roles may, to one who may not', async () => {
    const { status, body } = await ask('POST /v1/trade-deals', { as: 'viewer', body: DEAL });
    expect([status, body.detail]).toEqual([
      403,
      'Your role (viewer) does not allow this. Roles that may: bd-officer, ip-manager, manager, admin.',
    ]);
  });

  it('takes an offset whose + was not encoded', async () => {
    const { status } = await ask('GET /v1/trade-deals?updatedSince=2026-11-21T08:00:00+08:00');
    expect(status).toBe(200);
  });

  it("lists one's own records by owner=me", async () => {
    await ask('POST /v1/trade-deals', { body: DEAL, as: 'bd-officer', user: 'li.wei' });
    await ask('POST /v1/trade-deals', { body: { ...DEAL, title: 'Another' }, as: 'manager', user: 'a.khan' });
    const { body } = await ask('GET /v1/trade-deals?owner=me', { as: 'bd-officer', user: 'li.wei' });
    expect(body.items.map(({ owner }: { owner: string }) => owner)).toEqual(['li.wei']);
  });
});

describe('the log', () => {
  it('has one line a request, with ids and without what was said or asked for', async () => {
    const { Logger } = await import('@aws-lambda-powertools/logger');
    const info = vi.spyOn(Logger.prototype, 'info').mockImplementation(() => {});
    await ask('POST /v1/trade-deals', { body: DEAL });
    await ask('GET /v1/trade-deals?tag=secret&tag=secret');
    const lines = info.mock.calls.map((line) => JSON.stringify(line));
    expect(lines).toHaveLength(2);
    expect(info.mock.calls[0]?.[1]).toMatchObject({
      method: 'POST',
      route: '/v1/trade-deals',
      status: 201,
      user: 'bd-officer',
      recordId: expect.any(String),
    });
    expect(lines.join()).not.toMatch(/Air filters|Metro|secret/);
    info.mockRestore();
  });
});

describe('a handler', () => {
  it('answers in the form of payload 2.0', async () => {
    const result = await (handlerOf('settings') as unknown as (event: unknown, context: unknown) => Promise<unknown>)(
      httpEvent('GET /health', { as: null }),
      {},
    );
    expect(result).toMatchObject({
      statusCode: 200,
      body: '{"status":"ok"}',
      headers: { 'content-type': 'application/json' },
    });
  });
});
