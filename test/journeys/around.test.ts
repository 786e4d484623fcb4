import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf, deal, lead, unique } from '#test/support/client.ts';
import { eventually } from '#test/support/eventually.ts';
import { sharedServer } from '#test/support/shared-server.ts';

const server = await sharedServer();
let officer: Client;
let manager: Client;
let viewer: Client;
let admin: Client;

beforeAll(async () => {
  [officer, manager, viewer, admin] = await Promise.all([
    clientOf(server, 'bd-officer'),
    clientOf(server, 'manager'),
    clientOf(server, 'viewer'),
    clientOf(server, 'admin'),
  ]);
});

type Body = Record<string, unknown>;

const post = async (client: Client, path: string, body: Body) => {
  const answer = await client.post(path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const patch = async (client: Client, path: string, body: Body) => {
  const answer = await client.patch(path, body, { 'if-match': '*' });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const organisation = (more: Body = {}) =>
  post(officer, '/v1/organisations', { name: unique('Institute of Tests'), place: 'nanjing', ...more });
const activity = (organisations: Body[], more: Body = {}) =>
  post(officer, '/v1/activities', {
    title: unique('A visit'),
    type: 'delegation',
    direction: 'outbound',
    on: '2026-05-01',
    organisations: organisations.map(({ id }) => ({ id })),
    ...more,
  });
const agreement = (organisations: Body[], more: Body = {}) =>
  post(officer, '/v1/agreements', {
    title: unique('Memorandum'),
    type: 'memorandum',
    organisations: organisations.map(({ id }) => ({ id })),
    ...more,
  });
const ids = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id);
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const ofList = async (client: Client, path: string) => {
  const answer = await client.get(path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return ids(answer.body);
};

describe('an organisation', () => {
  test('is read with its records, activities, agreements and relationship, the newest first, each list going on by its cursor', async () => {
    const here = await organisation();
    const deals: { id: string }[] = [];
    for (let n = 0; n < 12; n++)
      deals.push(await post(officer, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] })));
    const met = await activity([here], { on: '2026-04-02', records: [deals[0]?.id] });
    const later = await activity([here], { on: '2026-06-02', type: 'visit', direction: 'inbound' });
    const signed = await agreement([here], { signedOn: '2025-01-01' });
    const page = await eventually(async () => {
      const { status, body, headers } = await viewer.get(`/v1/organisations/${here.id}`);
      expect(status).toBe(200);
      expect(headers.get('etag')).toBe('"1"');
      expect([body.records.items.length, body.activities.items.length, body.agreements.items.length]).toEqual([
        10, 2, 1,
      ]);
      expect(ids(body.records)[0]).toBe(deals.at(-1)?.id);
      return body;
    });
    expect(page).toMatchObject({ id: here.id, name: here.name, version: 1 });
    expect(ids(page.activities)).toEqual([later.id, met.id]);
    expect(ids(page.agreements)).toEqual([signed.id]);
    expect(page.relationship).toMatchObject({
      organisation: here.id,
      activities: 1,
      byType: { delegation: 1, visit: 1 },
      since: '2025-01-01',
      index: null,
      noIndexBecause: 'fewer-than-5-activities',
      unvalidated: true,
    });
    const rest = await viewer.get(
      `/v1/organisations/${here.id}/records?limit=10&cursor=${encodeURIComponent(page.records.next)}`,
    );
    expect([...ids(page.records), ...ids(rest.body)]).toEqual(deals.map(({ id }) => id).reverse());
    expect(rest.body.next).toBeNull();
  });

  test('does not name, nor count, a confidential lead to those who may not see it, wherever it is listed', async () => {
    const here = await organisation();
    const secret = await post(officer, '/v1/ip-leads', lead({ organisations: [{ id: here.id }] }));
    const met = await activity([here], { records: [secret.id] });
    await eventually(async () =>
      expect(await ofList(officer, `/v1/organisations/${here.id}/records`)).toEqual([secret.id]),
    );
    await eventually(async () =>
      expect(await ofList(officer, `/v1/ip-leads/${secret.id}/activities`)).toEqual([met.id]),
    );
    const seen = await viewer.get(`/v1/organisations/${here.id}`);
    expect(seen.body.records).toEqual({ items: [], next: null });
    expect(ids(seen.body.activities)).toEqual([met.id]);
    for (const path of [
      `/v1/organisations/${here.id}`,
      `/v1/organisations/${here.id}/activities`,
      `/v1/organisations/${here.id}/records`,
      `/v1/activities/${met.id}`,
      `/v1/activities/${met.id}/timeline`,
      `/v1/activities?organisation=${here.id}`,
      '/v1/activities',
    ]) {
      const { status, body } = await viewer.get(path);
      expect(status, path).toBe(200);
      expect(JSON.stringify(body), path).not.toContain(secret.id);
    }
    expect((await viewer.get(`/v1/ip-leads/${secret.id}/activities`)).status).toBe(404);
    const absent = `${secret.id.slice(0, -4)}0000`;
    for (const id of [secret.id, absent])
      expect((await viewer.get(`/v1/activities?record=${id}`)).body).toEqual({ items: [], next: null });
    expect((await officer.get(`/v1/activities/${met.id}`)).body.records).toEqual([secret.id]);
  });

  test('that somebody else amends an activity without seeing its confidential lead leaves the lead there', async () => {
    const here = await organisation();
    const secret = await post(officer, '/v1/ip-leads', lead({ organisations: [{ id: here.id }] }));
    const met = await activity([here], { records: [secret.id] });
    const colleague = await clientOf(server, 'bd-officer', 'colleague');
    const sold = await post(colleague, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] }));
    expect((await patch(colleague, `/v1/activities/${met.id}`, { records: [sold.id] })).records).toEqual([sold.id]);
    expect((await officer.get(`/v1/activities/${met.id}`)).body.records.sort()).toEqual([secret.id, sold.id].sort());
    expect((await patch(colleague, `/v1/activities/${met.id}`, { records: null })).records).toBeUndefined();
    expect((await officer.get(`/v1/activities/${met.id}`)).body.records).toEqual([secret.id]);
  });

  test('has no voided record, and has it again when it is restored', async () => {
    const here = await organisation();
    const { id } = await post(officer, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] }));
    await eventually(async () => expect(await ofList(viewer, `/v1/organisations/${here.id}/records`)).toEqual([id]));
    await manager.post(`/v1/trade-deals/${id}/voids`, { reason: 'Logged twice.' });
    expect(await ofList(viewer, `/v1/organisations/${here.id}/records`)).toEqual([]);
    await manager.post(`/v1/trade-deals/${id}/restores`);
    expect(await ofList(viewer, `/v1/organisations/${here.id}/records`)).toEqual([id]);
  });

  test('that does not exist, and an id of something else, answer alike', async () => {
    for (const path of ['', '/records', '/activities', '/agreements', '/contacts'])
      for (const id of ['org_00000000000000000000000000', 'act_00000000000000000000000000', 'nonsense'])
        expect((await viewer.get(`/v1/organisations/${id}${path}`)).status).toBe(404);
  });
});

