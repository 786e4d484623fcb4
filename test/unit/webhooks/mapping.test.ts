import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Partner } from '#shared/domain/partner/partner.ts';
import type { Evaluation } from '#shared/webhooks/jsonata/messages.ts';
import { mapMessage } from '#shared/webhooks/mapping.ts';

const PARTNER: Partner = {
  id: 'jitri',
  name: 'JITRI',
  scheme: 'standard-webhooks',
  eventTypes: ['trade-deal.logged', 'trade-deal.amended', 'trade-deal.moved', 'trade-deal.noted', 'engagement.logged'],
  active: true,
  mappingVersion: 1,
};

/** No mapping of these tests is evaluated: what it would give is said. */
const giving = (made: Evaluation) => ({ evaluate: async () => made });
const read = (value: unknown, partner: Partner = PARTNER, made: Evaluation = { ok: true, json: undefined }) =>
  mapMessage(giving(made), partner, {
    body: Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    receivedAt: '2026-11-21T08:00:00.000Z',
  });
const given = (made: unknown) => read({}, { ...PARTNER, mapping: 'x' }, { ok: true, json: JSON.stringify(made) });

const ref = { partner: 'jitri', ref: 'D-1' };
const DATA = {
  title: 'A quay',
  strand: 'business-engagement',
  direction: 'uk-export',
  organisations: [{ name: 'Guangzhou Port', place: 'guangzhou' }],
};
const logged = (data: object = {}, more: object = {}) => ({
  type: 'trade-deal.logged',
  data: { ...DATA, ...data },
  ...more,
});
const told = async (value: unknown, partner?: Partner) => {
  const result = await read(value, partner);
  return result.ok ? result.told[0] : result;
};
const pointers = async (value: unknown) => {
  const result = await read(value);
  return result.ok ? 'ok' : result.errors.map(({ pointer }) => pointer);
};

describe('a message in the plain form', () => {
  it("logs a record under its name in the partner's system, which need not be said twice", async () => {
    const expected = {
      kind: 'trade-deal',
      verb: 'logged',
      timestamp: '2026-11-21T00:00:00.000Z',
      record: { ref: 'D-1' },
      data: { ...DATA, externalRef: ref },
    };
    const timestamp = '2026-11-21T08:00:00+08:00';
    expect(await told(logged({ externalRef: ref }, { timestamp }))).toEqual(expected);
    expect(await told(logged({ externalRef: { ref: 'D-1' } }, { timestamp }))).toEqual(expected);
  });

  it('may log one that has no name', async () => {
    expect(await told(logged())).toMatchObject({ record: undefined, timestamp: undefined, data: DATA });
  });

  it.each([
    ['an amendment', 'amended', { value: null, title: 'Two quays' }, { value: null, title: 'Two quays' }],
    ['a move', 'moved', { to: 'lost', lostReason: 'price' }, { to: 'lost', lostReason: 'price' }],
    ['a note', 'noted', { text: ' Hello. ' }, { text: 'Hello.' }],
  ])(
    "%s names its record by the partner's reference or by our id, which is no field of it",
    async (_, verb, data, expected) => {
      const id = 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
      const message = (name: object) => ({ type: `trade-deal.${verb}`, data: { ...name, ...data } });
      expect(await told(message({ externalRef: ref }))).toMatchObject({ verb, record: { ref: 'D-1' }, data: expected });
      expect(await told(message({ id }))).toMatchObject({ verb, record: { id }, data: expected });
      expect(await pointers(message({}))).toEqual(['/data/externalRef']);
      expect(await pointers(message({ id: 'eng_01JD3Q8M5V7X9Z1B3D5F7H9K2M' }))).toEqual(['/data/id']);
      expect(await pointers(message({ externalRef: { partner: 'other', ref: 'D-1' } }))).toEqual([
        '/data/externalRef/partner',
      ]);
      expect(await pointers(message({ externalRef: {} }))).toEqual(['/data/externalRef/ref']);
      expect(await pointers(message({ externalRef: 'D-1' }))).toEqual(['/data/externalRef']);
    },
  );

  it('of an amendment by id, a reference beside it is a field', async () => {
    const id = 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
    const message = { type: 'trade-deal.amended', data: { id, externalRef: { ref: 'D-9' } } };
    expect(await told(message)).toMatchObject({
      record: { id },
      data: { externalRef: { partner: 'jitri', ref: 'D-9' } },
    });
  });

  it('has the defaults of its partner where the logging of a record leaves a field out, and of its kind alone', async () => {
    const defaults = {
      place: 'nanjing',
      owner: 'zhang',
      direction: 'uk-import',
      engagementType: 'consultancy',
    } as const;
    const partner = { ...PARTNER, defaults };
    const { direction: _, ...without } = DATA;
    expect(await told(logged(), partner)).toMatchObject({ data: { ...DATA, place: 'nanjing', owner: 'zhang' } });
    const bare = await told({ type: 'trade-deal.logged', data: without }, partner);
    expect(bare).toMatchObject({ data: { direction: 'uk-import' } });
    expect(bare).not.toHaveProperty('data.engagementType');
    const moved = { type: 'trade-deal.moved', data: { externalRef: ref, to: 'qualified' } };
    expect(await told(moved, partner)).toMatchObject({ data: { to: 'qualified' } });
    expect(await told(moved, partner)).not.toHaveProperty('data.place');
  });

  it.each([
    ['nothing', 'null', ['']],
    ['a list of nothing', '[]', ['']],
    ['a text', '"trade-deal.logged"', ['']],
    ['no data', { type: 'trade-deal.logged' }, ['/data']],
    ['a misspelt field', logged({ titel: 'x' }), ['/data/titel']],
    ['a field beside data', logged({}, { id: 'x' }), ['/id']],
    ['a time without an offset', logged({}, { timestamp: '2026-11-21T08:00:00' }), ['/timestamp']],
    ['a second time', logged({ occurredAt: '2026-11-21T08:00:00Z' }), ['/data/occurredAt']],
    ['a float for money', logged({ value: { amount: 1.5, currency: 'CNY' } }), ['/data/value/amount']],
    ['a stage of another kind', logged({ stage: 'licensed' }), ['/data/stage']],
    ['lost without saying why', logged({ stage: 'lost' }), ['/data/lostReason']],
    ['an amendment of nothing', { type: 'trade-deal.amended', data: { externalRef: ref } }, ['/data']],
    [
      'an amendment of the stage',
      { type: 'trade-deal.amended', data: { externalRef: ref, stage: 'lost' } },
      ['/data/stage', '/data'],
    ],
    ['the name of a prototype', '{"type":"trade-deal.logged","data":{"__proto__":{"title":"x"}}}', ['/data/__proto__']],
  ])('with %s is set aside with a pointer to it', async (_, value, expected) => {
    expect(await read(value)).toMatchObject({ ok: false, reason: 'invalid-event' });
    expect(await pointers(value)).toEqual(expected);
  });

  it.each(['engagement.noted', 'trade-deal.voided', 'trade-deal', '', 'toString', 'ip-lead.logged'])(
    'of the type %s, which was not agreed, is set aside',
    async (type) => {
      expect(await read({ type, data: {} })).toMatchObject({
        ok: false,
        reason: 'event-type-not-allowed',
        errors: [{ pointer: '/type' }],
      });
    },
  );

  it.each([
    ['no JSON', 'not JSON'],
    ['nothing', ''],
    ['JSON that is cut off', '{"type":'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('that is %s is malformed', async (_, body) => {
    expect(await read(body)).toMatchObject({ ok: false, reason: 'malformed', errors: [{ pointer: '' }] });
  });

  it('never throws, whatever JSON it is', async () => {
    const data = fc.oneof(
      fc.jsonValue(),
      fc.record({ externalRef: fc.jsonValue(), id: fc.jsonValue(), title: fc.jsonValue() }),
    );
    const message = fc.record({ type: fc.constantFrom(...PARTNER.eventTypes), timestamp: fc.jsonValue(), data });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), message, fc.array(message)), async (value) => {
        expect(await read(value)).toHaveProperty('ok');
      }),
    );
  });
});

