import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { doorWorld, useDoorEnvironment } from '#test/support/door-world.ts';
import type { Call, TableFault } from '#test/support/fake-table.ts';
import { caller } from '#test/support/http-request.ts';
import { logging, SECRET, signed } from '#test/support/messages.ts';

const world = doorWorld();
let door: typeof import('#functions/intake/webhook.ts')['handler'];
let partners: typeof import('#functions/api/partners.ts')['handler'];
const callDoor = caller(() => door);
const call = caller(() => partners);
const asAdmin = { as: 'admin' };
let now = Date.parse('2026-11-21T12:00:00.000Z');

beforeAll(async () => {
  useDoorEnvironment();
  vi.useFakeTimers({ toFake: ['Date'] });
  ({ handler: door } = await import('#functions/intake/webhook.ts'));
  ({ handler: partners } = await import('#functions/api/partners.ts'));
});
beforeEach(async () => {
  // What is cached of partners is of the function's whole life.
  later(24 * 3_600_000);
  await begin();
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

function later(milliseconds: number): void {
  now += milliseconds;
  vi.setSystemTime(now);
}

const STRICT = { id: 'jitri', eventTypes: ['trade-deal.noted'] as ['trade-deal.noted'] };
const begin = async (fault?: (made: Call) => TableFault | undefined) => {
  later(60_000);
  world.reset({ ...(fault ? { fault } : {}), pageSize: 100 });
  await world.partner(STRICT, [{ secret: SECRET }]);
};
const mend = () => world.partner({ id: 'jitri', mappingVersion: 2 }, [{ secret: SECRET }]);
const send = async (ref: string, more: object = {}, timestamp = '2026-11-21T11:00:00Z') => {
  const answer = await callDoor(
    'POST /webhooks/jitri',
    signed(logging(ref, { ...more }, timestamp), { id: `msg_${ref}` }),
  );
  expect(answer.status).toBe(202);
  return answer.body.eventId as string;
};
const kept = (id: string) => world.kept.item(keys.receipt(id));
const replay = (id: string) => call(`POST /v1/quarantine/${id}/replay`, asAdmin);
const list = async (query = '') => (await call(`GET /v1/quarantine${query}`, asAdmin)).body.items;

describe('a message in quarantine', () => {
  it('is replayed from its raw body once its partner is mended, under the ids that it always had', async () => {
    const id = await send('D-1');
    expect(await list()).toMatchObject([
      { id, reason: 'event-type-not-allowed', mappingVersion: 1, status: 'waiting' },
    ]);
    expect((await replay(id)).body).toMatchObject({ status: 'waiting', reason: 'event-type-not-allowed' });
    expect(world.records()).toEqual([]);
    await mend();
    expect((await replay(id)).body).toMatchObject({ status: 'replayed', settled: { by: 'admin' } });
    expect(world.records()).toMatchObject([{ title: 'Deal D-1', version: 1 }]);
    expect(
      world
        .offered()
        .flat()
        .map(({ detail }) => detail.metadata),
    ).toMatchObject([{ eventId: id, channel: 'replay' }]);
    expect((await replay(id)).body.status).toBe('replayed');
    expect(world.offered()).toHaveLength(1);
    expect(await list()).toEqual([]);
    expect(await list('?status=replayed')).toHaveLength(1);
  });

  it('has a receipt that says when it is on its way again', async () => {
    const { handler: read } = await import('#functions/api/read.ts');
    const id = await send('D-1');
    const status = async () => (await caller(() => read)(`GET /v1/receipts/${id}`, asAdmin)).body.status;
    expect(await status()).toBe('quarantined');
    await mend();
    world.recordsAtOnce(false);
    await replay(id);
    expect(await status()).toBe('accepted');
  });

  it('tells what is wrong now, and by which mapping, where it fails again', async () => {
    const id = await send('D-1', { title: '' });
    await mend();
    expect((await replay(id)).body).toMatchObject({
      status: 'waiting',
      reason: 'invalid-event',
      mappingVersion: 2,
      errors: [{ pointer: '/data/title' }],
    });
  });

  it('stays where the bus does not take it, and the next replay does the rest', async () => {
    const id = await send('D-1');
    await mend();
    world.busIs('refusing');
    expect((await replay(id)).status).toBe(503);
    expect(kept(id)).toMatchObject({ quarantine: 'waiting' });
    world.busIs('lost');
    expect((await replay(id)).status).toBe(503);
    expect(kept(id)).toMatchObject({ quarantine: 'waiting' });
    world.busIs('sound');
    expect((await replay(id)).body.status).toBe('replayed');
    expect(world.records()).toMatchObject([{ version: 1 }]);
  });

  it('is replayed once whichever request to the table fails on the way', async () => {
    for (const fault of ['throttled', 'lost-after'] as const)
      for (let nth = 1; nth <= 12; nth++) {
        let left = Number.POSITIVE_INFINITY;
        await begin(() => (--left === 0 ? fault : undefined));
        const id = await send(`D-${nth}`);
        await mend();
        left = nth;
        await replay(id);
        left = Number.POSITIVE_INFINITY;
        await replay(id);
        expect(kept(id), `${fault} ${nth}`).toMatchObject({ quarantine: 'replayed' });
        expect(world.records(), `${fault} ${nth}`).toMatchObject([{ version: 1 }]);
      }
  });

  it("that the recorder sets aside again is there again, with the recorder's reason", async () => {
    const ahead = new Date(now + 10 * 3_600_000).toISOString();
    const id = await send('D-1', {}, ahead);
    await mend();
    later(60_000);
    expect((await replay(id)).body).toMatchObject({ status: 'waiting', reason: 'occurred-in-future' });
    expect(await list('?reason=occurred-in-future')).toMatchObject([
      { id, type: 'trade-deal.logged', partner: 'jitri' },
    ]);
    later(11 * 3_600_000);
    expect((await replay(id)).body).toMatchObject({ status: 'replayed' });
    expect(world.records()).toMatchObject([{ version: 1 }]);
  });

  it('whose body is kept no longer can only be discarded', async () => {
    const id = await send('D-1');
    await mend();
    world.bodies.clear();
    expect((await replay(id)).body).toMatchObject({ status: 'waiting', reason: 'malformed' });
    expect((await call(`GET /v1/quarantine/${id}`, asAdmin)).body).not.toHaveProperty('body');
    const discarded = await call(`POST /v1/quarantine/${id}/discards`, { ...asAdmin, body: { reason: 'Gone.' } });
    expect(discarded.body).toMatchObject({ status: 'discarded', settled: { reason: 'Gone.' } });
    expect(await replay(id)).toMatchObject({ status: 409 });
  });

  it('that is not UTF-8 is shown in base64', async () => {
    const raw = Buffer.from([0x7b, 0xff]);
    const answer = await callDoor('POST /webhooks/jitri', { ...signed(''), raw });
    expect(answer.status).toBe(401);
    const id = await send('D-2');
    const [key = ''] = world.bodies.keys();
    world.bodies.set(key, raw);
    expect((await call(`GET /v1/quarantine/${id}`, asAdmin)).body.bodyBase64).toBe(raw.toString('base64'));
  });
});

describe('many in quarantine', () => {
  it('are replayed together, and those that fail again stay', async () => {
    const ids = [];
    for (let n = 0; n < 7; n++) ids.push(await send(`D-${n}`, n === 3 ? { title: '' } : {}));
    await mend();
    const answer = await call('POST /v1/quarantine/replays', { ...asAdmin, body: { partner: 'jitri' } });
    expect(answer.body.next).toBeNull();
    expect(answer.body.items).toHaveLength(7);
    expect(await list()).toMatchObject([{ id: ids[3], reason: 'invalid-event' }]);
    expect(world.records()).toHaveLength(6);
    const other = await call('POST /v1/quarantine/replays', { ...asAdmin, body: { partner: 'another' } });
    expect(other.body).toEqual({ items: [], next: null });
  });

  it('are left as they were where the bus takes none of them', async () => {
    for (let n = 0; n < 3; n++) await send(`D-${n}`);
    await mend();
    world.busIs('failing');
    expect((await call('POST /v1/quarantine/replays', asAdmin)).status).toBe(503);
    expect(await list()).toHaveLength(3);
    world.busIs('sound');
    await call('POST /v1/quarantine/replays', asAdmin);
    expect(await list()).toEqual([]);
    expect(world.records()).toHaveLength(3);
  });

  it('are told from one another by partner, reason and state', async () => {
    await send('D-1');
    expect(await list('?partner=jitri&reason=event-type-not-allowed')).toHaveLength(1);
    for (const query of ['?partner=another', '?reason=malformed', '?status=discarded'])
      expect(await list(query)).toEqual([]);
  });
});

it('no key may be used for two different requests', async () => {
  const id = await send('D-1');
  const headers = { 'idempotency-key': 'k-1' };
  const discard = (reason: string) =>
    call(`POST /v1/quarantine/${id}/discards`, { ...asAdmin, headers, body: { reason } });
  expect((await discard('One.')).status).toBe(200);
  expect((await discard('Two.')).status).toBe(422);
});
