import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Client, clientOf } from '#test/support/client.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { listen } from '../../examples/partner/partner-system.ts';

const server = await sharedServer();
let admin: Client;
let officer: Client;
let serial = 0;

beforeAll(async () => {
  [admin, officer] = await Promise.all([clientOf(server, 'admin'), clientOf(server, 'bd-officer')]);
});

const newId = () => `subscription-${Date.now().toString(36)}-${++serial}`;
const newTitle = () => `Tram doors ${Date.now().toString(36)} ${++serial}`;
/** What is known of subscriptions and secrets may be 30 seconds old. */
const SETTLED = { timeout: 60_000, interval: 200 };

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers as it is told and keeps all that it gets. */
async function receiver(): Promise<{
  url: string;
  got: Got[];
  answers: (status: number, headers?: Record<string, string>) => void;
}> {
  const got: Got[] = [];
  let answer: [number, Record<string, string>] = [204, {}];
  const listening = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    got.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
    response.writeHead(...answer).end();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    listening.close();
    listening.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}/`,
    got,
    answers: (status, headers = {}) => {
      answer = [status, headers];
    },
  };
}

const isAuthentic = ({ headers, body }: Got, secret: string): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

const TYPES = ['trade-deal.recorded', 'trade-deal.stage-changed', 'ip-lead.recorded', 'ip-lead.released'];

async function subscribe(url: string, more: object = {}): Promise<{ id: string; secret: string }> {
  const id = newId();
  const put = await admin.put(`/v1/subscriptions/${id}`, { url, eventTypes: TYPES, active: true, ...more });
  expect(put.status, JSON.stringify(put.body)).toBe(201);
  // Nobody listens any more: no retries for what other tests log.
  onTestFinished(async () => {
    await admin.put(`/v1/subscriptions/${id}`, { url, eventTypes: TYPES, active: false });
  });
  const made = await admin.post(`/v1/subscriptions/${id}/secrets`);
  expect(made.status).toBe(201);
  return { id, secret: made.body.secret };
}

const deliveries = async (id: string, query = '') =>
  (await admin.get(`/v1/subscriptions/${id}/deliveries${query}`)).body.items;

const logDeal = async (): Promise<string> => {
  const answer = await officer.post('/v1/trade-deals', {
    title: newTitle(),
    strand: 'business-engagement',
    direction: 'uk-export',
    place: 'nanjing',
    organisations: [{ name: 'Pearl River Rolling Stock (invented)', place: 'guangzhou' }],
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};

/** Logs deals until the subscription is known to the function that tells: within 30 seconds. */
async function untilTold(got: readonly Got[]): Promise<void> {
  const end = Date.now() + 60_000;
  while (got.length === 0 && Date.now() < end) {
    await logDeal();
    await new Promise((resolve) => setTimeout(resolve, 1_500));
  }
  expect(got.length).toBeGreaterThan(0);
}

describe('a subscriber', () => {
  test('tries it out, is told of a deal and of its move, and of no confidential lead', async () => {
    const { url, got } = await receiver();
    const { id, secret } = await subscribe(url);
    const tried = await admin.post(`/v1/subscriptions/${id}/tests`);
    expect(tried.status).toBe(202);
    await expect.poll(() => got.length, SETTLED).toBe(1);
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject({ type: 'subscription.test', data: { subscription: id } });
    expect(got[0]?.headers['webhook-id']).toBe(tried.body.id);
    got.length = 0;
    await untilTold(got);

    const lead = await officer.post('/v1/ip-leads', {
      title: newTitle(),
      strand: 'research-alliance',
      ipType: 'patent',
      organisations: [{ name: 'Somebody (invented)', place: 'nanjing' }],
    });
    const deal = await logDeal();
    const moved = await officer.post(`/v1/trade-deals/${deal}/moves`, { to: 'qualified' });
    expect(moved.status).toBe(200);
    const told = (recordId: string) =>
      got.map(({ body }) => JSON.parse(body)).filter(({ data }) => data.record?.id === recordId);
    await expect.poll(() => told(deal).length, SETTLED).toBe(2);
    expect(
      told(deal)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['trade-deal.recorded', 'trade-deal.stage-changed']);
    expect(told(deal).find(({ type }) => type === 'trade-deal.stage-changed').data).toMatchObject({
      from: 'enquiry',
      to: 'qualified',
      record: { id: deal, place: 'nanjing', version: 2 },
    });
    expect(got.every((each) => isAuthentic(each, secret))).toBe(true);
    expect(got.some(({ body }) => body.includes('bd-officer') || body.includes('Tram doors'))).toBe(false);

    // Released, it is told of; what it was before never was.
    expect((await admin.post(`/v1/ip-leads/${lead.body.id}/releases`)).status).toBe(200);
    await expect.poll(() => told(lead.body.id).length, SETTLED).toBe(1);
    expect(told(lead.body.id)).toMatchObject([{ type: 'ip-lead.released' }]);
    expect(await deliveries(id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          recordId: deal,
          status: 'delivered',
          attempts: [expect.objectContaining({ httpStatus: 204 })],
        }),
      ]),
    );
  }, 180_000);

  test('that fails and recovers is told, by both secrets of a rotation, and what died is sent once more', async () => {
    const { url, got, answers } = await receiver();
    const { id, secret } = await subscribe(url);
    answers(500);
    const { body: test } = await admin.post(`/v1/subscriptions/${id}/tests`);
    await expect
      .poll(() => deliveries(id, '?status=dead'), SETTLED)
      .toMatchObject([{ id: test.id, attempts: [{ httpStatus: 500 }] }]);
    const second = (await admin.post(`/v1/subscriptions/${id}/secrets`)).body;
    answers(204);
    // The function knows of the second secret within 30 seconds.
    await expect
      .poll(async () => {
        await admin.post(`/v1/subscriptions/${id}/tests`);
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        return got.some((each) => isAuthentic(each, second.secret) && isAuthentic(each, secret));
      }, SETTLED)
      .toBe(true);
    const again = await admin.post(`/v1/subscriptions/${id}/deliveries/${test.id}/redeliveries`);
    expect(again).toMatchObject({ status: 202, body: { id: test.id, status: 'waiting' } });
    await expect
      .poll(async () => (await deliveries(id)).find((each: { id: string }) => each.id === test.id), SETTLED)
      .toMatchObject({ status: 'delivered', attempts: [{ httpStatus: 500 }, { httpStatus: 204 }] });
    const { items } = (await admin.get(`/v1/subscriptions/${id}/secrets`)).body;
    expect(items).toHaveLength(2);
    expect(JSON.stringify(items)).not.toContain('whsec_');
    const expired = await admin.post(`/v1/subscriptions/${id}/secrets/${items.at(-1).id}/expiries`);
    expect(expired.body).toMatchObject({ active: false });
    expect((await admin.post(`/v1/subscriptions/${id}/redeliveries`, { status: 'dead' })).body).toEqual({
      items: [],
      next: null,
    });
  }, 180_000);

  test('that answers 410 is disabled, and taken up again when it is put active', async () => {
    const { url, got, answers } = await receiver();
    const { id } = await subscribe(url);
    answers(410);
    await untilTold(got);
    await expect
      .poll(async () => (await admin.get(`/v1/subscriptions/${id}`)).body, SETTLED)
      .toMatchObject({ active: false, disabled: { reason: 'gone' } });
    expect(await deliveries(id, '?status=dead')).not.toEqual([]);
    answers(204);
    const back = await admin.put(`/v1/subscriptions/${id}`, { url, eventTypes: TYPES, active: true });
    expect(back.body).not.toHaveProperty('disabled');
    const many = await admin.post(`/v1/subscriptions/${id}/redeliveries`, { status: 'dead' });
    expect(many.status).toBe(202);
    await expect.poll(() => deliveries(id, '?status=delivered'), SETTLED).not.toEqual([]);
    await expect.poll(() => deliveries(id, '?status=dead'), SETTLED).toEqual([]);
  }, 180_000);

  test("may be the example's own receiver", async () => {
    const id = newId();
    const idle = { url: 'http://127.0.0.1:9/', eventTypes: TYPES, active: false };
    await admin.put(`/v1/subscriptions/${id}`, idle);
    const { secret } = (await admin.post(`/v1/subscriptions/${id}/secrets`)).body;
    const example = await listen(secret);
    onTestFinished(() => example.close());
    expect((await admin.put(`/v1/subscriptions/${id}`, { ...idle, url: example.url })).status).toBe(200);
    const { body } = await admin.post(`/v1/subscriptions/${id}/tests`);
    await expect
      .poll(() => example.received, SETTLED)
      .toMatchObject([{ id: body.id, payload: { type: 'subscription.test' } }]);
  }, 90_000);
});

describe('a subscription', () => {
  test.each([
    'https://127.0.0.2/',
    'https://2130706434/',
    'https://[::1]/',
    'https://localhost/',
    'https://user@example.org/',
    'https://169.254.169.254/latest/meta-data/',
    'http://example.org/',
    'ftp://example.org/',
    'https://example.org:22/',
    'nonsense',
  ])('that leads to %s is refused', async (url) => {
    const answer = await admin.put(`/v1/subscriptions/${newId()}`, { url, eventTypes: TYPES, active: true });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/url' }] } });
  });

  test('is an administrator’s to put, has a version, and names a partner and a place that there are', async () => {
    const id = newId();
    const put = { url: 'https://hooks.jitri.example.org/', eventTypes: TYPES, active: true };
    expect((await officer.put(`/v1/subscriptions/${id}`, put)).status).toBe(403);
    const unknown = await admin.put(`/v1/subscriptions/${id}`, {
      ...put,
      partner: 'nobody-has-this',
      filter: { place: 'nowhere-at-all' },
    });
    expect(unknown).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/partner' }, { pointer: '/filter/place' }] },
    });
    const added = await admin.put(`/v1/subscriptions/${id}`, put);
    expect([added.status, added.headers.get('etag')]).toEqual([201, '"1"']);
    const other = { ...put, filter: { kind: 'trade-deal' } };
    expect((await admin.put(`/v1/subscriptions/${id}`, other, { 'if-match': '"7"' })).status).toBe(412);
    expect((await admin.put(`/v1/subscriptions/${id}`, other, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
    expect((await admin.get(`/v1/subscriptions/${id}`)).body).toEqual({ id, ...other });
    expect((await admin.get(`/v1/subscriptions/${newId()}`)).status).toBe(404);
  });
});