describe('what a mapping gives', () => {
  it('is one event or a list of them, in its order', async () => {
    const both = await given([logged({ title: 'One' }), logged({ title: 'Two' })]);
    expect(both.ok && both.told.map(({ data }) => data['title'])).toEqual(['One', 'Two']);
    expect(await given(logged())).toMatchObject({ ok: true });
  });

  it('is taken whole or not at all, with the place of every flaw in the list', async () => {
    const result = await given([logged(), logged({ title: '' }), { type: 'trade-deal.voided', data: {} }]);
    expect(result).toMatchObject({ ok: false, reason: 'invalid-event' });
    expect(!result.ok && result.errors.map(({ pointer }) => pointer)).toEqual(['/1/data/title', '/2/type']);
  });

  it('is set aside where it is nothing, or more than a hundred', async () => {
    const mapped = { ...PARTNER, mapping: 'x' };
    expect(await read({}, mapped)).toMatchObject({ ok: false, reason: 'mapping-failed' });
    expect(await given([])).toMatchObject({ ok: false, reason: 'invalid-event' });
    expect(await given(Array.from({ length: 101 }, () => logged()))).toMatchObject({
      ok: false,
      reason: 'invalid-event',
    });
    expect(await given(Array.from({ length: 100 }, () => logged()))).toMatchObject({ ok: true });
    const failed = { ok: false, code: 'too-long', detail: 'The mapping took more than 2000 ms.' } as const;
    expect(await read({}, mapped, failed)).toEqual({
      ok: false,
      reason: 'mapping-failed',
      errors: [{ pointer: '', detail: 'The mapping took more than 2000 ms.' }],
    });
  });

  it('never makes an object that is more than its fields', async () => {
    const result = await given(JSON.parse('{"type":"trade-deal.logged","data":{"constructor":{"prototype":{}}}}'));
    expect(!result.ok && result.errors.map(({ pointer }) => pointer)).toContain('/data/constructor');
  });
});
