import { describe, expect, it } from 'vitest';
import { KINDS, type Kind, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { fieldNames, idPrefixOf, KIND_SCHEMAS, kindOfId, recordIdOf } from '#shared/domain/record/kinds.ts';
import { con, loggedData, org } from '#test/support/record-events.ts';

const request = (kind: Kind, more: object = {}) => {
  const { stage: _, organisations: __, ...rest } = loggedData(kind);
  return { ...rest, organisations: [{ name: 'Guangzhou Institute of Energy', place: 'guangzhou' }], ...more };
};
const pointers = (
  schema: { safeParse(value: unknown): { error?: { issues: { path: PropertyKey[]; keys?: string[] }[] } } },
  value: unknown,
) =>
  schema
    .safeParse(value)
    .error?.issues.flatMap(({ path, keys }) => (keys ? keys.map((key) => [...path, key]) : [path]))
    .map((path) => `/${path.map(String).join('/')}`);

/** One value for each optional field, and one that is wrong. */
const COMMON: Readonly<Record<string, [right: unknown, wrong: unknown]>> = {
  owner: ['li.wei', 'li.wei@example.ac.uk'],
  contacts: [
    [con(1), con(2)],
    [con(1), con(1)],
  ],
  place: ['guangzhou', 'Guangzhou'],
  value: [
    { amount: '10', currency: 'GBP' },
    { amount: '10.001', currency: 'GBP' },
  ],
  probability: [55, 55.5],
  expectedCloseOn: ['2026-11-30', '2026-11-31'],
  nextStep: [{ text: 'Send the draft', dueOn: '2026-04-01' }, { dueOn: '2026-04-01' }],
  themes: [['medicine'], ['medicine', 'medicine']],
  tags: [
    ['wind', '风电'],
    ['wind', 'wind'],
  ],
  description: ['Two\nlines', ''],
  externalRef: [{ partner: 'jitri', ref: 'D-17' }, { partner: 'jitri' }],
  agreementId: ['agr_01JD3Q8M5V7X9Z1B3D5F7H9K2M', 'AGR'],
};
const OWN: Readonly<Record<Kind, typeof COMMON>> = {
  engagement: {},
  'ip-lead': {
    trl: [4, 10],
    caseRef: ['UoB-2231', ''],
    inventors: [[con(1)], [con(1), con(1)]],
    college: ['Engineering and Physical Sciences', 5],
    priorityDate: ['2025-05-01', '2025'],
    route: ['spin-out', 'spinout'],
    confidential: [true, 'true'],
  },
  'trade-deal': { sector: ['Rail', ''], buyer: ['GAC Group', null], seller: ['Tyseley Rail Ltd', ['x']] },
};
const fieldsOf = (kind: Kind) => ({ ...COMMON, ...OWN[kind] });
const rightOf = (kind: Kind) =>
  Object.fromEntries(Object.entries(fieldsOf(kind)).map(([name, [right]]) => [name, right]));
const REQUIRED_OWN: Readonly<Record<Kind, string>> = {
  engagement: 'engagementType',
  'ip-lead': 'ipType',
  'trade-deal': 'direction',
};

describe.each(KINDS)('logging of kind %s', (kind) => {
  const { log, logged } = KIND_SCHEMAS[kind];

  it('takes the least and the most that can be said', () => {
    expect(log.safeParse(request(kind)).success).toBe(true);
    const full = request(kind, {
      ...rightOf(kind),
      stage: stageNames(kind)[1],
      occurredAt: '2026-03-02T17:00:00+08:00',
    });
    expect(pointers(log, full)).toBeUndefined();
    expect(log.parse(full)).toMatchObject({
      value: { amount: '10.00', currency: 'GBP' },
      occurredAt: '2026-03-02T09:00:00.000Z',
    });
  });

  it('knows the very fields of the contract', () => {
    const { required, removable } = fieldNames(kind);
    expect(required).toEqual(['title', 'strand', 'organisations', REQUIRED_OWN[kind]]);
    expect([...removable].sort()).toEqual(Object.keys(fieldsOf(kind)).sort());
  });

  it('needs title, strand, organisations and its own kind of thing', () => {
    expect(pointers(log, {})?.sort()).toEqual([`/${REQUIRED_OWN[kind]}`, '/organisations', '/strand', '/title'].sort());
  });

  it.each(Object.entries(fieldsOf(kind)))('refuses a wrong %s there, and null', (name, [, wrong]) => {
    for (const value of [wrong, null]) {
      const found = pointers(log, request(kind, { [name]: value }));
      expect(found?.length).toBeGreaterThan(0);
      for (const pointer of found ?? []) expect(pointer).toMatch(new RegExp(`^/${name}(/|$)`));
    }
  });

  it('refuses unknown fields by name, prototype keys among them', () => {
    expect(pointers(log, { ...request(kind), tittle: 'x', id: 'y', phase: 'won' })).toEqual([
      '/tittle',
      '/id',
      '/phase',
    ]);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const body = JSON.parse(`${JSON.stringify(request(kind)).slice(0, -1)},"${name}":{"x":1}}`);
      expect(pointers(log, body)).toEqual([`/${name}`]);
    }
  });

  it('names an organisation by id, or by name and place, and by nothing else', () => {
    for (const organisation of [{ id: org(1) }, { name: '广州能源研究所', place: 'guangzhou' }])
      expect(log.safeParse(request(kind, { organisations: [organisation] })).success).toBe(true);
    for (const organisations of [
      [],
      [{}],
      [{ id: 'x' }],
      [{ name: 'A' }],
      [{ id: org(1), name: 'A', place: 'bristol' }],
      ['A'],
      {},
      'A',
    ])
      expect(log.safeParse(request(kind, { organisations })).success).toBe(false);
    expect(
      log.safeParse(request(kind, { organisations: Array.from({ length: 21 }, (_, n) => ({ id: org(n) })) })).success,
    ).toBe(false);
  });

  it('may start in any stage of its own, in a lost one with the reason', () => {
    const lost = stageNames(kind).at(-1) as string;
    for (const stage of stageNames(kind).slice(0, -1))
      expect(log.safeParse(request(kind, { stage })).success).toBe(true);
    expect(pointers(log, request(kind, { stage: 'nowhere' }))).toEqual(['/stage']);
    expect(pointers(log, request(kind, { stage: lost }))).toEqual(['/lostReason']);
    expect(pointers(log, request(kind, { stage: lost, lostReason: 'other' }))).toEqual(['/reason']);
    expect(pointers(log, request(kind, { lostReason: 'price' }))).toEqual(['/lostReason']);
    expect(pointers(log, request(kind, { stage: lost, lostReason: 'other', reason: 'Merged.' }))).toBeUndefined();
  });

  it('is as strict as an event, where every organisation has its id and the stage is said', () => {
    expect(pointers(logged, loggedData(kind, rightOf(kind)))).toBeUndefined();
    expect(pointers(logged, { ...loggedData(kind), organisations: [{ name: 'A', place: 'bristol' }] })).toEqual([
      '/organisations/0/id',
    ]);
    expect(pointers(logged, { ...loggedData(kind), stage: undefined })).toEqual(['/stage']);
    expect(pointers(logged, { ...loggedData(kind), occurredAt: '2026-03-02T09:00:00Z' })).toEqual(['/occurredAt']);
    expect(pointers(logged, { ...loggedData(kind), stage: stageNames(kind).at(-1) })).toEqual(['/lostReason']);
  });
});

