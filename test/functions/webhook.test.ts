import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { PARTNER_RATE } from '#shared/webhooks/throttle.ts';
import { doorWorld, useDoorEnvironment } from '#test/support/door-world.ts';
import { caller, httpEvent } from '#test/support/http-request.ts';
import { logging, moving, SECRET, signed } from '#test/support/messages.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
/** Longer than anything that is known of a partner is believed. */
const LATER_MS = 31_000;
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
  // Time goes on from test to test: what is cached of partners, and what they have used up, is of the function's whole life.
  now += 120_000;
  vi.setSystemTime(now);
  world.reset();
  await world.partner({ id: 'jitri' }, [{ secret: SECRET }]);
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const send = (message: unknown, more: Parameters<typeof signed>[1] = {}, partner = 'jitri') =>
  call(`POST /webhooks/${partner}`, signed(message, more));
const published = () => world.offered().flat();
const receipts = () => world.kept.items().filter(({ sk }) => sk === 'receipt');
const deliveries = () => world.kept.items().filter(({ sk }) => sk === 'delivery');

describe('an authentic message', () => {
  it('is answered 202 with a receipt, and recorded as what the partner told happened there', async () => {
    const answer = await send(logging('D-1', { value: { amount: '1000.00', currency: 'CNY' } }));
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(answer.headers['location']).toBe(`/v1/receipts/${answer.body.eventId}`);
    expect(world.records()).toMatchObject([
      { title: 'Deal D-1', createdAt: '2026-11-21T11:00:00.000Z', externalRef: { partner: 'jitri', ref: 'D-1' } },
    ]);
    expect(published()[0]?.detail.metadata).toMatchObject({
      eventId: answer.body.eventId,
      actor: { type: 'partner', id: 'jitri' },
      channel: 'webhook',
      partner: 'jitri',
    });
  });

  it('is kept as it came, and in the log of deliveries', async () => {
    const message = logging('D-1');
    await send(message);
    const [delivery] = deliveries();
    expect(world.bodies.get(`webhooks/jitri/${delivery?.['deliveryId']}`)?.toString()).toBe(JSON.stringify(message));
    expect(delivery).toMatchObject({ partner: 'jitri', messageId: 'msg_1', status: 'accepted', mappingVersion: 1 });
    expect(delivery?.['expiresAt']).toBe(Math.floor(now / 1000) + 90 * 24 * 3600);
  });

  it('has a receipt from the start, which managers can ask for', async () => {
    world.recordsAtOnce(false);
    const { body } = await send(logging('D-1'));
    const { handler: read } = await import('#functions/api/read.ts');
    const ask = (as: string) => caller(() => read)(`GET /v1/receipts/${body.eventId}`, { as });
    expect(await ask('manager')).toMatchObject({ status: 200, body: { eventId: body.eventId, status: 'accepted' } });
    expect((await ask('bd-officer')).status).toBe(404);
    await world.record();
    expect((await ask('manager')).body).toMatchObject({
      status: 'recorded',
      record: { kind: 'trade-deal', version: 1 },
    });
  });

  it('may come in base64, with header names in any case', async () => {
    const { raw = '', headers = {} } = signed(logging('D-1'));
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));
    expect((await call('POST /webhooks/jitri', { as: null, raw: Buffer.from(raw), headers: upper })).status).toBe(202);
  });

  it('that holds several events is answered with the receipt of each', async () => {
    const { status, body } = await send([logging('D-1'), moving('D-1', 'qualified'), logging('D-2')]);
    expect(status).toBe(202);
    expect(body.events).toHaveLength(3);
    expect(body.eventId).toBe(body.events[0].eventId);
    expect(world.records().map(({ stage, version }) => [stage, version])).toEqual([
      ['qualified', 2],
      ['enquiry', 1],
    ]);
  });

  it.each([
    ['is no JSON', '{"type":', 'malformed'],
    ['is not UTF-8', '\ud800', 'malformed'],
    ['has a field too much', logging('D-1', { colour: 'red' }), 'invalid'],
    ['lacks what a record needs', { ...logging('D-1'), data: { title: 'x' } }, 'invalid'],
    [
      'is of a type that the partner may not send',
      { ...logging('D-1'), type: 'trade-deal.voided' },
      'event-type-not-allowed',
    ],
    ['names a place that is not known', logging('D-1', { place: 'atlantis' }), 'unknown-reference'],
  ])('that %s is set aside, answered 202, and not lost', async (_, message, reason) => {
    const { status, body } = await send(message);
    expect([status, body.status]).toEqual([202, 'quarantined']);
    expect(published()).toEqual([]);
    expect(receipts()).toMatchObject([
      { status: 'quarantined', eventId: body.eventId, partner: 'jitri', mappingVersion: 1 },
    ]);
    expect(receipts()[0]?.['reason']).toMatch(new RegExp(`^${reason}`));
    expect(receipts()[0]?.['errors']).not.toEqual([]);
    expect(world.bodies.size).toBe(1);
  });

  it('of a partner that signs as HubSpot does is verified by the URI that its sender calls', async () => {
    const { SIGN } = await import('#test/support/signatures.ts');
    await world.partner({ id: 'hub', scheme: 'hubspot-v3' }, [{ secret: 'client-secret' }]);
    const raw = JSON.stringify({ ...logging('H-1'), data: { ...logging('H-1').data, externalRef: { ref: 'H-1' } } });
    const url = 'https://abc.execute-api.eu-west-2.amazonaws.com/webhooks/hub?portal=7';
    const headers = SIGN['hubspot-v3']('client-secret', raw, { url, at: now });
    const event = httpEvent('POST /webhooks/hub?portal=7', { as: null, raw, headers });
    const domainName = 'abc.execute-api.eu-west-2.amazonaws.com';
    const at = (name: string) =>
      handler({ ...event, requestContext: { ...event.requestContext, domainName: name } }, {});
    expect((await at(domainName)).statusCode).toBe(202);
    expect((await at('other.example.org')).statusCode).toBe(401);
  });
});

