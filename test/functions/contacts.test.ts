import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { contactsWorld, keeping, useContactsEnvironment, ZHAO } from '#test/support/contacts-world.ts';
import { caller, DEAL } from '#test/support/http-request.ts';
import type { PeopleCall } from '#test/support/people-tables.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const DAY_MS = 24 * 3_600_000;
const world = contactsWorld();
let contacts: typeof import('#functions/api/contacts.ts')['handler'];
let log: typeof import('#functions/intake/log.ts')['handler'];
let sweep: typeof import('#functions/scheduled/sweep.ts')['handler'];
const call = caller(() => contacts);
const callLog = caller(() => log);
let organisation = '';

beforeAll(async () => {
  useContactsEnvironment();
  vi.useFakeTimers({ toFake: ['Date'] });
  ({ handler: contacts } = await import('#functions/api/contacts.ts'));
  ({ handler: log } = await import('#functions/intake/log.ts'));
  ({ handler: sweep } = await import('#functions/scheduled/sweep.ts'));
});
beforeEach(() => begin());
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

async function begin(peopleFault?: (made: PeopleCall) => 'lost-before' | 'lost-after' | undefined) {
  vi.setSystemTime(NOW);
  world.reset(peopleFault ? { peopleFault } : {});
  const { body } = await callLog('POST /v1/organisations', { body: { name: 'Invented Bureau', place: 'guangzhou' } });
  organisation = body.id;
}

const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });
const logZhao = (more: object = {}, options: object = {}) =>
  call('POST /v1/contacts', { body: { ...keeping(organisation), person: ZHAO, ...more }, ...options });
const read = async (id: string, as = 'bd-officer') => (await call(`GET /v1/contacts/${id}`, { as })).body;
const patch = (id: string, body: object, version: number, headers: object = {}) =>
  call(`PATCH /v1/contacts/${id}`, { body, headers: { 'if-match': `"${version}"`, ...headers } });
const erase = (id: string, options: object = {}) =>
  call(`POST /v1/contacts/${id}/erasures`, { as: 'manager', body: { reason: 'asked-by-the-person' }, ...options });
const entity = (id: string) => world.kept.item(keys.entity(id));

/** The forms in which a text could stand somewhere. */
const formsOf = (text: string) => [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('base64')];
const tracesIn = (text: string) =>
  Object.values(ZHAO)
    .flatMap(formsOf)
    .filter((form) => text.includes(form));
/** Everything that is kept or told anywhere but sealed in the tables of people. */
const everything = () => JSON.stringify([world.kept.items(), world.kept.stream, world.offered()]);

