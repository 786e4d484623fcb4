import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { doorWorld, useDoorEnvironment } from '#test/support/door-world.ts';
import type { Call, TableFault } from '#test/support/fake-table.ts';
import { caller, type TestAnswer } from '#test/support/http-request.ts';
import { logging, moving, SECRET, signed } from '#test/support/messages.ts';
import { pick, seeded } from '#test/support/random.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const world = doorWorld();
let handler: typeof import('#functions/intake/webhook.ts')['handler'];
const call = caller(() => handler);
let now = NOW;

beforeAll(async () => {
  useDoorEnvironment();
  vi.useFakeTimers({ toFake: ['Date'] });
  ({ handler } = await import('#functions/intake/webhook.ts'));
});
beforeEach(async () => {
  now += 120_000;
  vi.setSystemTime(now);
  await anew();
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

async function anew(options: Parameters<typeof world.reset>[0] = {}): Promise<void> {
  world.reset(options);
  await world.partner({ id: 'jitri' }, [{ secret: SECRET }]);
}

/** Two events, so that a message may come through in part. */
const MESSAGE = [logging('D-1'), moving('D-1', 'qualified')];
const BROKEN = { ...logging('D-1'), data: {} };
const send = (message: unknown = MESSAGE, id = 'msg_1') =>
  call('POST /webhooks/jitri', signed(message, { id, at: now }));
const published = () => world.offered().flat();
const eventIds = () => new Set(published().map(({ detail }) => detail.metadata['eventId']));
const ofKind = (kind: string) => world.kept.items().filter(({ sk }) => sk === kind);

/** What must stand when a message has been answered 202: each event once, nothing left, nothing doubled. */
function expectOnce(answers: readonly TestAnswer[]): void {
  const taken = answers.filter(({ status }) => status === 202);
  expect(taken.length).toBeGreaterThan(0);
  for (const { body } of taken) expect(body).toEqual(taken[0]?.body);
  expect(world.records()).toMatchObject([{ version: 2, stage: 'qualified', title: 'Deal D-1' }]);
  expect(eventIds().size).toBe(2);
  expect(ofKind('delivery')).toHaveLength(1);
  expect(world.bodies.size).toBe(1);
}

describe('a repeat of a message', () => {
  it('gets the receipt of the first, and nothing is published again', async () => {
    const first = await send();
    const again = await send();
    expect([again.status, again.body, again.headers['location']]).toEqual([202, first.body, first.headers['location']]);
    expect(published()).toHaveLength(2);
  });

  it('of one that was set aside gets the receipt of the first, and it stands in quarantine once', async () => {
    const first = await send(BROKEN);
    expect((await send(BROKEN)).body).toEqual(first.body);
    expect(ofKind('receipt')).toHaveLength(1);
  });

  it('of one that is quarantined says why, as the first did', async () => {
    const first = await send(BROKEN);
    expect(first.body).toMatchObject({
      status: 'quarantined',
      reason: 'invalid-event',
      errors: expect.arrayContaining([{ pointer: '/data/title', detail: expect.any(String) }]),
    });
    expect((await send(BROKEN)).body).toEqual(first.body);
  });

  it('with another body is quarantined as a reused id, once, and neither message is lost', async () => {
    const first = await send();
    const other = await send([logging('D-2')]);
    expect([other.status, other.body.status, other.body.reason]).toEqual([202, 'quarantined', 'id-reused']);
    expect(other.body.eventId).not.toBe(first.body.eventId);
    expect((await send([logging('D-2')])).body).toEqual(other.body);
    expect((await send()).body).toEqual(first.body);
    expect(world.records()).toHaveLength(1);
    expect(ofKind('receipt').filter(({ reason }) => reason === 'id-reused')).toHaveLength(1);
    expect([...world.bodies.values()].map(String).sort()).toEqual(
      [JSON.stringify(MESSAGE), JSON.stringify([logging('D-2')])].sort(),
    );
  });

  it('is told by its bytes where the scheme has no id', async () => {
    await world.partner({ id: 'portal', scheme: 'shared-key' }, [{ secret: 'a-key' }]);
    const body = { ...logging('P-1'), data: { ...logging('P-1').data, externalRef: { ref: 'P-1' } } };
    const post = (sent: unknown) =>
      call('POST /webhooks/portal', { as: null, body: sent, headers: { 'x-api-key': 'a-key' } });
    const first = await post(body);
    expect((await post(body)).body).toEqual(first.body);
    expect((await post({ ...body, timestamp: '2026-11-21T11:40:00Z' })).body.eventId).not.toBe(first.body.eventId);
  });

  it('is another message for another partner', async () => {
    await world.partner({ id: 'other' }, [{ secret: SECRET }]);
    const own = { ...logging('D-1'), data: { ...logging('D-1').data, externalRef: { ref: 'D-1' } } };
    const first = await send(own);
    const other = await call('POST /webhooks/other', signed(own, { at: now }));
    expect(other.body.eventId).not.toBe(first.body.eventId);
    expect(world.records()).toHaveLength(2);
  });

  it('is answered while the bus still has the first, with the same receipt, and recorded once', async () => {
    world.recordsAtOnce(false);
    const answers = [await send(), await send(), await send()];
    await world.record();
    expectOnce(answers);
  });

  it('at the same time as the first is the same message', async () => {
    expectOnce(await Promise.all([send(), send(), send(), send()]));
  });
});

/** Each point at which a function may die, by what the next call to the cloud would have been. */
const DEATHS: readonly [string, () => void | Promise<void>][] = [
  ['before the body was kept', () => world.filesAre('failing', 1)],
  ['after the body was kept', () => world.filesAre('lost', 1)],
  ['before the delivery was kept', () => dieAt('lost-before')],
  ['after the delivery was kept', () => dieAt('lost-after')],
  ['before anything was published', () => world.busIs('failing', 1)],
  ['while the bus refused', () => world.busIs('refusing', 4)],
  ['after all was published', () => world.busIs('lost', 1)],
];

/** The table fails once, at the put of the delivery. */
async function dieAt(fault: TableFault): Promise<void> {
  let done = false;
  const isDelivery = ({ name, input }: Call) =>
    name === 'PutCommand' && (input['Item'] as { sk: string }).sk === 'delivery';
  await anew({
    fault: (each) => {
      if (done || !isDelivery(each)) return undefined;
      done = true;
      return fault;
    },
  });
}

describe('a function that dies on the way', () => {
  it.each(DEATHS)('%s: the sender is told so, and its repeat does the rest with the same ids', async (_, die) => {
    await die();
    const first = await send();
    expect(first.status).toBeGreaterThanOrEqual(500);
    vi.setSystemTime(now + 20_000);
    expectOnce([await send(), await send()]);
  });

  it('before what is set aside was in quarantine: the repeat puts it there, once', async () => {
    let done = false;
    await anew({
      fault: ({ name, input }) => {
        if (done || name !== 'PutCommand' || (input['Item'] as { sk: string }).sk !== 'receipt') return undefined;
        done = true;
        return 'lost-before';
      },
    });
    expect((await send(BROKEN)).status).toBe(503);
    const { status, body } = await send(BROKEN);
    expect([status, body.status]).toEqual([202, 'quarantined']);
    expect(ofKind('receipt')).toMatchObject([{ eventId: body.eventId, status: 'quarantined' }]);
  });

  it('when its mapping is mended in between: the delivery stays as it was first kept', async () => {
    world.busIs('failing', 1);
    expect((await send()).status).toBe(503);
    vi.setSystemTime(now + 31_000);
    await world.partner({ id: 'jitri', eventTypes: ['trade-deal.logged'], mappingVersion: 2 }, [{ secret: SECRET }]);
    const answer = await call('POST /webhooks/jitri', signed(MESSAGE, { at: now + 31_000 }));
    expect(answer.status).toBe(202);
    expect(ofKind('delivery')).toMatchObject([{ mappingVersion: 1 }]);
  });
});

const FAULTS: readonly TableFault[] = ['throttled', 'lost-before', 'lost-after', 'repeated', 'unprocessed'];

describe('whatever goes wrong, whoever comes in between', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))('one message is taken in once (seed %i)', async (seed) => {
    const random = seeded(seed);
    const turn = async () => {
      for (let left = Math.floor(random() * 6); left > 0; left--) await Promise.resolve();
    };
    const fault = () => (random() < 0.1 ? pick(random, FAULTS) : undefined);
    await anew({ turn, fault, recordsAtOnce: random() < 0.5 });
    const answers: TestAnswer[] = [];
    const client = async () => {
      for (let tries = 0; tries < 60; tries++) {
        world.busIs(pick(random, ['sound', 'sound', 'failing', 'refusing', 'lost'] as const), 1);
        if (random() < 0.2) world.filesAre(pick(random, ['failing', 'lost'] as const), 1);
        const answer = await send();
        answers.push(answer);
        if (random() < 0.5) await world.record();
        if (answer.status === 202) return;
        expect([500, 503]).toContain(answer.status);
      }
      throw new Error('It never succeeds.');
    };
    await Promise.all([client(), client(), client()]);
    await world.record();
    expectOnce(answers);
  });
});
