import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { idOfRef } from '#shared/runtime/ids.ts';
import { keys } from '#shared/store/keys.ts';
import { apiWorld } from '#test/support/api-world.ts';
import { DEAL, LEAD } from '#test/support/http-request.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const { world, ask } = apiWorld(['log'], NOW);

const logDeal = async (changed: Record<string, unknown> = {}) => {
  const { status, body } = await ask('POST /v1/trade-deals', { body: { ...DEAL, ...changed } });
  expect(status, JSON.stringify(body)).toBe(201);
  return body as { id: string } & Record<string, unknown>;
};
const events = () => world.offered().flat();

describe('a write that goes well', () => {
  it('is published as one event, waited for, and answered with the record', async () => {
    const answer = await ask('POST /v1/trade-deals', {
      body: { ...DEAL, title: '  Air  ', value: { amount: '5', currency: 'CNY' } },
      headers: { 'x-correlation-id': 'console-1' },
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: {
        etag: '"1"',
        location: `/v1/trade-deals/${answer.body.id}`,
        'x-correlation-id': 'console-1',
        'cache-control': 'no-store',
      },
      body: {
        version: 1,
        stage: 'enquiry',
        owner: 'bd-officer',
        title: 'Air',
        value: { amount: '5.00', currency: 'CNY' },
        organisations: [{ name: 'Guangzhou Metro', place: 'guangzhou' }],
      },
    });
    expect(events()).toMatchObject([
      {
        source: 'partnership.intake',
        name: 'trade-deal.logged',
        detail: {
          metadata: {
            actor: { type: 'user', id: 'bd-officer' },
            channel: 'api',
            correlationId: 'console-1',
            recordId: answer.body.id,
            occurredAt: '2026-11-21T12:00:00.000Z',
          },
        },
      },
    ]);
  });

  it('stores nothing before the event, and looks for it once', async () => {
    await logDeal();
    const calls = world.kept.calls.map(({ name }) => name);
    const recorded = calls.lastIndexOf('PutCommand');
    // Whether the organisation is there, and what else may go by its name.
    expect(new Set(calls.slice(0, calls.indexOf('PutCommand')))).toEqual(new Set(['BatchGetCommand', 'QueryCommand']));
    expect(calls.slice(recorded + 1)).toEqual(['GetCommand']);
    expect(world.bus.commandCalls(PutEventsCommand)).toHaveLength(1);
  });

  it.each([
    ['moves', { to: 'qualified' }, 200, { stage: 'qualified', version: 2 }],
    ['notes', { text: 'They ask for a visit.' }, 201, { version: 2 }],
  ])('answers %s with the changed record', async (what, body, status, changed) => {
    const { id } = await logDeal();
    expect(await ask(`POST /v1/trade-deals/${id}/${what}`, { body })).toMatchObject({
      status,
      headers: { etag: '"2"' },
      body: changed,
    });
  });

  it('voids, restores without a body, and tells who may', async () => {
    const { id } = await logDeal();
    expect((await ask(`POST /v1/trade-deals/${id}/voids`, { body: { reason: 'Twice.' } })).status).toBe(403);
    const voided = await ask(`POST /v1/trade-deals/${id}/voids`, { as: 'manager', body: { reason: 'Twice.' } });
    expect(voided.body.voided).toMatchObject({ reason: 'Twice.' });
    expect((await ask(`POST /v1/trade-deals/${id}/restores`, { as: 'manager' })).body.voided).toBeUndefined();
  });

  it('merges a patch, publishes whole values of what changed, and nothing where nothing did', async () => {
    const { id } = await logDeal({ value: { amount: '5.00', currency: 'CNY' }, tags: ['a'] });
    const path = `PATCH /v1/trade-deals/${id}`;
    const body = { value: { amount: '6' }, tags: ['a'], place: 'guangzhou', title: DEAL.title };
    const answer = await ask(path, {
      body,
      headers: { 'if-match': '"1"', 'content-type': 'application/merge-patch+json' },
    });
    expect(answer).toMatchObject({ status: 200, body: { version: 2, value: { amount: '6.00', currency: 'CNY' } } });
    expect(events().at(-1)?.detail).toMatchObject({
      metadata: { expectedVersion: 1 },
      data: { fields: { value: { amount: '6.00', currency: 'CNY' }, place: 'guangzhou' } },
    });
    const published = events().length;
    expect(await ask(path, { body, headers: { 'if-match': '"2"' } })).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
    });
    expect(events()).toHaveLength(published);
    const removed = await ask(path, { body: { place: null, value: null }, headers: { 'if-match': '"2"' } });
    expect([removed.body.place, removed.body.value]).toEqual([undefined, undefined]);
  });

  it('dates a move just after what it follows, where clocks run ahead of ours', async () => {
    const { id } = await logDeal({ occurredAt: '2026-11-21T12:04:00Z' });
    const { status, body } = await ask(`POST /v1/trade-deals/${id}/moves`, { body: { to: 'qualified' } });
    expect([status, body.stage, body.stageEnteredAt]).toEqual([200, 'qualified', '2026-11-21T12:04:00.001Z']);
  });
});

