import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf, deal, unique } from '#test/support/client.ts';
import { kept, planted } from '#test/support/planted-people.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { needlesOf, newMarkers, tracesIn } from '#test/support/traces.ts';

const server = await sharedServer();
const markers = newMarkers();
const needles = needlesOf(markers);
let serial = 0;
let [viewer, officer, manager, admin]: Client[] = [];
let organisation = '';

beforeAll(async () => {
  [viewer, officer, manager, admin] = await Promise.all(
    ['viewer', 'bd-officer', 'manager', 'admin'].map((role) => clientOf(server, role)),
  );
  const made = await at(officer).post('/v1/organisations', { name: unique('Bureau (invented)'), place: 'guangzhou' });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  organisation = made.body.id;
});

const at = (client: Client | undefined): Client => client as Client;

async function logged(more: object = {}) {
  const person = planted(markers, ++serial);
  const answer = await at(officer).post('/v1/contacts', { ...kept(organisation), person, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return { id: answer.body.id as string, path: `/v1/contacts/${answer.body.id}`, person, answer };
}

describe('a contact', () => {
  test('is logged, read, changed, put on a record, exported and erased; the record keeps its number', async () => {
    const { id, path, person, answer } = await logged();
    expect(answer.headers.get('location')).toBe(path);
    expect(answer.body).toMatchObject({
      version: 1,
      person,
      organisations: [{ id: organisation, place: 'guangzhou' }],
    });

    const change = { person: { phone: null, jobTitle: 'Director' }, retainUntil: '2031-12-31' };
    expect((await at(officer).patch(path, change)).status).toBe(428);
    expect((await at(officer).patch(path, change, { 'if-match': '"7"' })).status).toBe(412);
    const changed = await at(officer).patch(path, change, { 'if-match': answer.headers.get('etag') ?? '' });
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    const { phone: _, ...others } = person;
    expect((await at(manager).get(path)).body.person).toEqual({ ...others, jobTitle: 'Director' });
    expect((await at(officer).get(path, { 'if-none-match': '"2"' })).status).toBe(304);

    const made = await at(officer).post('/v1/trade-deals', deal({ contacts: [id] }));
    expect([made.status, made.body.contacts]).toEqual([201, [id]]);
    const file = await at(officer).get(`${path}/export`);
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${id}.json"`);
    expect(file.body).toMatchObject({ contactId: id, person: { nameChinese: person.nameChinese } });

    expect((await at(officer).post(`${path}/erasures`, { reason: 'asked-by-the-person' })).status).toBe(403);
    const erased = await at(manager).post(`${path}/erasures`, { reason: 'asked-by-the-person' });
    expect([erased.status, 'person' in erased.body]).toEqual([200, false]);
    expect(erased.body).toMatchObject({ version: 3, erasureReason: 'asked-by-the-person' });
    expect((await at(officer).patch(path, change, { 'if-match': '"3"' })).status).toBe(409);
    expect((await at(officer).get(`/v1/trade-deals/${made.body.id}`)).body.contacts).toEqual([id]);
    expect((await at(officer).post('/v1/trade-deals', deal({ contacts: [id] }))).status).toBe(422);
  });

  test('is a number at an organisation to a viewer, whichever way it is looked at', async () => {
    const { id, path, person } = await logged();
    const views = await Promise.all(
      [path, `${path}/timeline`, `/v1/contacts?ids=${id}`, `/v1/contacts?organisation=${organisation}`].map((each) =>
        at(viewer).get(each),
      ),
    );
    expect(views.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const text = JSON.stringify(views.map(({ body }) => body));
    expect(text).toContain(id);
    expect(tracesIn(Buffer.from(text), needles)).toEqual([]);
    expect((await at(viewer).get(`${path}/export`)).status).toBe(403);
    expect((await at(viewer).post('/v1/contacts', { ...kept(organisation), person })).status).toBe(403);
    // To the others it has a name.
    expect((await at(officer).get(`/v1/contacts?ids=${id}`)).body.items).toMatchObject([{ id, person }]);
  });

  test('whose retention has ended is listed until it is erased', async () => {
    const day = '2025-01-31';
    const { id, path } = await logged({ retainUntil: day });
    const due = async (before: string) =>
      (await at(admin).get(`/v1/contacts?retentionBefore=${before}`)).body.items.map((each: { id: string }) => each.id);
    expect(await due('2025-02-01')).toContain(id);
    expect(await due(day)).not.toContain(id);
    expect((await at(admin).post(`${path}/erasures`, { reason: 'retention-ended' })).status).toBe(200);
    expect(await due('2025-02-01')).not.toContain(id);
  });

  test('is listed page by page, each once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, async () => (await logged()).id));
    const found: string[] = [];
    for (let path: string | undefined = `/v1/contacts?organisation=${organisation}&limit=2`; path; ) {
      const { body } = await at(officer).get(path);
      found.push(...body.items.map((each: { id: string }) => each.id));
      path = body.next ? `/v1/contacts?organisation=${organisation}&limit=2&cursor=${body.next}` : undefined;
    }
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(new Set(found).size).toBe(found.length);
  });

  test('that nobody logged is named neither by a record nor by an activity nor as an inventor', async () => {
    const nobody = 'con_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
    const activity = { title: 'Visit', type: 'visit', direction: 'inbound', on: '2026-10-12', contacts: [nobody] };
    const lead = { title: unique('Lead'), strand: 'business-engagement', ipType: 'patent', inventors: [nobody] };
    const organisations = [{ id: organisation }];
    const answers = await Promise.all([
      at(officer).post('/v1/trade-deals', deal({ contacts: [nobody] })),
      at(officer).post('/v1/activities', { ...activity, organisations }),
      at(officer).post('/v1/ip-leads', { ...lead, organisations }),
    ]);
    expect(answers.map(({ status, body }) => [status, body.errors?.[0]?.pointer])).toEqual([
      [422, '/contacts/0'],
      [422, '/contacts/0'],
      [422, '/inventors/0'],
    ]);
  });
});

test('no log of any function has a name in it, nor anything else of a person', async () => {
  const { id } = await logged();
  const folder = join(server.dataDir, 'logs');
  const text = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  // The id is there: it is these files that the calls are told in.
  await expect.poll(() => text().includes(id)).toBe(true);
  expect(tracesIn(text(), needles)).toEqual([]);
});
