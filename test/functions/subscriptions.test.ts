import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { putOutgoing } from '#shared/store/outgoing.ts';
import type { FakeTableOptions } from '#test/support/fake-table.ts';
import { functionWorld, useFunctionEnvironment } from '#test/support/function-world.ts';
import { caller, type RequestOptions } from '#test/support/http-request.ts';

const world = functionWorld();
let handler: typeof import('#functions/api/subscriptions.ts')['handler'];
const request = caller(() => handler);
const call = (what: string, options: RequestOptions = {}) => request(what, { as: 'admin', ...options });
const once = (key: string) => ({ headers: { 'idempotency-key': key } });

const PUT = { url: 'http://127.0.0.1:9/', eventTypes: ['trade-deal.recorded'], active: true };
const PATH = '/v1/subscriptions/jitri';
const MINUTE = 60_000;

beforeAll(async () => {
  useFunctionEnvironment();
  vi.stubEnv('DELIVER_QUEUE_URL', 'https://deliver');
  vi.stubEnv('SECRETS_PREFIX', 'partnership/test/');
  vi.stubEnv('WEBHOOK_TRIAL_HOSTS', '127.0.0.1:9');
  ({ handler } = await import('#functions/api/subscriptions.ts'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

async function begin(options: FakeTableOptions = {}): Promise<void> {
  world.reset({ pageSize: 100, ...options });
  await world.kept.calm.send(
    new PutCommand({
      TableName: 'table',
      Item: { ...keys.subscription('jitri'), version: 1, recordedAt: '2026-11-01T00:00:00.000Z', content: PUT },
    }),
  );
}
beforeEach(() => begin());

const id = (nth: number) => `dlv_01JD3Q8M5V7X9Z1B3D5F7H9K${nth}`;
const keep = (nth: number, changed: object = {}) =>
  putOutgoing(
    world.kept.calm,
    {
      deliveryId: id(nth),
      subscription: 'jitri',
      type: 'trade-deal.recorded',
      body: '{}',
      createdAt: `2026-11-21T12:00:${nth}.000Z`,
      status: 'dead',
      attempt: 10,
      since: 0,
      tries: 10,
      log: [{ at: '2026-11-21T12:00:00.000Z', ms: 3, httpStatus: 500 }],
      ...changed,
    },
    Date.now(),
  );
const kept = (nth: number) => world.kept.item(keys.outgoing(id(nth)));
const turns = () => world.sent().map(({ body, delaySeconds }) => ({ ...JSON.parse(body).turn, delaySeconds }));

describe('a delivery that is sent once more', () => {
  it('begins a new round of the schedule under its own id, and gets its turn', async () => {
    await keep(10);
    const answer = await call(`POST ${PATH}/deliveries/${id(10)}/redeliveries`);
    expect(answer).toMatchObject({
      status: 202,
      body: { id: id(10), status: 'waiting', attempts: [{ httpStatus: 500 }] },
    });
    expect(kept(10)).toMatchObject({ status: 'waiting', attempt: 10, since: 10, tries: 10 });
    expect(turns()).toMatchObject([{ deliveryId: id(10), attempt: 10, delaySeconds: 0 }]);
  });

  it('by a repeat of the same request is not sent a third time', async () => {
    await keep(10);
    const path = `POST ${PATH}/deliveries/${id(10)}/redeliveries`;
    await call(path, once('again-1'));
    const { revision, ...rest } = kept(10) as { revision: number };
    await world.kept.calm.send(
      new PutCommand({
        TableName: 'table',
        Item: { ...rest, status: 'delivered', attempt: 11, revision: revision + 1 },
      }),
    );
    expect((await call(path, once('again-1'))).body).toMatchObject({ status: 'delivered' });
    expect(turns()).toHaveLength(1);
    expect((await call(path, once('again-2'))).body).toMatchObject({ status: 'waiting' });
    expect(turns()).toHaveLength(2);
  });

  it('gets its turn by the repeat of a request that died before the queue had it', async () => {
    await keep(10);
    world.queue.on(SendMessageCommand).rejectsOnce(new Error('The queue does not take it.'));
    const path = `POST ${PATH}/deliveries/${id(10)}/redeliveries`;
    expect((await call(path, once('again-1'))).status).toBe(500);
    expect((await call(path, once('again-1'))).status).toBe(202);
    expect(turns().at(-1)).toMatchObject({ deliveryId: id(10), attempt: 10 });
  });

  it('while it waits still, waits as it did', async () => {
    const nextAt = new Date(Date.now() + 5 * MINUTE).toISOString();
    await keep(10, { status: 'waiting', attempt: 2, nextAt });
    const { body } = await call(`POST ${PATH}/deliveries/${id(10)}/redeliveries`);
    expect(body).toMatchObject({ status: 'waiting', nextAt });
    expect(kept(10)).toMatchObject({ attempt: 2, since: 0, revision: 1 });
    expect(turns()[0]?.delaySeconds).toBeGreaterThan(290);
  });

  it('of another subscription is not there', async () => {
    await keep(10, { subscription: 'others' });
    expect((await call(`POST ${PATH}/deliveries/${id(10)}/redeliveries`)).status).toBe(404);
    expect((await call(`POST ${PATH}/deliveries/${id(11)}/redeliveries`)).status).toBe(404);
    expect((await call('POST /v1/subscriptions/nobody/redeliveries', { body: { status: 'dead' } })).status).toBe(404);
  });

  it('with all others that are dead, leaves those alone that are not', async () => {
    await keep(10);
    await keep(11, { status: 'delivered' });
    await keep(12);
    const { body } = await call(`POST ${PATH}/redeliveries`, { body: { status: 'dead' } });
    expect(body.items.map((each: { id: string }) => each.id).sort()).toEqual([id(10), id(12)]);
    expect(body.next).toBeNull();
    expect(kept(11)).toMatchObject({ status: 'delivered' });
    expect(turns()).toHaveLength(2);
  });
});

describe('a test', () => {
  it('is one delivery for all repeats of the request, with its turn whatever broke', async () => {
    for (let nth = 1; nth <= 8; nth++) {
      let left = nth;
      await begin({ fault: () => (--left === 0 ? 'lost-after' : undefined) });
      await call(`POST ${PATH}/tests`, once(`test-${nth}`));
      left = 0;
      const answer = await call(`POST ${PATH}/tests`, once(`test-${nth}`));
      expect(answer.status).toBe(202);
      const made = world.kept.items().filter(({ sk }) => sk === 'outgoing');
      expect(made, `${nth}`).toMatchObject([{ pk: answer.body.id, type: 'subscription.test', tries: 1, attempt: 0 }]);
      expect(turns().at(-1)).toMatchObject({ deliveryId: answer.body.id, attempt: 0 });
    }
  });
});

describe('the log of deliveries', () => {
  it('comes in pages, by status if asked, and never shows what was sent', async () => {
    for (let nth = 10; nth < 15; nth++) await keep(nth, nth === 12 ? { status: 'delivered' } : {});
    const first = (await call(`GET ${PATH}/deliveries?limit=2&status=dead`)).body;
    const rest = (await call(`GET ${PATH}/deliveries?limit=2&status=dead&cursor=${first.next}`)).body;
    const ids = [...first.items, ...rest.items].map((each: { id: string }) => each.id);
    expect(ids.sort()).toEqual([10, 11, 13, 14].map(id));
    expect(rest.next).toBeNull();
    expect(first.items[0]).not.toHaveProperty('body');
    expect((await call(`GET ${PATH}/deliveries?limit=2&cursor=${first.next}`)).status).toBe(400);
  });
});
