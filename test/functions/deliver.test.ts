import { Webhook } from 'standardwebhooks';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { deliveringWorld, outcome, SECRET } from '#test/support/delivering-world.ts';
import type { TableFault } from '#test/support/fake-table.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
afterAll(() => vi.unstubAllEnvs());

describe('an outcome', () => {
  it('goes to every subscription that it fits, each by itself, signed so that the reference library takes it', async () => {
    const world = deliveringWorld();
    for (const id of ['a', 'b']) await world.subscribe({ id });
    await world.subscribe({ id: 'elsewhere', filter: { place: 'bristol' } });
    await world.subscribe({ id: 'asleep', active: false });
    await world.take([outcome()]);
    await world.run();
    expect(world.got.map(({ url }) => url).sort()).toEqual(['https://a.example.ac.uk/', 'https://b.example.ac.uk/']);
    const [first, second] = world.got;
    expect(first?.headers['webhook-id']).not.toBe(second?.headers['webhook-id']);
    vi.useFakeTimers({ now: first?.at ?? 0, toFake: ['Date'] });
    expect(new Webhook(SECRET).verify(first?.body ?? '', { ...first?.headers })).toMatchObject({
      type: 'trade-deal.recorded',
      data: { record: { stage: 'enquiry' } },
    });
    vi.useRealTimers();
    expect(world.deliveries()).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }]);
    expect(world.counted).toEqual(['Delivered', 'Delivered']);
  });

  it('that comes twice, in one batch or later, is told once', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    await world.take([outcome(), outcome(), outcome()]);
    await world.run();
    await world.take([outcome()]);
    await world.run();
    expect(world.got).toHaveLength(1);
  });

  it('of a confidential record leaves for nobody', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    await world.take([outcome(10, { confidential: true }, 'ip-lead.recorded')]);
    await world.run();
    expect([world.got, world.deliveries()]).toEqual([[], []]);
  });

  it('of a lead that is confidential by the time it is sent is withheld', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    // The table has no record of it: what cannot be looked up is not told.
    await world.take([outcome(10, {}, 'ip-lead.recorded')]);
    await world.run();
    expect(world.got).toEqual([]);
    expect(world.deliveries()).toMatchObject([{ status: 'withheld' }]);
  });

  it('that fits no schema goes to nobody, and comes again until it is parked', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    await world.take([outcome(10, { confidential: undefined }), 'no JSON']);
    expect(world.waiting).toHaveLength(2);
    expect(world.got).toEqual([]);
  });
});

describe('a subscriber', () => {
  it('that fails is called ten times in 75 hours and 35 minutes under one id, then no more, and it is told so', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(() => world.status(500));
    const begun = world.now();
    await world.take([outcome()]);
    await world.run();
    const minutes = world.got.map(({ at }) => Math.round((at - begun) / MINUTE));
    expect(minutes).toEqual([0, 0, 5, 35, 155, 455, 1_055, 1_895, 3_095, 4_535]);
    expect(new Set(world.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(world.got.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
    expect(world.deliveries()).toMatchObject([{ status: 'dead', attempt: 10 }]);
    expect(world.deliveries()[0]?.log.map(({ httpStatus }) => httpStatus)).toEqual(Array(10).fill(500));
    expect(world.counted.filter((name) => name === 'DeliveryDead')).toHaveLength(1);
  });

  it('that recovers is told, and left alone from then on', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(() => (world.got.length < 3 ? { failure: 'ECONNREFUSED' } : world.status(200)));
    await world.take([outcome()]);
    await world.run();
    expect(world.deliveries()).toMatchObject([
      { status: 'delivered', log: [{ failure: 'ECONNREFUSED' }, { failure: 'ECONNREFUSED' }, { httpStatus: 200 }] },
    ]);
    expect(world.deliveries()[0]).not.toHaveProperty('nextAt');
  });

  it.each([
    [429, '60', MINUTE],
    [503, '120', 2 * MINUTE],
    [503, '999999', 24 * HOUR],
    [500, '60', 5_000],
    [302, '60', 5_000],
  ])('that answers %i with Retry-After %s is called again after %i ms', async (status, retryAfter, ms) => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(() => (world.got.length === 1 ? world.status(status, retryAfter) : world.status(200)));
    await world.take([outcome()]);
    await world.run();
    const [first, second] = world.got;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBe(ms);
  });

  it('that answers 410 is told of nothing any more, neither of what waits nor of what comes', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(({ body }) => world.status(body.includes('K11"') ? 410 : 500));
    await world.take([outcome(10)]);
    await world.run(world.now() + 1_000);
    await world.take([outcome(11)]);
    await world.run(world.now());
    expect(world.subscription('a')).toMatchObject({ active: false, disabled: { reason: 'gone' } });
    const calls = world.got.length;
    world.pass(MINUTE);
    await world.take([outcome(12)]);
    await world.run();
    expect(world.got).toHaveLength(calls);
    expect(world.deliveries().map(({ status }) => status)).toEqual(['dead', 'dead']);
    expect(world.counted.filter((name) => name === 'SubscriptionGone')).toHaveLength(1);
  });

  it('that was put elsewhere meanwhile is not disabled by its old address', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(async () => {
      await world.subscribe({ id: 'a', url: 'https://new.example.ac.uk/' });
      return world.status(410);
    });
    await world.take([outcome()]);
    await world.run();
    expect(world.subscription('a')).toMatchObject({ active: true });
  });

  it('is signed to by every secret that holds, and not called without any', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    world.secrets.set('subscription/a', []);
    await world.take([outcome()]);
    await world.run(world.now());
    expect(world.got).toEqual([]);
    world.secrets.set('subscription/a', [other, SECRET]);
    await world.run();
    const [letter] = world.got;
    expect(letter?.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    vi.useFakeTimers({ now: letter?.at ?? 0, toFake: ['Date'] });
    for (const secret of [other, SECRET])
      expect(() => new Webhook(secret).verify(letter?.body ?? '', { ...letter?.headers })).not.toThrow();
    vi.useRealTimers();
  });

  it('that answers nobody in time holds up no other: it is left alone for four times as long', async () => {
    const world = deliveringWorld();
    for (const id of ['slow', 'quick']) await world.subscribe({ id });
    world.answers(({ url }) => {
      if (!url.includes('slow')) return world.status(200);
      world.pass(15_000);
      return { failure: 'timeout' };
    });
    await world.take(Array.from({ length: 20 }, (_, nth) => outcome(10 + nth)));
    const begun = world.now();
    await world.run(begun + 15_000);
    const slow = () => world.got.filter(({ url }) => url.includes('slow')).length;
    expect(world.got.length - slow()).toBe(20);
    expect(slow()).toBe(1);
    await world.run(begun + 10 * MINUTE);
    // 15 seconds of each 75.
    expect(slow()).toBeLessThanOrEqual(9);
    expect(slow()).toBeGreaterThan(4);
  });
});