describe('a write that is not recorded in time', () => {
  it('is answered 202 after five seconds, with a receipt that is kept', async () => {
    world.recordsAtOnce(false);
    const answer = await ask('POST /v1/trade-deals', { body: DEAL });
    expect(answer).toMatchObject({ status: 202, body: { status: 'accepted' } });
    expect(answer.headers['location']).toBe(`/v1/receipts/${answer.body.eventId}`);
    expect(Date.now() - NOW).toBe(5_000);
    expect(world.kept.items()).toMatchObject([{ eventId: answer.body.eventId, user: 'bd-officer' }]);
  });

  it('is answered at once where that is preferred', async () => {
    world.recordsAtOnce(false);
    const answer = await ask('POST /v1/trade-deals', {
      body: DEAL,
      headers: { prefer: 'handling=strict, respond-async' },
    });
    expect(answer).toMatchObject({ status: 202, headers: { 'preference-applied': 'respond-async' } });
    expect(Date.now()).toBe(NOW);
  });

  it('is refused with 503 where the bus does not take it, after trying again', async () => {
    world.busIs('refusing');
    const answer = await ask('POST /v1/trade-deals', { body: DEAL });
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { type: expect.stringContaining('#unavailable') },
    });
    expect(world.bus.commandCalls(PutEventsCommand).length).toBeGreaterThan(1);
    world.busIs('refusing', 1);
    expect((await ask('POST /v1/trade-deals', { body: DEAL })).status).toBe(201);
  });

  it('asks again for keys that the table left unprocessed', async () => {
    let left = 3;
    world.reset({ fault: ({ name }) => (name === 'BatchGetCommand' && left-- > 0 ? 'unprocessed' : undefined) });
    expect((await ask('POST /v1/trade-deals', { body: DEAL })).status).toBe(201);
  });

  it('shows no message of what went wrong inside', async () => {
    world.bus.on(PutEventsCommand).rejects(new Error('secret detail'));
    const { status, body } = await ask('POST /v1/trade-deals', { body: DEAL });
    expect([status, Object.keys(body)]).toEqual([500, ['type', 'title', 'status', 'instance']]);
  });
});