describe('a message that is not authentic', () => {
  const refused = async (answer: ReturnType<typeof call>) => {
    const { status, body, headers } = await answer;
    const { 'x-correlation-id': _, ...others } = headers;
    return { status, body, headers: others };
  };

  it('is answered with the same bytes whatever is wrong: signature, partner, an inactive partner, the form of its name', async () => {
    await world.partner({ id: 'asleep', active: false }, [{ secret: SECRET }]);
    const message = logging('D-1');
    const answers = [
      await refused(send(message, { secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' })),
      await refused(send(message, { at: now - 301_000 })),
      await refused(send(message, {}, 'nobody')),
      await refused(send(message, {}, 'asleep')),
      await refused(send(message, {}, 'NO-SLUG!')),
      await refused(call('POST /webhooks/jitri', { as: null, raw: JSON.stringify(message) })),
      await refused(call('POST /webhooks/jitri', { as: null })),
    ];
    expect(answers[0]).toMatchObject({ status: 401, body: { title: 'The message is not authentic' } });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('makes the same calls for a partner that is there and for one that is not', async () => {
    const callsOf = async (partner: string) => {
      world.kept.calls.length = 0;
      const asked = world.secretsAsked();
      await send(logging('D-1'), { secret: 'whsec_AAAA' }, partner);
      return [world.kept.calls.map(({ name }) => name), world.secretsAsked() - asked];
    };
    expect(await callsOf('nobody')).toEqual(await callsOf('jitri'));
  });

  it('changes nothing', async () => {
    const before = world.kept.items();
    await send(logging('D-1'), { secret: 'whsec_AAAA' });
    expect(world.kept.items()).toEqual(before);
    expect([world.bodies.size, published().length]).toEqual([0, 0]);
  });

  it('is one signed by a secret that has run out, from 30 seconds after it is taken back at the latest', async () => {
    await world.partner({ id: 'jitri' }, [
      { secret: SECRET, expiresAt: new Date(now + 10_000).toISOString() },
      { secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' },
    ]);
    expect((await send(logging('D-1'))).status).toBe(202);
    vi.setSystemTime(now + 10_000);
    expect((await send(logging('D-2'), { id: 'msg_2' })).status).toBe(401);
    await world.partner({ id: 'jitri', active: false }, []);
    vi.setSystemTime(now + 10_000 + LATER_MS);
    expect((await send(logging('D-3'), { id: 'msg_3', secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD' })).status).toBe(
      401,
    );
  });

  it('is not read: a body that is no JSON is refused like any other', async () => {
    expect((await send('{', { secret: 'whsec_AAAA' })).status).toBe(401);
  });
});

describe('bounds', () => {
  it('a body above 256 KiB is refused, and one of 256 KiB is not', async () => {
    const filler = (bytes: number) =>
      ' '.repeat(bytes - JSON.stringify(logging('D-1')).length) + JSON.stringify(logging('D-1'));
    expect((await send(filler(256 * 1024))).status).toBe(202);
    expect((await send(filler(256 * 1024 + 1))).status).toBe(413);
    const { raw = '', headers = {} } = signed(filler(256 * 1024 + 1));
    expect((await call('POST /webhooks/jitri', { as: null, raw: Buffer.from(raw), headers })).status).toBe(413);
  });

  it('a partner that floods is told when to come again, and others are let in meanwhile; forged messages use up nothing', async () => {
    await world.partner({ id: 'other' }, [{ secret: SECRET }]);
    for (let sent = 0; sent < PARTNER_RATE.burst; sent++) await send(logging('D-1'), { secret: 'whsec_AAAA' });
    for (let sent = 0; sent < PARTNER_RATE.burst; sent++) expect((await send(logging('D-1'))).status).toBe(202);
    const answer = await send(logging('D-2'), { id: 'msg_2' });
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '1']);
    const theirs = { ...logging('D-1'), data: { ...logging('D-1').data, externalRef: { ref: 'D-1' } } };
    expect((await send(theirs, {}, 'other')).status).toBe(202);
    vi.setSystemTime(now + 1_000);
    expect((await send(logging('D-2'), { id: 'msg_2' })).status).toBe(202);
  });
});

describe('a record that has a name in a partner\u2019s system', () => {
  it('is told of again as an amendment, each field by when it was so', async () => {
    await send(logging('D-1', { tags: ['a'], description: 'first' }));
    await send(logging('D-1', { tags: ['b'] }, '2026-11-21T11:10:00Z'), { id: 'msg_2' });
    await send(logging('D-1', { tags: ['c'], title: 'Old' }, '2026-11-21T11:05:00Z'), { id: 'msg_3' });
    expect(world.records()).toMatchObject([
      { title: 'Deal D-1', tags: ['b'], description: 'first', stage: 'enquiry', version: 3 },
    ]);
  });

  it('is moved by being told of in another stage, and not moved back by being told of without one', async () => {
    await send(logging('D-1'));
    await send(logging('D-1', { stage: 'proposal' }, '2026-11-21T11:10:00Z'), { id: 'msg_2' });
    await send(logging('D-1', {}, '2026-11-21T11:20:00Z'), { id: 'msg_3' });
    expect(world.records()).toMatchObject([
      { stage: 'proposal', stageEnteredAt: '2026-11-21T11:10:00.000Z', version: 4 },
    ]);
  });

  it('is not moved through a closed gate: that is set aside as gate-closed, at the stage, and the rest is recorded', async () => {
    await send(logging('D-1'));
    const { body } = await send(logging('D-1', { stage: 'signed', tags: ['b'] }, '2026-11-21T11:10:00Z'), {
      id: 'msg_2',
    });
    expect(world.records()).toMatchObject([{ stage: 'enquiry', tags: ['b'], version: 2 }]);
    expect(world.kept.item(keys.receipt(body.eventId))).toMatchObject({
      status: 'quarantined',
      reason: 'gate-closed',
      partner: 'jitri',
      errors: [
        { pointer: '/data/stage', detail: expect.stringContaining('heads-of-terms') },
        { pointer: '/data/stage', detail: expect.stringContaining('signed') },
        { pointer: '/data/stage', detail: expect.stringContaining('export-control') },
      ],
    });
  });

  it('of another partner cannot be touched: what tries is set aside as not-yours', async () => {
    await send(logging('D-1'));
    await world.partner({ id: 'other' }, [{ secret: SECRET }]);
    const [record] = world.records();
    const message = {
      type: 'trade-deal.moved',
      timestamp: '2026-11-21T11:30:00Z',
      data: { id: record?.['id'], to: 'signed' },
    };
    const { body } = await send(message, {}, 'other');
    expect(world.records()).toMatchObject([{ stage: 'enquiry', version: 1 }]);
    expect(world.kept.item(keys.receipt(body.eventId))).toMatchObject({
      status: 'quarantined',
      reason: 'not-yours',
      partner: 'other',
    });
  });

  it('told of more than five minutes ahead is set aside', async () => {
    const { body } = await send(logging('D-1', {}, new Date(now + 301_000).toISOString()));
    expect(world.kept.item(keys.receipt(body.eventId))).toMatchObject({
      reason: 'occurred-in-future',
      partner: 'jitri',
    });
  });
});