describe('a message of the queue', () => {
  it('that comes twice at once makes one attempt', async () => {
    const world = deliveringWorld({ turn: () => new Promise((resolve) => setImmediate(resolve)) });
    await world.subscribe({ id: 'a' });
    let atOnce = 0;
    let most = 0;
    world.answers(async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setTimeout(resolve, 20));
      atOnce--;
      return world.status(world.got.length < 3 ? 500 : 200);
    });
    await world.take([outcome()]);
    while (world.waiting.length > 0 && world.got.length < 3) {
      const [next] = world.waiting.splice(0, world.waiting.length).sort((a, b) => a.dueAt - b.dueAt);
      if (!next) break;
      world.pass(Math.max(0, next.dueAt - world.now()));
      await world.take([next.body, next.body, next.body]);
    }
    expect([most, world.got.length]).toEqual([1, 3]);
    expect(world.deliveries()).toMatchObject([{ status: 'delivered', attempt: 3 }]);
  });

  it('is worth nothing once its attempt was made', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    await world.take([outcome()]);
    const [first] = world.waiting;
    await world.run();
    await world.take([first?.body ?? '']);
    await world.run();
    expect(world.got).toHaveLength(1);
  });
});

describe('whatever breaks on the way', () => {
  const faults: TableFault[] = ['throttled', 'lost-before', 'lost-after'];
  it.each(faults)('an outcome arrives, and under one id (every request to the table %s in turn)', async (fault) => {
    for (let nth = 1; nth <= 12; nth++) {
      let left = nth;
      const world = deliveringWorld({ fault: () => (--left === 0 ? fault : undefined) });
      await world.subscribe({ id: 'a' });
      world.answers(() => world.status(world.got.length === 1 ? 500 : 200));
      world.waiting.push({ body: outcome(), dueAt: world.now() });
      await world.run();
      expect(world.deliveries(), `${fault} ${nth}`).toMatchObject([{ status: 'delivered' }]);
      expect(new Set(world.got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
      expect(world.got.length, `${fault} ${nth}`).toBeLessThanOrEqual(3);
    }
  });

  it('an outcome arrives where the queue does not take a message (each in turn)', async () => {
    for (let nth = 1; nth <= 4; nth++) {
      let left = nth;
      const world = deliveringWorld({ queueFault: () => --left === 0 });
      await world.subscribe({ id: 'a' });
      world.answers(() => world.status(world.got.length < 3 ? 500 : 200));
      world.waiting.push({ body: outcome(), dueAt: world.now() });
      await world.run();
      expect(world.deliveries(), `${nth}`).toMatchObject([{ status: 'delivered', attempt: 3 }]);
    }
  });

  it('an attempt that dies in the middle is made again once its claim has run out', async () => {
    const world = deliveringWorld();
    await world.subscribe({ id: 'a' });
    world.answers(() => {
      if (world.got.length === 1) throw new Error('The function dies.');
      return world.status(200);
    });
    await world.take([outcome()]);
    await world.run();
    expect(world.got).toHaveLength(2);
    expect(world.deliveries()).toMatchObject([{ status: 'delivered' }]);
  });
});