describe('the order of checks', () => {
  const move = (id: string) => `POST /v1/trade-deals/${id}/moves`;
  const nowhere = 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M';

  it('is role, then request, then record', async () => {
    expect((await ask(move(nowhere), { as: 'viewer', raw: '{' })).status).toBe(403);
    expect((await ask(move(nowhere), { as: 'nobody', body: {} })).status).toBe(403);
    expect((await ask(move(nowhere), { raw: '{' })).status).toBe(400);
    expect((await ask(move(nowhere), { body: { to: 'qualified' } })).status).toBe(404);
    expect((await ask(move('trd_1'), { body: { to: 'qualified' } })).status).toBe(404);
    expect((await ask(`POST /v1/engagements/${(await logDeal()).id}/notes`, { body: { text: 'x' } })).status).toBe(404);
  });

  it('is conflict, then version, then rule, then the missing condition', async () => {
    const { id } = await logDeal();
    const stale = { 'if-match': '"7"' };
    expect((await ask(move(id), { body: { to: 'enquiry' }, headers: stale })).status).toBe(409);
    expect((await ask(move(id), { body: { to: 'qualified' }, headers: stale })).status).toBe(412);
    await ask(move(id), { body: { to: 'qualified' } });
    expect((await ask(move(id), { body: { to: 'enquiry' }, headers: stale })).status).toBe(412);
    expect((await ask(move(id), { body: { to: 'enquiry' } })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/reason' }],
    });
    const patch = `PATCH /v1/trade-deals/${id}`;
    expect((await ask(patch, { body: { place: 'mars' } })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/place' }],
    });
    expect((await ask(patch, { body: { place: 'guangzhou' } })).status).toBe(428);
    expect((await ask(patch, { body: { value: { amount: '1' } }, headers: { 'if-match': '"2"' } })).body).toMatchObject(
      {
        status: 400,
        errors: [{ pointer: '/value/currency' }],
      },
    );
  });

  it('publishes nothing that is refused', async () => {
    const { id } = await logDeal();
    const published = events().length;
    for (const body of [{ to: 'lost' }, { to: 'lost', lostReason: 'other' }, { to: 'enquiry' }, { to: 'nowhere' }])
      expect((await ask(move(id), { body })).status).toBeGreaterThanOrEqual(400);
    expect((await ask(move(id), { body: { to: 'qualified', occurredAt: '2026-11-21T12:05:01Z' } })).status).toBe(422);
    expect((await ask(move(id), { body: { to: 'qualified', occurredAt: '2026-11-21T11:59:59Z' } })).status).toBe(422);
    expect(
      (await ask(`PATCH /v1/trade-deals/${id}`, { body: { stage: 'lost' }, headers: { 'if-match': '"1"' } })).body,
    ).toMatchObject({
      status: 400,
      detail: expect.stringContaining('/moves'),
      errors: [{ pointer: '/stage' }],
    });
    expect(events()).toHaveLength(published);
  });

  it('names each organisation and place that is not known', async () => {
    const organisations = [{ id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M' }, { name: 'X', place: 'venus' }];
    const { status, body } = await ask('POST /v1/trade-deals', { body: { ...DEAL, place: 'mars', organisations } });
    expect([status, body.errors.map(({ pointer }: { pointer: string }) => pointer)]).toEqual([
      422,
      ['/place', '/organisations/0/id', '/organisations/1/place'],
    ]);
  });

  it('finds the same organisation again by name, however it is written, or by its id', async () => {
    const organisations = [{ name: 'Nansha Port', place: 'guangzhou' }];
    const one = await logDeal({ organisations });
    const two = await logDeal({ organisations: [{ name: ' NANSHA  port', place: 'guangzhou' }, ...organisations] });
    const [{ id }] = one.organisations as [{ id: string }];
    expect(two.organisations).toEqual(one.organisations);
    expect((await logDeal({ organisations: [{ id }] })).organisations).toEqual(one.organisations);
  });
});

describe('a confidential lead', () => {
  it('is not there for others, and is released by its owner', async () => {
    const { body } = await ask('POST /v1/ip-leads', { body: LEAD });
    const path = `POST /v1/ip-leads/${body.id}`;
    expect((await ask(`${path}/notes`, { user: 'other', body: { text: 'x' } })).status).toBe(404);
    expect((await ask(`${path}/releases`, { as: 'manager' })).status).toBe(404);
    expect((await ask(`${path}/releases`)).body).toMatchObject({ confidential: false });
    expect((await ask(`${path}/releases`, { as: 'manager' })).status).toBe(403);
    expect((await ask(`${path}/notes`, { user: 'other', body: { text: 'x' } })).status).toBe(201);
  });

  it('is shown to who gives it away, as it is after that', async () => {
    const { body } = await ask('POST /v1/ip-leads', { body: LEAD });
    const path = `PATCH /v1/ip-leads/${body.id}`;
    expect((await ask(path, { body: { owner: 'other' }, headers: { 'if-match': '"1"' } })).body.owner).toBe('other');
    expect((await ask(path, { body: { trl: 3 }, headers: { 'if-match': '"2"' } })).status).toBe(404);
  });
});

describe('what is kept of a request', () => {
  it('is nothing but the record, its organisation and what that is found by, without a key', async () => {
    const { id } = await logDeal({ organisations: [{ name: 'Zhongshan Hospital', place: 'guangzhou' }] });
    const kept = world.kept.items().map(({ pk, sk }) => `${pk} ${sk}`);
    expect(kept).toEqual([
      expect.stringMatching(/^org_\S+ entity$/),
      expect.stringMatching(/^name#zhongshan~ hospital org_\S+$/),
      expect.stringMatching(/^name#zhongshan hospital org_\S+$/),
      `${keys.record(id).pk} record`,
    ]);
  });
});

describe("a record that has a name in a partner's system", () => {
  const externalRef = { partner: 'jitri', ref: 'D-1042' };
  const log = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    ask('POST /v1/trade-deals', { body: { ...DEAL, externalRef, ...more }, headers });

  it('has the id that messages of the partner come to', async () => {
    expect((await log()).body.id).toBe(idOfRef('trd', externalRef));
  });

  it('is logged once: whoever logs it again is refused, and nothing is published', async () => {
    expect((await log()).status).toBe(201);
    expect(await log({ title: 'Another' })).toMatchObject({
      status: 409,
      body: { type: '/docs/problems.md#already-logged', errors: [{ pointer: '/externalRef' }] },
    });
    expect(events()).toHaveLength(1);
  });

  it('is logged once by two who do it at the same time', async () => {
    const answers = await Promise.all([log(), log({ title: 'Another' })]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(world.records()).toHaveLength(1);
  });

  it('under an Idempotency-Key is the same request when it is repeated', async () => {
    const first = await log({}, { 'idempotency-key': 'k' });
    expect(await log({}, { 'idempotency-key': 'k' })).toMatchObject({ status: 201, body: { id: first.body.id } });
  });

  it('under another name, of another partner or of another kind is another record', async () => {
    await log();
    expect((await log({ externalRef: { partner: 'jitri', ref: 'D-1043' } })).status).toBe(201);
    expect((await log({ externalRef: { partner: 'other', ref: 'D-1042' } })).status).toBe(201);
    expect(world.records()).toHaveLength(3);
  });
});