describe('a person', () => {
  it('is answered to those who may see people, and to a viewer only as a number at an organisation', async () => {
    const { status, body, headers } = await logZhao();
    expect([status, headers['etag'], headers['location']]).toEqual([201, '"1"', `/v1/contacts/${body.id}`]);
    expect(body).toMatchObject({ kind: 'contact', person: ZHAO, organisations: [{ id: organisation }] });
    for (const as of ['bd-officer', 'ip-manager', 'manager', 'admin'])
      expect((await read(body.id, as)).person).toEqual(ZHAO);
    const seen = await read(body.id, 'viewer');
    expect(seen).toMatchObject({ id: body.id, organisations: [{ id: organisation, name: 'Invented Bureau' }] });
    expect(tracesIn(JSON.stringify(seen))).toEqual([]);
    expect(seen).not.toHaveProperty('personal');
  });

  it('is in no event, no item of the table and no change of it, and in the store of people only sealed', async () => {
    const { body } = await logZhao({}, keyed('k-1'));
    await patch(body.id, { person: { phone: '+86 20 5550 0178' } }, 1, { 'idempotency-key': 'k-2' });
    await call(`GET /v1/contacts/${body.id}/export`);
    await erase(body.id, keyed('k-3'));
    expect(tracesIn(everything())).toEqual([]);
    expect(tracesIn(world.people.bytes().toString('utf8'))).toEqual([]);
    // The search finds what is there.
    expect(tracesIn(JSON.stringify({ ...ZHAO }))).not.toEqual([]);
  });

  it('is not to be guessed from what an idempotency key leaves', async () => {
    await logZhao({}, keyed('k-1'));
    const [kept] = world.kept.items().filter(({ sk }) => sk === 'key');
    const { requestHash } = await import('#shared/http/idempotency.ts');
    const guessed = requestHash({
      operation: { method: 'POST' },
      path: '/v1/contacts',
      rawBody: { ...keeping(organisation), person: ZHAO },
      headers: {},
    } as never);
    expect(kept?.['requestHash']).toMatch(/^[0-9a-f]{64}$/);
    expect(kept?.['requestHash']).not.toBe(guessed);
  });

  it('is changed field by field, and what a field held before is not kept', async () => {
    const { body } = await logZhao();
    const changed = await patch(body.id, { person: { phone: null, jobTitle: 'Director' } }, 1);
    const { phone: _, ...others } = ZHAO;
    expect(changed.body).toMatchObject({ version: 2, person: { ...others, jobTitle: 'Director' } });
    expect(changed.body.person).not.toHaveProperty('phone');
    expect(world.people.states()).toHaveLength(1);
  });

  it('keeps a name: without one a change is refused', async () => {
    const { body } = await logZhao();
    expect((await patch(body.id, { person: { name: null } }, 1)).status).toBe(200);
    const refused = await patch(body.id, { person: { nameChinese: null } }, 2);
    expect(refused.body).toMatchObject({ status: 400, errors: [{ pointer: '/person' }] });
    expect((await read(body.id)).person.nameChinese).toBe(ZHAO.nameChinese);
  });

  it('that a change leaves as it was makes no event and no new state', async () => {
    const { body } = await logZhao();
    const told = world.offered().length;
    expect(await patch(body.id, { person: { phone: ZHAO.phone } }, 1)).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect([world.offered().length, world.people.states().length]).toEqual([told, 1]);
  });

  it('has a timeline that says which fields changed, never what they hold', async () => {
    const { body } = await logZhao();
    await patch(body.id, { person: { phone: null }, retainUntil: '2030-12-31' }, 1);
    await erase(body.id);
    const { items } = (await call(`GET /v1/contacts/${body.id}/timeline`, { as: 'viewer' })).body;
    expect(items.map(({ verb, version }: never) => [verb, version])).toEqual([
      ['logged', 1],
      ['amended', 2],
      ['amended', 3],
    ]);
    expect(items[1].changes).toEqual([
      { field: 'retainUntil', from: '2029-12-31', to: '2030-12-31' },
      { field: 'person/phone' },
    ]);
    expect(items[2].changes).toContainEqual({ field: 'person/name' });
    expect(items[2].changes).toContainEqual({ field: 'erasureReason', to: 'asked-by-the-person' });
    expect(tracesIn(JSON.stringify(items))).toEqual([]);
  });

  it('is exported with what for, on which basis and how long, with its history and what refers to it', async () => {
    const { body } = await logZhao();
    await patch(body.id, { person: { phone: null } }, 1);
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    const link = { pk: `about#${body.id}`, sk: 'activity#2026-10-12#act_01JD3Q8M5V7X9Z1B3D5F7H9K2M' };
    const deal = { ...link, sk: 'record#2026-10-11T08:00:00.000Z#trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M' };
    for (const Item of [link, deal]) await world.kept.calm.send(new PutCommand({ TableName: 'table', Item }));
    const { status, headers, body: all } = await call(`GET /v1/contacts/${body.id}/export`);
    const { phone: _, ...person } = ZHAO;
    expect([status, headers['content-disposition']]).toEqual([200, `attachment; filename="${body.id}.json"`]);
    expect(all).toMatchObject({
      contactId: body.id,
      person,
      keeping: { purpose: { value: 'research-collaboration' }, retainUntil: { value: '2029-12-31' } },
      referredToBy: {
        items: [
          { type: 'activity', id: 'act_01JD3Q8M5V7X9Z1B3D5F7H9K2M', on: '2026-10-12' },
          { type: 'record', id: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M', on: '2026-10-11' },
        ],
      },
    });
    for (const { explanation } of Object.values(all.keeping) as { explanation: Record<string, string> }[])
      expect([explanation['en'], explanation['zh-CN']].every(Boolean)).toBe(true);
    expect(all.history.items.map(({ personalFields }: never) => personalFields)).toEqual([
      Object.keys(ZHAO),
      ['phone'],
    ]);
    const { ContactExport } = await import('#shared/http/contact-schemas.ts');
    expect(ContactExport().parse(all)).toEqual(all);
    expect((await call(`GET /v1/contacts/${body.id}/export`, { as: 'viewer' })).status).toBe(403);
  });

  it('is found by ids, names and all, in one call; a viewer gets the ids back', async () => {
    const ids = await Promise.all([logZhao(), logZhao({ person: { name: 'Other Person' } })]).then((all) =>
      all.map(({ body }) => body.id as string),
    );
    const list = `GET /v1/contacts?ids=${[...ids, 'con_01JD3Q8M5V7X9Z1B3D5F7H9K2M'].join(',')}`;
    const { items, next } = (await call(list)).body;
    expect(items.map(({ id, person }: never) => [id, (person as { name: string }).name])).toEqual([
      [ids[0], ZHAO.name],
      [ids[1], 'Other Person'],
    ]);
    expect(next).toBeNull();
    const seen = (await call(list, { as: 'viewer' })).body.items;
    expect(seen.map(({ id }: never) => id)).toEqual(ids);
    expect(JSON.stringify(seen)).not.toMatch(/person"|Zhao|Other/);
    expect((await call('GET /v1/contacts?ids=con_1')).status).toBe(400);
    expect((await call(`GET /v1/contacts?ids=${ids[0]}&organisation=${organisation}`)).status).toBe(400);
  });
});

describe('a problem', () => {
  it.each([
    ['a mail address that is none', { person: { ...ZHAO, email: 'zhao.qianfeng at example' } }],
    ['a person as text', { person: 'Zhao Qianfeng' }],
    ['a purpose in words', { person: ZHAO, purpose: 'Lunch with Zhao Qianfeng' }],
    ['a name in the place of a place', { person: ZHAO, collectedIn: 'Zhao Qianfeng' }],
    ['a name too long', { person: { name: 'Zhao Qianfeng '.repeat(40) } }],
  ])('with %s does not repeat it', async (_, body) => {
    const { status, body: problem } = await logZhao(body);
    expect(status).toBe(400);
    expect(JSON.stringify(problem)).not.toMatch(/zhao|qianfeng|赵/i);
    expect(problem.errors.length).toBeGreaterThan(0);
    expect(world.people.states()).toEqual([]);
  });

  it('with a field that does not exist names it to who sent it, as for anything else, and its value to nobody', async () => {
    const { status, body: problem } = await logZhao({ person: { ...ZHAO, emial: 'zhao.qianfeng@example.org' } });
    expect(status).toBe(400);
    expect(problem.errors).toEqual([{ pointer: '/person/emial', detail: expect.any(String) }]);
    expect(JSON.stringify(problem)).not.toMatch(/zhao|qianfeng|赵/i);
    expect(world.people.states()).toEqual([]);
  });

  it('is a place that is not known: no name can pass for one into an event', async () => {
    expect((await logZhao({ collectedIn: 'zhao-qianfeng' })).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/collectedIn' }],
    });
    expect((await logZhao({ organisations: [{ name: 'Zhao Qianfeng', place: 'guangzhou' }] })).status).toBe(400);
  });
});

describe('a repeat under the same Idempotency-Key', () => {
  it('gives the same contact, and another person under it is refused', async () => {
    const first = await logZhao({}, keyed('k-1'));
    expect((await logZhao({}, keyed('k-1'))).body).toEqual(first.body);
    expect((await logZhao({ person: { ...ZHAO, phone: '1234' } }, keyed('k-1'))).body.status).toBe(422);
    expect(world.people.states()).toHaveLength(1);
  });

  it.each([
    ['before the key is kept', { name: 'PutCommand', table: 'people-keys' }, 'lost-before'],
    ['after the key is kept', { name: 'PutCommand', table: 'people-keys' }, 'lost-after'],
    ['before the person is kept', { name: 'TransactWriteCommand', table: 'people' }, 'lost-before'],
    ['after the person is kept, before the event', { name: 'TransactWriteCommand', table: 'people' }, 'lost-after'],
  ] as const)('finishes what died %s; nobody saw anything of it meanwhile', async (_, at, what) => {
    let times = 1;
    await begin((made) => (made.name === at.name && made.table === at.table && times-- > 0 ? what : undefined));
    expect((await logZhao({}, keyed('k-1'))).status).toBe(503);
    expect(
      world
        .offered()
        .flat()
        .filter(({ name }) => name === 'contact.logged'),
    ).toEqual([]);
    expect((await call('GET /v1/contacts?ids=con_01JD3Q8M5V7X9Z1B3D5F7H9K2M')).body.items).toEqual([]);
    vi.setSystemTime(NOW + 3_600_000);
    const { status, body } = await logZhao({}, keyed('k-1'));
    // By the clock of the first.
    expect([status, body.createdAt.slice(0, 16), body.person]).toEqual([201, '2026-11-21T12:00', ZHAO]);
    expect(world.people.states()).toHaveLength(1);
  });

  it('of a change whose event the bus took although its answer was lost is that change', async () => {
    const { body } = await logZhao();
    world.busIs('lost', 1);
    const change = () => patch(body.id, { person: { phone: '1234' } }, 1, { 'idempotency-key': 'p' });
    expect((await change()).status).toBe(503);
    expect(await change()).toMatchObject({ status: 200, body: { version: 2, person: { phone: '1234' } } });
    expect((await read(body.id)).person.phone).toBe('1234');
  });
});

describe('two changes at once', () => {
  it('do not lose one another: the later one is told to look again, even where it accepts any version', async () => {
    const { body } = await logZhao();
    world.recordsAtOnce(false);
    const [a, b] = await Promise.all([
      call(`PATCH /v1/contacts/${body.id}`, {
        body: { person: { phone: '1111' } },
        headers: { 'if-match': '*', prefer: 'respond-async' },
      }),
      call(`PATCH /v1/contacts/${body.id}`, {
        body: { person: { wechat: 'w-2222' } },
        headers: { 'if-match': '*', prefer: 'respond-async' },
      }),
    ]);
    expect([a.status, b.status]).toEqual([202, 202]);
    await world.record();
    const { person, version } = await read(body.id);
    expect(version).toBe(2);
    expect([person.phone === '1111', person.wechat === 'w-2222'].filter(Boolean)).toHaveLength(1);
    // The state of the refused one is swept.
    vi.setSystemTime(NOW + DAY_MS);
    expect(await sweep()).toMatchObject({ peopleMissing: 0 });
    expect(world.people.states()).toHaveLength(1);
    expect((await read(body.id)).person).toEqual(person);
  });
});

describe('an erasure', () => {
  it('takes the person and leaves the contact, with its organisations and its history', async () => {
    const { body } = await logZhao();
    const { status, body: after } = await erase(body.id);
    expect(status).toBe(200);
    expect(after).toMatchObject({ version: 2, erasedOn: '2026-11-21', erasureReason: 'asked-by-the-person' });
    expect(after).not.toHaveProperty('person');
    expect(await read(body.id)).toEqual(after);
    expect(world.people.states()).toEqual([]);
    expect(world.people.keyOf(body.id)).not.toHaveProperty('wrapped');
    const export_ = (await call(`GET /v1/contacts/${body.id}/export`)).body;
    expect(export_).toMatchObject({ keeping: { erasedOn: { value: '2026-11-21' } } });
    expect(export_).not.toHaveProperty('person');
  });

  it('is for a manager, with a reason from the list', async () => {
    const { body } = await logZhao();
    for (const as of ['viewer', 'bd-officer', 'ip-manager']) expect((await erase(body.id, { as })).status).toBe(403);
    expect((await erase(body.id, { body: { reason: 'Zhao asked' } })).status).toBe(400);
    expect((await erase('con_01JD3Q8M5V7X9Z1B3D5F7H9K2M')).status).toBe(404);
    expect((await erase(body.id, { headers: { 'if-match': '"2"' } })).status).toBe(412);
    expect((await read(body.id)).person).toEqual(ZHAO);
  });

  it('once more changes nothing, and the first reason stands', async () => {
    const { body } = await logZhao();
    const first = await erase(body.id);
    const again = await erase(body.id, { body: { reason: 'retention-ended' } });
    expect([again.status, again.body]).toEqual([200, first.body]);
    const told = world.offered().flat();
    expect(
      told.filter(({ detail }) => detail.data['fields'] && 'erasedOn' in (detail.data['fields'] as object)),
    ).toHaveLength(1);
  });

  it('by eight at once is one', async () => {
    const { body } = await logZhao();
    const answers = await Promise.all(Array.from({ length: 8 }, () => erase(body.id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(entity(body.id)).toMatchObject({ version: 2 });
  });

  it('ends every change: of the person, of anything else, and one that was on its way', async () => {
    const { body } = await logZhao();
    world.recordsAtOnce(false);
    const late = await patch(body.id, { person: { phone: '1234' } }, 1, { prefer: 'respond-async' });
    expect(late.status).toBe(202);
    await call(`POST /v1/contacts/${body.id}/erasures`, { as: 'manager', body: { reason: 'consent-withdrawn' } });
    await world.recordReversed();
    expect(entity(body.id)).toMatchObject({ version: 2, fields: { erasedOn: '2026-11-21' } });
    expect(world.kept.item(keys.receipt(late.body.eventId))).toMatchObject({
      status: 'rejected',
      refusal: { code: 'erased' },
    });
    expect(world.people.states()).toEqual([]);
    world.recordsAtOnce(true);
    for (const change of [{ person: { phone: '12345' } }, { retainUntil: '2031-01-01' }])
      expect((await patch(body.id, change, 2)).body).toMatchObject({ status: 409, type: '/docs/problems.md#erased' });
    expect(world.people.states()).toEqual([]);
  });

  it.each([
    ['after the key is destroyed', { name: 'PutCommand', table: 'people-keys' }, 'lost-after'],
    ['while states are being deleted', { name: 'DeleteCommand', table: 'people' }, 'lost-before'],
    ['after they are deleted', { name: 'DeleteCommand', table: 'people' }, 'lost-after'],
  ] as const)('that died %s shows nobody, and a repeat or the nightly sweep finishes it', async (_, at, what) => {
    for (const finish of ['repeat', 'sweep']) {
      let armed = false;
      await begin((made) => (armed && made.name === at.name && made.table === at.table ? what : undefined));
      const { body } = await logZhao();
      armed = true;
      expect((await erase(body.id)).status).toBe(503);
      armed = false;
      expect(entity(body.id)).toMatchObject({ version: 1 });
      expect(await read(body.id)).toMatchObject({ erasedOn: '2026-11-21', version: 1 });
      expect(await read(body.id)).not.toHaveProperty('person');
      expect((await patch(body.id, { person: { phone: '1234' } }, 1)).status).toBe(409);
      vi.setSystemTime(NOW + DAY_MS);
      if (finish === 'repeat') expect((await erase(body.id, { as: 'admin' })).status).toBe(200);
      else expect(await sweep()).toMatchObject({ erasuresTold: 1 });
      expect(entity(body.id)).toMatchObject({ version: 2, fields: { erasedOn: '2026-11-21' } });
      // Told by whoever finishes it, it is the word of whoever began it.
      expect(entity(body.id)).toMatchObject({ event: { actor: { type: 'user', id: 'manager' } } });
      expect(world.people.states()).toEqual([]);
      expect(await sweep()).toMatchObject({ erasuresTold: 0, statesDeleted: 0 });
    }
  });

  it('whose event the bus refused is finished by the sweep', async () => {
    const { body } = await logZhao();
    world.busIs('refusing', 4);
    expect((await erase(body.id)).status).toBe(503);
    expect(await sweep()).toMatchObject({ erasuresTold: 1 });
    expect(await read(body.id)).toMatchObject({ version: 2, erasedOn: '2026-11-21' });
  });

  it('cannot be undone by bringing back what was sealed: without its key nobody can read it', async () => {
    const { body } = await logZhao();
    const [backup] = world.people.states();
    const [before] = [entity(body.id)];
    await erase(body.id);
    world.people.tables.people.set(`${body.id} ${backup?.['version']}`, backup as never);
    // The contact as it was before the erasure, as an older copy of the table would have it.
    const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
    await world.kept.calm.send(new PutCommand({ TableName: 'table', Item: before as never }));
    expect(await read(body.id)).not.toHaveProperty('person');
    expect(await read(body.id)).toMatchObject({ erasedOn: '2026-11-21' });
    // And the sweep erases once more what the restore has brought back.
    expect(await sweep()).toMatchObject({ erasuresTold: 1, statesDeleted: 1 });
    expect(world.people.states()).toEqual([]);
    expect(entity(body.id)).toMatchObject({ fields: { erasedOn: '2026-11-21' } });
  });
});

describe('a contact on a record', () => {
  const logDeal = (contact: string) => callLog('POST /v1/trade-deals', { body: { ...DEAL, contacts: [contact] } });

  it('must be there, and not erased', async () => {
    const unknown = await logDeal('con_01JD3Q8M5V7X9Z1B3D5F7H9K2M');
    expect(unknown.body).toMatchObject({ status: 422, errors: [{ pointer: '/contacts/0' }] });
    const { body } = await logZhao();
    const deal = await logDeal(body.id);
    expect(deal.status).toBe(201);
    await erase(body.id);
    expect((await logDeal(body.id)).body).toMatchObject({ status: 422, type: '/docs/problems.md#unknown-reference' });
    const activity = {
      title: 'Visit',
      type: 'visit',
      direction: 'inbound',
      on: '2026-10-12',
      organisations: [{ id: organisation }],
    };
    const logActivity = (contacts: string[]) => callLog('POST /v1/activities', { body: { ...activity, contacts } });
    expect((await logActivity([body.id])).status).toBe(422);
    // Where it stands it may stay, though others come beside it.
    const other = await logZhao({ person: { name: 'Other Person' } });
    const both = { contacts: [body.id, other.body.id] };
    const changed = await callLog(`PATCH /v1/trade-deals/${deal.body.id}`, {
      body: both,
      headers: { 'if-match': '"1"' },
    });
    expect(changed).toMatchObject({ status: 200, body: both });
  });
});

describe('the sweep', () => {
  it('deletes what was kept for an event that never came, after the time for which it may still come', async () => {
    world.busIs('refusing', 4);
    expect((await logZhao()).status).toBe(503);
    expect(world.people.states()).toHaveLength(1);
    vi.setSystemTime(NOW + 14 * DAY_MS);
    expect(await sweep()).toMatchObject({ statesDeleted: 0, keysDeleted: 0 });
    vi.setSystemTime(NOW + 16 * DAY_MS);
    expect(await sweep()).toMatchObject({ statesDeleted: 1, keysDeleted: 1 });
    expect(world.people.bytes()).toHaveLength(0);
  });

  it('leaves people alone, says whose retention has ended, and erases nobody', async () => {
    const { body } = await logZhao({ retainUntil: '2026-11-21' });
    await logZhao();
    expect(await sweep()).toMatchObject({ statesDeleted: 0, keysDeleted: 0, retentionEnded: 0, peopleMissing: 0 });
    vi.setSystemTime(NOW + DAY_MS);
    expect(await sweep()).toMatchObject({ statesDeleted: 0, retentionEnded: 1, peopleMissing: 0 });
    expect((await read(body.id)).person).toEqual(ZHAO);
    await erase(body.id);
    expect(await sweep()).toMatchObject({ retentionEnded: 0 });
  });

  it('says where a person is not to be found', async () => {
    const { body } = await logZhao();
    world.people.tables.people.clear();
    vi.setSystemTime(NOW + DAY_MS);
    expect(await sweep()).toMatchObject({ peopleMissing: 1 });
    expect(await read(body.id)).not.toHaveProperty('person');
    // It can be sent again.
    expect((await patch(body.id, { person: ZHAO }, 1)).body.person).toEqual(ZHAO);
    expect(await sweep()).toMatchObject({ peopleMissing: 0 });
  });
});

describe('the master key', () => {
  it('is changed by adding one in front: what the older one wrapped is wrapped anew as it is met, and then needs it no more', async () => {
    // What is known of the secret is of the function's whole life, and the clock of other tests has run ahead.
    const start = NOW + 100 * DAY_MS;
    vi.setSystemTime(start);
    const { body } = await logZhao();
    const {
      keys: [first],
      fingerprints,
    } = JSON.parse(world.secret());
    const second = { id: 'mk_second', key: Buffer.alloc(32, 7).toString('base64') };
    expect((await sweep()).byMasterKey).toEqual({ [first.id]: 1 });
    world.putSecret(JSON.stringify({ keys: [second, first], fingerprints }));
    vi.setSystemTime(start + 6 * 60_000);
    expect((await read(body.id)).person).toEqual(ZHAO);
    expect((await sweep()).byMasterKey).toEqual({ mk_second: 1 });
    world.putSecret(JSON.stringify({ keys: [second], fingerprints }));
    vi.setSystemTime(start + 12 * 60_000);
    expect((await read(body.id)).person).toEqual(ZHAO);
    world.putSecret(JSON.stringify({ keys: [first], fingerprints }));
    vi.setSystemTime(start + 18 * 60_000);
    expect((await call(`GET /v1/contacts/${body.id}`)).status).toBe(500);
  });
});
