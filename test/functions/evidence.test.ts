import { beforeEach, describe, expect, it, vi } from 'vitest';
import { apiWorld } from '#test/support/api-world.ts';
import { passed } from '#test/support/evidence.ts';
import { DEAL } from '#test/support/http-request.ts';

/** Late in the evening in London, and tomorrow already in Guangzhou. */
const NOW = Date.parse('2026-11-21T20:00:00.000Z');
const { world, ask } = apiWorld(['log', 'read']);
let id: string;

beforeEach(async () => {
  vi.setSystemTime(NOW);
  world.reset();
  id = (await ask('POST /v1/trade-deals', { body: DEAL })).body.id;
});

const check = (body: object, more: { as?: 'manager' | 'bd-officer'; headers?: Record<string, string> } = {}) =>
  ask(`POST /v1/trade-deals/${id}/evidence`, { body, ...more });
const move = (to: string) => ask(`POST /v1/trade-deals/${id}/moves`, { body: { to } });

describe('evidence that is logged', () => {
  it('is published as an event of the record without its author in it, and waited for', async () => {
    const answer = await check({ ...passed('due-diligence'), note: ' Looked at. ' });
    expect(answer).toMatchObject({ status: 201, headers: { etag: '"2"' }, body: { version: 2 } });
    expect(world.offered().flat().at(-1)).toMatchObject({
      source: 'partnership.intake',
      name: 'evidence.logged',
      detail: {
        metadata: { recordId: id, actor: { type: 'user', id: 'bd-officer' } },
        data: { type: 'due-diligence', outcome: 'passed', on: '2026-01-05', note: 'Looked at.' },
      },
    });
    expect(world.offered().flat().at(-1)?.detail.data).not.toHaveProperty('author');
  });

  it('twice under one key is one event', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const [one, two] = [await check(passed('atas'), { headers }), await check(passed('atas'), { headers })];
    expect([one.status, two.status, two.body.version]).toEqual([201, 201, 2]);
    expect((await check(passed('filing'), { headers })).status).toBe(422);
  });

  it('is refused on a version that is not the latest, and on a record that is voided', async () => {
    expect((await check(passed('atas'), { headers: { 'if-match': '"7"' } })).status).toBe(412);
    await ask(`POST /v1/trade-deals/${id}/voids`, { as: 'manager', body: { reason: 'Twice.' } });
    expect((await check(passed('atas'))).status).toBe(409);
  });

  it('may be of today wherever it is today, and of no later day', async () => {
    expect((await check({ ...passed('atas'), on: '2026-11-22' })).status).toBe(201);
    expect(await check({ ...passed('atas'), on: '2026-11-23' })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/on' }] },
    });
    vi.setSystemTime(Date.parse('2026-11-21T15:59:00.000Z'));
    expect((await check({ ...passed('atas'), on: '2026-11-22' })).status).toBe(422);
  });
});

describe('a gate', () => {
  it('opens by it, and closes on the day after it expires', async () => {
    await check(passed('due-diligence', { expiresOn: '2026-11-21' }));
    vi.setSystemTime(Date.parse('2026-11-22T00:00:00.000Z'));
    expect(await move('heads-of-terms')).toMatchObject({
      status: 409,
      body: {
        errors: [{ pointer: '/to', detail: expect.stringContaining('expired on 2026-11-21, before 2026-11-22') }],
      },
    });
    const { body } = await ask(`GET /v1/trade-deals/${id}/evidence`);
    expect(body.gates[0]).toMatchObject({ open: false, lacks: [{ type: 'due-diligence', why: 'expired' }] });
    vi.setSystemTime(Date.parse('2026-11-21T23:59:59.000Z'));
    expect((await ask(`GET /v1/trade-deals/${id}/evidence`)).body.gates[0]).toMatchObject({ open: true, lacks: [] });
    expect((await move('heads-of-terms')).status).toBe(200);
  });

  it('that is waived by a manager is open, and no bd-officer waives it', async () => {
    const waiver = { type: 'due-diligence', waived: true, reason: 'Known.' };
    expect((await check(waiver)).status).toBe(403);
    const before = world.offered().flat().length;
    expect((await move('heads-of-terms')).status).toBe(409);
    expect(world.offered().flat()).toHaveLength(before);
    expect((await check(waiver, { as: 'manager' })).status).toBe(201);
    expect((await move('heads-of-terms')).status).toBe(200);
  });
});
