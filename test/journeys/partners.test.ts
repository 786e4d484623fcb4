import { beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '#shared/domain/user/roles.ts';
import { routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { type Client, clientOf } from '#test/support/client.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { SIGN } from '#test/support/signatures.ts';

const server = await sharedServer();
let admin: Client;
let serial = 0;

beforeAll(async () => {
  admin = await clientOf(server, 'admin');
});

/** The id of a partner that no other test has. */
const newId = () => `partner-${Date.now().toString(36)}-${++serial}`;

const PARTNER = {
  name: 'Jiangsu Industrial Technology Research Institute',
  scheme: 'standard-webhooks',
  defaults: { strand: 'business-engagement', direction: 'uk-export', place: 'nanjing' },
  eventTypes: ['trade-deal.logged', 'trade-deal.moved'],
  active: true,
};

async function newPartner(changed: Record<string, unknown> = {}): Promise<{ id: string; secret: string }> {
  const id = newId();
  expect((await admin.put(`/v1/partners/${id}`, { ...PARTNER, ...changed })).status).toBe(201);
  const made = await admin.post(`/v1/partners/${id}/secrets`);
  expect(made.status).toBe(201);
  return { id, secret: made.body.secret };
}

async function send(id: string, secret: string, body: string, messageId = `msg_${++serial}_${Date.now()}`) {
  const headers = SIGN['standard-webhooks'](secret, body, { id: messageId, at: Date.now() });
  const answer = await fetch(`${server.url}/webhooks/${id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as { eventId: string; status: string } };
}

const deal = (ref: string, more: Record<string, unknown> = {}) =>
  JSON.stringify({
    type: 'trade-deal.logged',
    timestamp: new Date().toISOString(),
    data: {
      title: `Deal ${ref}`,
      organisations: [{ name: 'Nanjing Rolling Stock (invented)', place: 'nanjing' }],
      ...more,
    },
  });

const receipt = (eventId: string) =>
  expect.poll(async () => (await admin.get(`/v1/receipts/${eventId}`)).body.status, { timeout: 10_000 });

describe('a partner', () => {
  test('is put, read, listed and changed at its version, and counts the changes of its mapping', async () => {
    const id = newId();
    const first = await admin.put(`/v1/partners/${id}`, PARTNER);
    expect(first.status).toBe(201);
    expect(first.body).toEqual({ id, ...PARTNER, mappingVersion: 1 });
    const tag = first.headers.get('etag') ?? '';
    expect(await admin.get(`/v1/partners/${id}`)).toMatchObject({ status: 200, body: first.body });
    const again = await admin.put(`/v1/partners/${id}`, PARTNER);
    expect([again.status, again.headers.get('etag')]).toEqual([200, tag]);
    const renamed = await admin.put(`/v1/partners/${id}`, { ...PARTNER, name: 'JITRI' }, { 'if-match': tag });
    expect(renamed.body).toMatchObject({ name: 'JITRI', mappingVersion: 1 });
    const stale = await admin.put(`/v1/partners/${id}`, { ...PARTNER, name: 'No' }, { 'if-match': tag });
    expect(stale.status).toBe(412);
    const mapped = await admin.put(`/v1/partners/${id}`, { ...PARTNER, mapping: '{"type": "x"}' });
    expect(mapped.body.mappingVersion).toBe(2);
    const { body } = await admin.get('/v1/partners?limit=100');
    expect(body.items.find((each: { id: string }) => each.id === id)).toEqual(mapped.body);
  });

  test.each([
    ['a mapping that does not compile', { mapping: '{"type": ' }, 400, '/mapping'],
    ['an empty mapping', { mapping: '' }, 400, '/mapping'],
    ['a scheme that there is not', { scheme: 'md5' }, 400, '/scheme'],
    ['no event types', { eventTypes: [] }, 400, '/eventTypes'],
    ['an event that partners may not send', { eventTypes: ['trade-deal.voided'] }, 400, '/eventTypes/0'],
    ['a misspelt field', { eventTpyes: [] }, 400, '/eventTpyes'],
    ['a misspelt default', { defaults: { owners: 'x' } }, 400, '/defaults/owners'],
    ['a grant that is no record', { grants: ['org_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] }, 400, '/grants/0'],
    ['a header that means something else', { settings: { header: 'Host' } }, 400, '/settings/header'],
    ['a place that nobody has put', { defaults: { place: 'atlantis' } }, 422, '/defaults/place'],
  ])('with %s is refused at the field', async (_, changed, status, pointer) => {
    const answer = await admin.put(`/v1/partners/${newId()}`, { ...PARTNER, ...changed });
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
  });

  test('that nobody has put is not found, whatever is asked of it', async () => {
    const path = `/v1/partners/${newId()}`;
    const answers = await Promise.all([
      admin.get(path),
      admin.get(`${path}/secrets`),
      admin.post(`${path}/secrets`),
      admin.get(`${path}/deliveries`),
      admin.post(`${path}/dry-runs`, { body: '{}' }),
      admin.get('/v1/quarantine/evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M'),
      admin.post('/v1/quarantine/evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M/replay', {}),
      admin.post('/v1/quarantine/evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M/discards', { reason: 'x' }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  });
});

describe('secrets', () => {
  test('are told once, listed without themselves, and run out', async () => {
    const { id, secret } = await newPartner();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const second = await admin.post(`/v1/partners/${id}/secrets`, { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' });
    expect(Object.keys(second.body)).toEqual(['id', 'secret']);
    const path = `/v1/partners/${id}/secrets/${second.body.id}/expiries`;
    expect(await admin.post(path)).toMatchObject({ status: 200, body: { id: second.body.id, active: false } });
    const list = await admin.get(`/v1/partners/${id}/secrets`);
    expect(list.body.items.map((each: { active: boolean }) => each.active)).toEqual([false, true]);
    expect(JSON.stringify(list.body)).not.toContain('whsec_');
  });

  test('made by a request and its repeat are one', async () => {
    const id = newId();
    await admin.put(`/v1/partners/${id}`, PARTNER);
    const key = { 'idempotency-key': id };
    const answers = await Promise.all([1, 2, 3].map(() => admin.post(`/v1/partners/${id}/secrets`, {}, key)));
    expect(new Set(answers.map(({ body }) => body.secret)).size).toBe(1);
    expect((await admin.get(`/v1/partners/${id}/secrets`)).body.items).toHaveLength(1);
  });

  test('added at the same time are all there, ten at most', async () => {
    const id = newId();
    await admin.put(`/v1/partners/${id}`, PARTNER);
    const answers = await Promise.all(Array.from({ length: 12 }, () => admin.post(`/v1/partners/${id}/secrets`)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(10).fill(201), 409, 409]);
    const ids = (await admin.get(`/v1/partners/${id}/secrets`)).body.items.map((each: { id: string }) => each.id);
    const told = answers.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(ids.sort()).toEqual(told.sort());
  });

  test.each(['short', 'whsec_c2hvcnQ=', 'x'.repeat(40), `${'x'.repeat(20)}\u00e9`])(
    'of the wrong form are refused: %s',
    async (secret) => {
      const { id } = await newPartner();
      const answer = await admin.post(`/v1/partners/${id}/secrets`, { secret });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/secret' }] } });
    },
  );
});

describe('quarantine', () => {
  test('keeps what cannot be mapped, with its raw body, until the mapping is mended and it is replayed', async () => {
    const mapping =
      '{"type": "trade-deal.logged", "data": {"title": nmae, "externalRef": {"ref": number}, "organisations": [{"name": company, "place": "nanjing"}]}}';
    const { id, secret } = await newPartner({ mapping });
    const bodies = ['One', 'Two', 'Three'].map((name, n) =>
      JSON.stringify({ name, number: `D-${n}`, company: 'A (invented)' }),
    );
    const sent = await Promise.all(bodies.map((body) => send(id, secret, body)));
    expect(sent.map(({ status, body }) => [status, body.status])).toEqual(sent.map(() => [202, 'quarantined']));
    const list = async (query = '') => (await admin.get(`/v1/quarantine?partner=${id}${query}`)).body.items;
    await expect.poll(async () => (await list()).length, { timeout: 5_000 }).toBe(3);
    const [entry] = await list('&limit=1&reason=invalid-event');
    expect(Object.keys(entry).sort()).toEqual(
      ['errors', 'eventId', 'id', 'mappingVersion', 'partner', 'reason', 'receivedAt', 'status', 'type'].sort(),
    );
    expect(entry).toMatchObject({ partner: id, reason: 'invalid-event', mappingVersion: 1, status: 'waiting' });
    expect(entry.errors[0]).toEqual({ pointer: '/data/title', detail: 'This field is needed.' });
    expect(await list('&reason=malformed')).toEqual([]);
    const detail = await admin.get(`/v1/quarantine/${sent[1]?.body.eventId}`);
    expect(detail.body).toMatchObject({ contentType: 'application/json', body: bodies[1] });

    // Replayed before it is mended, it stays.
    const path = `/v1/quarantine/${sent[0]?.body.eventId}/replay`;
    expect((await admin.post(path, undefined)).body).toMatchObject({ status: 'waiting', reason: 'invalid-event' });
    await admin.put(`/v1/partners/${id}`, { ...PARTNER, mapping: mapping.replace('nmae', 'name') });
    const [one, two] = await Promise.all([admin.post(path, undefined), admin.post(path, undefined)]);
    expect([one.body.status, two.body.status]).toEqual(['replayed', 'replayed']);
    const many = await admin.post('/v1/quarantine/replays', { partner: id });
    expect(many.body.items.map((each: { status: string }) => each.status)).toEqual(['replayed', 'replayed']);
    expect(many.body.next).toBeNull();
    for (const { body } of sent) await receipt(body.eventId).toBe('recorded');
    await expect.poll(async () => (await list()).length, { timeout: 5_000 }).toBe(0);
    expect(await list('&status=replayed')).toHaveLength(3);
    const deals = await Promise.all(
      sent.map(async ({ body }) => {
        const { record } = (await admin.get(`/v1/receipts/${body.eventId}`)).body;
        return (await admin.get(`/v1/trade-deals/${record.id}`)).body;
      }),
    );
    expect(deals.map(({ title, version, place }) => [title, version, place])).toEqual([
      ['One', 1, 'nanjing'],
      ['Two', 1, 'nanjing'],
      ['Three', 1, 'nanjing'],
    ]);
    const deliveries = (await admin.get(`/v1/partners/${id}/deliveries`)).body.items;
    expect(deliveries.map((each: { status: string }) => each.status)).toEqual(['replayed', 'replayed', 'replayed']);
  });

  test('gives up what is discarded, for good and with its reason', async () => {
    const { id, secret } = await newPartner();
    const { body: told } = await send(id, secret, 'not JSON at all');
    expect(told.status).toBe('quarantined');
    const path = `/v1/quarantine/${told.eventId}`;
    expect((await admin.post(`${path}/discards`, {})).body.errors).toEqual([
      { pointer: '/reason', detail: 'This field is needed.' },
    ]);
    const gone = await admin.post(`${path}/discards`, { reason: 'A test message.' });
    expect(gone.body).toMatchObject({
      status: 'discarded',
      reason: 'malformed',
      settled: { by: 'admin', reason: 'A test message.' },
    });
    expect((await admin.post(`${path}/discards`, { reason: 'Again.' })).body.settled.reason).toBe('A test message.');
    expect(await admin.post(`${path}/replay`, undefined)).toMatchObject({
      status: 409,
      body: { type: '/docs/problems.md#settled' },
    });
    expect((await admin.get(path)).body.body).toBe('not JSON at all');
    expect((await admin.get(`/v1/partners/${id}/deliveries`)).body.items[0].status).toBe('discarded');
  });

  test('is paged without losing or doubling anything', async () => {
    const { id, secret } = await newPartner();
    const sent = await Promise.all(Array.from({ length: 7 }, (_, n) => send(id, secret, `broken ${n}`)));
    const seen: string[] = [];
    await expect
      .poll(async () => (await admin.get(`/v1/quarantine?partner=${id}`)).body.items.length, { timeout: 5_000 })
      .toBe(7);
    for (let cursor = ''; ; ) {
      const { body } = await admin.get(`/v1/quarantine?partner=${id}&limit=3${cursor}`);
      seen.push(...body.items.map((each: { id: string }) => each.id));
      if (!body.next) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(seen.toSorted()).toEqual(sent.map(({ body }) => body.eventId).toSorted());
    const other = await admin.get(`/v1/quarantine?partner=${id}&limit=3`);
    expect((await admin.get(`/v1/quarantine?limit=3&cursor=${other.body.next}`)).status).toBe(400);
    expect((await admin.get('/v1/quarantine?status=lost')).body.errors).toMatchObject([{ parameter: 'status' }]);
  });
});

describe('a dry-run', () => {
  test('shows signature, events and problems, and writes nothing', async () => {
    const { id, secret } = await newPartner();
    const body = deal('D-1', { externalRef: { ref: 'D-1' }, value: { amount: '1.00', currency: 'CNY' } });
    const headers = SIGN['standard-webhooks'](secret, body, { id: 'msg_1', at: Date.now() });
    const dry = (what: object) => admin.post(`/v1/partners/${id}/dry-runs`, what);
    const good = await dry({ body, headers });
    expect(good.body).toMatchObject({
      signature: { authentic: true, messageId: 'msg_1' },
      outcome: 'accepted',
      errors: [],
      events: [{ type: 'trade-deal.logged', data: { title: 'Deal D-1', place: 'nanjing', direction: 'uk-export' } }],
    });
    expect((await dry({ body: `${body} `, headers })).body.signature).toEqual({
      authentic: false,
      reason: 'wrong-signature',
    });
    expect((await dry({ body: JSON.parse(body) })).body).toMatchObject({
      signature: { authentic: false, reason: 'header-missing' },
      outcome: 'accepted',
    });
    const bad = await dry({ body: { a: 1 }, mapping: '[{"type":"trade-deal.logged","data":{"title":a}}]' });
    expect(bad.body).toMatchObject({ outcome: 'quarantined', reason: 'invalid-event' });
    expect(bad.body.errors.map((each: { pointer: string }) => each.pointer)).toEqual([
      '/0/data/title',
      '/0/data/organisations',
    ]);
    const wild = await dry({ body: {}, mapping: '($f := function($n) {$f($n + 1)}; $f(0))' });
    expect(wild.body).toMatchObject({ outcome: 'quarantined', reason: 'mapping-failed' });
    const recordId = good.body.events[0].recordId;
    expect((await admin.get(`/v1/trade-deals/${recordId}`)).status).toBe(404);
    expect((await admin.get(`/v1/partners/${id}/deliveries`)).body.items).toEqual([]);
    expect((await admin.get(`/v1/quarantine?partner=${id}`)).body.items).toEqual([]);
  });
});

test('whoever is no administrator is refused all of it, and learns so before anything is looked at', async () => {
  const calls = OPERATIONS.filter(({ fn }) => fn === 'partners');
  expect(calls.length).toBeGreaterThan(12);
  for (const role of ROLES.filter((each) => each !== 'admin')) {
    const token = await server.token(role);
    for (const call of calls) {
      const path = call.path.replace(/\{(\w+)\}/g, (_, name: string) => call.example.params?.[name] ?? 'x');
      const answer = await fetch(server.url + path, {
        method: call.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(call.body ? { body: '{"nonsense"' } : {}),
      });
      expect(answer.status, `${role}: ${routeKeyOf(call)}`).toBe(403);
    }
  }
});