describe('activities', () => {
  test('are found by organisation, place, record, type and day, in any combination, page by page', async () => {
    const [here, there] = await Promise.all([organisation(), organisation()]);
    const sold = await post(officer, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] }));
    const visit = { type: 'visit', direction: 'mutual' };
    const all = [
      await activity([here], { on: '2026-01-01', ...visit }),
      await activity([here, there], { on: '2026-02-01', records: [sold.id] }),
      await activity([there], { on: '2026-03-01', place: 'guizhou' }),
      await activity([here], { on: '2026-04-01', place: 'guizhou', ...visit }),
    ].map(({ id }) => id);
    const found = async (query: string, wanted: number[]) =>
      eventually(async () =>
        expect(await ofList(viewer, `/v1/activities?${query}`), query).toEqual(wanted.map((n) => all[n])),
      );
    await found(`organisation=${here.id}`, [3, 1, 0]);
    await found(`organisation=${here.id}&type=visit`, [3, 0]);
    await found(`organisation=${here.id}&type=visit&from=2026-01-02`, [3]);
    await found(`organisation=${here.id}&from=2026-02-01&to=2026-04-01`, [3, 1]);
    await found(`organisation=${here.id}&place=guizhou`, [3]);
    await found(`organisation=${there.id}`, [2, 1]);
    await found(`record=${sold.id}`, [1]);
    await found(`record=${sold.id}&organisation=${there.id}&type=visit`, []);
    await found(`organisation=${here.id}&from=2026-04-01&to=2026-01-01`, []);
    const everywhere = await ofList(viewer, '/v1/activities?place=guizhou&from=2026-03-01&to=2026-04-01&limit=100');
    expect(everywhere).toEqual(expect.arrayContaining([all[2], all[3]]));
    expect(await ofList(viewer, '/v1/activities?type=visit&from=2026-04-01&to=2026-04-01&limit=100')).toContain(all[3]);
    const first = await viewer.get(`/v1/activities?organisation=${here.id}&limit=2`);
    const second = await viewer.get(`/v1/activities?organisation=${here.id}&limit=2&cursor=${first.body.next}`);
    expect([...ids(first.body), ...ids(second.body)]).toEqual([all[3], all[1], all[0]]);
    expect((await viewer.get(`/v1/activities?organisation=${there.id}&limit=2&cursor=${first.body.next}`)).status).toBe(
      400,
    );
    expect((await viewer.get('/v1/activities?kind=visit')).status).toBe(400);
  });

  test('follow their amendments: another day, organisation, type and record', async () => {
    const [here, there] = await Promise.all([organisation(), organisation()]);
    const sold = await post(officer, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] }));
    const { id } = await activity([here], { on: '2026-01-01' });
    await eventually(async () => expect(await ofList(viewer, `/v1/activities?organisation=${here.id}`)).toEqual([id]));
    await patch(officer, `/v1/activities/${id}`, { on: '2026-02-01', type: 'civic' });
    await patch(officer, `/v1/activities/${id}`, { organisations: [{ id: there.id }], records: [sold.id] });
    await eventually(async () => {
      expect(await ofList(viewer, `/v1/activities?organisation=${here.id}`)).toEqual([]);
      expect(await ofList(viewer, `/v1/activities?organisation=${there.id}&type=civic&from=2026-02-01`)).toEqual([id]);
      expect(await ofList(viewer, `/v1/trade-deals/${sold.id}/activities`)).toEqual([id]);
    });
    const told = await viewer.get(`/v1/relationships?organisation=${here.id}`);
    expect(told.body).toMatchObject({ activities: 0, since: null });
  });

  test('stand beside their record, with who spoke to whom by ids', async () => {
    const here = await organisation();
    const sold = await post(officer, '/v1/trade-deals', deal({ organisations: [{ id: here.id }] }));
    const met = await post(officer, '/v1/contacts', {
      person: { name: 'Somebody Invented' },
      organisations: [{ id: here.id }],
      purpose: 'research-collaboration',
      lawfulBasis: 'public-task',
      collectedIn: 'guangzhou',
      noticeLanguage: 'zh-CN',
      retainUntil: '2029-12-31',
    });
    const people = { contacts: [met.id], staff: ['bd-officer'], people: { ours: 1, theirs: 1 } };
    await activity([here], { type: 'meeting', direction: 'mutual', records: [sold.id], ...people });
    await eventually(async () =>
      expect((await viewer.get(`/v1/trade-deals/${sold.id}/activities`)).body.items).toMatchObject([people]),
    );
    const { items } = (await viewer.get(`/v1/trade-deals/${sold.id}/timeline`)).body;
    expect(items.map((each: { type: string }) => each.type)).toEqual(['trade-deal.logged', 'activity.logged']);
    expect(items[1]).toMatchObject({
      actor: { type: 'user', id: 'bd-officer' },
      changes: [],
      activity: { type: 'meeting', direction: 'mutual', staff: ['bd-officer'], contacts: [met.id] },
    });
    await eventually(async () =>
      expect(await ofList(viewer, `/v1/organisations/${here.id}/contacts`)).toEqual([met.id]),
    );
    expect(JSON.stringify((await officer.get(`/v1/organisations/${here.id}`)).body)).not.toContain('Invented');
  });

  test('name records that there are: another is unknown, and so is a lead that one may not see', async () => {
    const here = await organisation();
    const secret = await post(officer, '/v1/ip-leads', lead({ organisations: [{ id: here.id }] }));
    const colleague = await clientOf(server, 'bd-officer', 'colleague');
    const body = {
      title: 'A visit',
      type: 'visit',
      direction: 'mutual',
      on: '2026-01-01',
      organisations: [{ id: here.id }],
    };
    const answers = [];
    for (const id of [secret.id, `${secret.id.slice(0, -4)}0000`])
      answers.push(await colleague.post('/v1/activities', { ...body, records: [id] }));
    for (const { status, body: problem } of answers) {
      expect(status).toBe(422);
      expect(problem.errors).toMatchObject([{ pointer: '/records/0' }]);
    }
  });
});