describe.each(KINDS)('amending of kind %s', (kind) => {
  const { amend, amended } = KIND_SCHEMAS[kind];

  it('may take away whatever need not be there, and nothing that must', () => {
    const { required, removable } = fieldNames(kind);
    for (const name of removable) {
      expect(pointers(amend, { [name]: null })).toBeUndefined();
      expect(pointers(amended, { fields: { [name]: null } })).toBeUndefined();
    }
    for (const name of required) {
      expect(pointers(amend, { [name]: null })).toEqual([`/${name}`]);
      expect(pointers(amended, { fields: { [name]: null } })).toEqual([`/fields/${name}`]);
    }
  });

  it('never touches stage, version, or fields of another kind', () => {
    for (const name of ['stage', 'lostReason', 'version', 'id', 'kind', 'createdAt', 'occurredAt', 'reason']) {
      expect(pointers(amend, { [name]: 'x' })).toEqual([`/${name}`]);
      expect(pointers(amended, { fields: { [name]: 'x', title: 'A title' } })).toEqual([`/fields/${name}`]);
    }
    for (const other of KINDS)
      for (const name of [REQUIRED_OWN[other], ...Object.keys(OWN[other])])
        if (other !== kind) expect(pointers(amend, { [name]: 'x' })).toEqual([`/${name}`]);
  });

  it('merges into objects as a request, and brings them whole as an event', () => {
    expect(pointers(amend, { value: { amount: '5' }, nextStep: { dueOn: null } })).toBeUndefined();
    expect(pointers(amended, { fields: { value: { amount: '5' } } })).toEqual(['/fields/value/currency']);
    expect(pointers(amended, { fields: {} })).toEqual(['/fields']);
    expect(pointers(amended, {})).toEqual(['/fields']);
  });
});

describe.each(KINDS)('moving of kind %s', (kind) => {
  const { move, moved } = KIND_SCHEMAS[kind];
  const lost = stageNames(kind).at(-1) as string;

  it.each([
    ['request', move],
    ['event', moved],
  ])('goes to a stage of its own ladder, and says why it is lost, as a %s', (_, schema) => {
    for (const to of stageNames(kind).slice(0, -1)) expect(pointers(schema, { to })).toBeUndefined();
    expect(pointers(schema, {})).toEqual(['/to']);
    expect(pointers(schema, { to: 'nowhere' })).toEqual(['/to']);
    expect(pointers(schema, { to: lost })).toEqual(['/lostReason']);
    expect(pointers(schema, { to: lost, lostReason: 'dunno' })).toEqual(['/lostReason']);
    expect(pointers(schema, { to: lost, lostReason: 'other' })).toEqual(['/reason']);
    expect(pointers(schema, { to: lost, lostReason: 'timing' })).toBeUndefined();
    expect(pointers(schema, { to: stageNames(kind)[1], lostReason: 'timing' })).toEqual(['/lostReason']);
    expect(pointers(schema, { to: stageNames(kind)[1], from: stageNames(kind)[0] })).toEqual(['/from']);
  });

  it('has a time of its own only as a request: an event has it in its metadata', () => {
    const to = stageNames(kind)[1];
    expect(pointers(move, { to, occurredAt: '2026-03-02T09:00:00Z' })).toBeUndefined();
    expect(pointers(moved, { to, occurredAt: '2026-03-02T09:00:00Z' })).toEqual(['/occurredAt']);
  });
});

describe("a record's id", () => {
  it('tells its kind', () => {
    for (const kind of KINDS) {
      const id = `${idPrefixOf(kind)}_01JD3Q8M5V7X9Z1B3D5F7H9K2M`;
      expect(kindOfId(id)).toBe(kind);
      expect(recordIdOf(kind).safeParse(id).success).toBe(true);
    }
    for (const id of ['org_01JD3Q8M5V7X9Z1B3D5F7H9K2M', '', 'trd', '_']) expect(kindOfId(id)).toBeUndefined();
  });
});