describe('the relationship with an organisation', () => {
  test('is the worked example for its activities, and what is asked of another day is counted to that day', async () => {
    const here = await organisation();
    await agreement([here], { signedOn: '2021-11-21' });
    const log = async (type: string, outbound: number, inbound: number) => {
      for (let n = 0; n < outbound + inbound; n++)
        await activity([here], { type, direction: n < outbound ? 'outbound' : 'inbound', on: '2026-05-01' });
    };
    await log('delegation', 4, 0);
    await log('exchange', 2, 1);
    await log('training', 0, 2);
    await log('culture', 0, 1);
    await activity([here], { type: 'business', direction: 'mutual', on: '2026-05-02' });
    const on = async (asOf: string) =>
      (await viewer.get(`/v1/relationships?organisation=${here.id}&asOf=${asOf}`)).body;
    await eventually(async () =>
      expect(await on('2026-11-21')).toMatchObject({
        organisation: here.id,
        asOf: '2026-11-21',
        window: { from: '2023-11-22', to: '2026-11-21' },
        activities: 10,
        byType: { delegation: 4, exchange: 3, training: 2, culture: 1, teaching: 0, civic: 0, business: 1 },
        byDirection: { outbound: 6, inbound: 4, mutual: 0 },
        since: '2021-11-21',
        years: 5,
        variety: 0.5993526,
        reciprocity: 0.8,
        duration: 0.3934693,
        index: 0.5735365,
        unvalidated: true,
      }),
    );
    expect(await on('2026-04-30')).toMatchObject({ activities: 0, since: '2021-11-21', variety: 0, index: null });
    expect(await on('2021-11-20')).toMatchObject({ since: null, years: 0, duration: 0 });
    expect(await on('2029-05-01')).toMatchObject({ activities: 0 });
    expect(await on('2029-04-30T12:00:00Z')).toMatchObject({ activities: 10, asOf: '2029-04-30' });
  });

  test('with a place needs one that exists, and either one or the other', async () => {
    expect((await viewer.get('/v1/relationships?place=bristol')).body).toMatchObject({
      place: 'bristol',
      unvalidated: true,
    });
    expect((await viewer.get('/v1/relationships?place=atlantis')).status).toBe(404);
    expect((await viewer.get('/v1/relationships?organisation=org_00000000000000000000000000')).status).toBe(404);
    expect((await viewer.get('/v1/relationships')).status).toBe(400);
    const both = '/v1/relationships?place=bristol&organisation=org_00000000000000000000000000';
    expect((await viewer.get(both)).status).toBe(400);
  });

  test('with a place counts what names the place', async () => {
    const place = `test-${unique('x').replace(/[^a-z0-9]+/g, '-')}`.slice(0, 40);
    const put = await admin.put(`/v1/places/${place}`, {
      country: 'CN',
      timeZone: 'Asia/Shanghai',
      names: { en: 'Test', zh: '测试' },
    });
    expect(put.status, JSON.stringify(put.body)).toBeLessThan(300);
    const here = await organisation();
    for (const direction of ['outbound', 'inbound']) await activity([here], { place, direction, on: '2026-03-01' });
    await agreement([here], { place, signedOn: '2024-02-29' });
    await eventually(async () =>
      expect((await viewer.get(`/v1/relationships?place=${place}&asOf=2026-02-28`)).body).toMatchObject({
        place,
        activities: 0,
        since: '2024-02-29',
        years: 2,
      }),
    );
    expect((await viewer.get(`/v1/relationships?place=${place}&asOf=2026-03-01`)).body).toMatchObject({
      activities: 2,
      reciprocity: 1,
      index: null,
      noIndexBecause: 'fewer-than-5-activities',
    });
  });
});

describe('a report', () => {
  test('names agreements whose renewal is due and evidence that has expired, and says on what they stand', async () => {
    const here = await organisation();
    const soon = await agreement([here], { signedOn: '2022-01-01', expiresOn: inDays(20) });
    const signed = await post(
      officer,
      '/v1/trade-deals',
      deal({
        organisations: [{ id: here.id }],
        stage: 'signed',
        place: 'nanjing',
        evidence: [
          { type: 'due-diligence', outcome: 'passed', on: '2026-01-05', expiresOn: '2026-06-30' },
          { type: 'export-control', outcome: 'passed', on: '2026-01-05', expiresOn: '2026-06-30' },
        ],
        occurredAt: '2026-02-01T09:00:00Z',
      }),
    );
    await eventually(async () =>
      expect(await ofList(viewer, `/v1/agreements?organisation=${here.id}&renewalDue=true`)).toEqual([soon.id]),
    );
    await eventually(async () =>
      expect(await ofList(viewer, `/v1/organisations/${here.id}/records`)).toEqual([signed.id]),
    );
    const made = await manager.post('/v1/reports', { type: 'pipeline' });
    expect([201, 202], JSON.stringify(made.body)).toContain(made.status);
    const path = made.headers.get('location') ?? `/v1/reports/${made.body.id}`;
    const { body } = await eventually(async () => {
      const answer = await viewer.get(path);
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(body.inputs.around).toMatchObject({ basis: 'as-known-when-made' });
    const organisations = [{ id: here.id, name: here.name }];
    expect(body.agreementsExpiring).toContainEqual(
      expect.objectContaining({ id: soon.id, expiresOn: inDays(20), organisations }),
    );
    const lacking = body.evidenceExpiring.filter(({ id }: { id: string }) => id === signed.id);
    expect(lacking).toMatchObject([
      { evidence: ['due-diligence'], state: 'expired', expiresOn: '2026-06-30', organisations },
      { evidence: ['export-control'], state: 'expired', expiresOn: '2026-06-30', organisations },
    ]);
    const nanjing = body.byPlace.find(({ place }: { place: string }) => place === 'nanjing');
    expect(nanjing.relationship).toMatchObject({ activities: expect.any(Number), variety: expect.any(Number) });
    const page = await viewer.get(path, { accept: 'text/html', 'accept-language': 'zh-CN' });
    expect(page.body).toContain('待续签的协议');
    expect(page.body).toContain(soon.title);
  });
});

describe('agreements', () => {
  test('are listed by organisation, by when they expire, and when their renewal is due', async () => {
    const here = await organisation();
    const runsOn = await agreement([here], { signedOn: '2020-01-01' });
    const soon = await agreement([here], { signedOn: '2022-01-01', expiresOn: inDays(30) });
    const later = await agreement([here], { signedOn: '2023-01-01', expiresOn: inDays(300) });
    const longNotice = await agreement([here], {
      signedOn: '2024-01-01',
      expiresOn: inDays(400),
      renewalNoticeDays: 400,
    });
    const over = await agreement([here], { signedOn: '2019-01-01', expiresOn: inDays(-1) });
    const unsigned = await agreement([here]);
    const found = (query: string, wanted: { id: string }[]) =>
      eventually(async () =>
        expect(await ofList(viewer, `/v1/agreements?organisation=${here.id}${query}`), query).toEqual(
          wanted.map(({ id }) => id),
        ),
      );
    await found('', [longNotice, later, soon, runsOn, over, unsigned]);
    await found(`&expiringBefore=${inDays(301)}`, [soon, later]);
    await found(`&expiringBefore=${inDays(300)}`, [soon]);
    await found(`&expiringBefore=${inDays(0)}`, []);
    await found('&renewalDue=true', [soon, longNotice]);
    await found(`&renewalDue=true&expiringBefore=${inDays(100)}`, [soon]);
    expect((await viewer.get(`/v1/agreements/${soon.id}`)).body.renewal).toEqual({
      dueOn: inDays(30 - 180),
      due: true,
    });
    expect((await viewer.get(`/v1/agreements/${later.id}`)).body.renewal).toEqual({ dueOn: inDays(120), due: false });
    expect((await viewer.get(`/v1/agreements/${over.id}`)).body.renewal).toMatchObject({ due: false });
    expect((await viewer.get(`/v1/agreements/${runsOn.id}`)).body).not.toHaveProperty('renewal');
    await patch(officer, `/v1/agreements/${soon.id}`, { expiresOn: inDays(900) });
    await found('&renewalDue=true', [longNotice]);
  });

  test('are shown with their records and activities; a record names one that there is', async () => {
    const here = await organisation();
    const signed = await agreement([here], { signedOn: '2025-01-01' });
    const sold = await post(
      officer,
      '/v1/trade-deals',
      deal({ organisations: [{ id: here.id }], agreementId: signed.id }),
    );
    const met = await activity([here], { agreementId: signed.id });
    await eventually(async () => {
      const { body } = await viewer.get(`/v1/agreements/${signed.id}`);
      expect([ids(body.records), ids(body.activities)]).toEqual([[sold.id], [met.id]]);
    });
    expect(await ofList(viewer, `/v1/agreements/${signed.id}/records`)).toEqual([sold.id]);
    expect(await ofList(viewer, `/v1/agreements/${signed.id}/activities`)).toEqual([met.id]);
    const none = 'agr_00000000000000000000000000';
    const refused = [
      await officer.post('/v1/trade-deals', deal({ agreementId: none })),
      await officer.patch(`/v1/trade-deals/${sold.id}`, { agreementId: none }, { 'if-match': '*' }),
    ];
    for (const { status, body } of refused) {
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ pointer: '/agreementId' }]);
    }
    await patch(officer, `/v1/trade-deals/${sold.id}`, { agreementId: null });
    await eventually(async () => expect(await ofList(viewer, `/v1/agreements/${signed.id}/records`)).toEqual([]));
  });
});
