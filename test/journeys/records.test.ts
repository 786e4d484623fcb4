import { beforeAll, describe, expect, test } from 'vitest';
import { gatesBetween } from '#shared/domain/pipeline/moves.ts';
import { type Client, clientOf, deal, lead, talk, unique } from '#test/support/client.ts';
import { logEvidence } from '#test/support/evidence.ts';
import { sharedServer } from '#test/support/shared-server.ts';

const server = await sharedServer();
let officer: Client;
let manager: Client;
let viewer: Client;

beforeAll(async () => {
  officer = await clientOf(server, 'bd-officer');
  manager = await clientOf(server, 'manager');
  viewer = await clientOf(server, 'viewer');
});

const kinds = [
  {
    collection: 'engagements',
    kind: 'engagement',
    body: talk,
    first: 'identified',
    next: 'contacted',
    won: 'agreed',
    lost: 'lost',
    prefix: 'eng_',
  },
  {
    collection: 'ip-leads',
    kind: 'ip-lead',
    body: lead,
    first: 'disclosed',
    next: 'assessed',
    won: 'licensed',
    lost: 'withdrawn',
    prefix: 'ipl_',
  },
  {
    collection: 'trade-deals',
    kind: 'trade-deal',
    body: deal,
    first: 'enquiry',
    next: 'qualified',
    won: 'signed',
    lost: 'lost',
    prefix: 'trd_',
  },
] as const;

describe.each(kinds)('$collection', ({ collection, kind, body, first, next, won, lost, prefix }) => {
  const log = async (changed: Record<string, unknown> = {}) => {
    const answer = await officer.post(`/v1/${collection}`, body(changed));
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer;
  };

  test('a record logged is answered, found by its location and told in its timeline', async () => {
    const logged = await log({ value: { amount: '1250000', currency: 'CNY' }, place: 'guangzhou', tags: ['metro'] });
    expect(logged.body).toMatchObject({ version: 1, stage: first, phase: 'open', owner: 'bd-officer' });
    expect(logged.body.id).toMatch(new RegExp(`^${prefix}`));
    expect(logged.body.value).toEqual({ amount: '1250000.00', currency: 'CNY' });
    expect(logged.body.organisations[0]).toMatchObject({
      id: expect.stringMatching(/^org_/),
      name: expect.any(String),
    });
    const read = await viewer.get(logged.headers.get('location') as string);
    if (collection === 'ip-leads') expect(read.status).toBe(404);
    else expect(read).toMatchObject({ status: 200, body: logged.body });
    const { body: timeline } = await officer.get(`/v1/${collection}/${logged.body.id}/timeline`);
    expect(timeline).toMatchObject({
      items: [{ version: 1, channel: 'api', actor: { type: 'user', id: 'bd-officer' } }],
      next: null,
    });
  });

  test('the same organisation by name and place is found again', async () => {
    const name = unique('Institute');
    const one = await log({ organisations: [{ name, place: 'nanjing' }] });
    const two = await log({ organisations: [{ name: `  ${name.toUpperCase()} `, place: 'nanjing' }] });
    const elsewhere = await log({ organisations: [{ name, place: 'guizhou' }] });
    expect(two.body.organisations[0].id).toBe(one.body.organisations[0].id);
    expect(elsewhere.body.organisations[0].id).not.toBe(one.body.organisations[0].id);
    const byId = await log({ organisations: [{ id: one.body.organisations[0].id }] });
    expect(byId.body.organisations[0].name).toBe(name);
  });

  test('an unknown place and an unknown organisation are refused with the pointer', async () => {
    const place = await officer.post(`/v1/${collection}`, body({ place: 'atlantis' }));
    expect(place).toMatchObject({ status: 422, body: { errors: [{ pointer: '/place' }] } });
    const organisation = await officer.post(
      `/v1/${collection}`,
      body({ organisations: [{ id: 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M' }] }),
    );
    expect(organisation).toMatchObject({ status: 422, body: { errors: [{ pointer: '/organisations/0/id' }] } });
  });

  test('an amendment needs the current version and changes only what it says', async () => {
    const { body: record, headers } = await log({
      probability: 40,
      description: 'As told.',
      nextStep: { text: 'Call', dueOn: '2027-01-04' },
    });
    const path = `/v1/${collection}/${record.id}`;
    expect((await officer.patch(path, { probability: 60 })).status).toBe(428);
    expect((await officer.patch(path, { probability: 60 }, { 'if-match': '"7"' })).status).toBe(412);
    const patch = { probability: 60, description: null, nextStep: { text: 'Write' } };
    const amended = await officer.patch(path, patch, { 'if-match': headers.get('etag') as string });
    expect(amended.status, JSON.stringify(amended.body)).toBe(200);
    expect(amended.body).toMatchObject({
      version: 2,
      probability: 60,
      nextStep: { text: 'Write', dueOn: '2027-01-04' },
      title: record.title,
    });
    expect(amended.body).not.toHaveProperty('description');
    expect((await officer.patch(path, { probability: 70 }, { 'if-match': headers.get('etag') as string })).status).toBe(
      412,
    );
    const same = await officer.patch(path, { probability: 60 }, { 'if-match': '"2"' });
    expect(same).toMatchObject({ status: 200, body: { version: 2 } });
    const stage = await officer.patch(path, { stage: next }, { 'if-match': '"2"' });
    expect(stage).toMatchObject({ status: 400, body: { errors: [{ pointer: '/stage' }] } });
    const { body: timeline } = await officer.get(`${path}/timeline`);
    expect(timeline.items[1].changes).toContainEqual({ field: 'probability', from: 40, to: 60 });
  });

  test('moves go forward, back with a reason, to lost with a lost reason, and reopen with a reason', async () => {
    const { body: record } = await log();
    const move = (to: Record<string, unknown>) => officer.post(`/v1/${collection}/${record.id}/moves`, to);
    expect((await move({ to: first })).status).toBe(409);
    expect(await move({ to: next })).toMatchObject({ status: 200, body: { stage: next } });
    expect(await move({ to: first })).toMatchObject({ status: 422, body: { errors: [{ pointer: '/reason' }] } });
    expect(await move({ to: first, reason: 'Too early.' })).toMatchObject({ status: 200, body: { stage: first } });
    const refused = await move({ to: won });
    expect(refused).toMatchObject({ status: 409, body: { type: '/docs/problems.md#gate-closed' } });
    expect(refused.body.errors).toHaveLength(gatesBetween(kind, first, won).length);
    await logEvidence(officer, kind, record.id, first, won);
    expect(await move({ to: won })).toMatchObject({ status: 200, body: { phase: 'won' } });
    expect(await move({ to: lost })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/lostReason' }] } });
    expect(await move({ to: lost, lostReason: 'other' })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/reason' }] },
    });
    expect(await move({ to: lost, lostReason: 'price' })).toMatchObject({
      status: 200,
      body: { phase: 'lost', lostReason: 'price' },
    });
    expect((await move({ to: next })).status).toBe(422);
    const reopened = await move({ to: next, reason: 'They came back.' });
    expect(reopened).toMatchObject({ status: 200, body: { phase: 'open' } });
    expect(reopened.body).not.toHaveProperty('lostReason');
    expect((await move({ to: won, occurredAt: '2020-01-01T00:00:00Z' })).status).toBe(422);
    expect((await move({ to: won, occurredAt: new Date(Date.now() + 3_600_000).toISOString() })).status).toBe(422);
  });

  test('a note stands in the timeline; a voided record leaves the list, keeps its history and comes back', async () => {
    const tag = unique('void');
    const { body: record } = await log({ tags: [tag] });
    const path = `/v1/${collection}/${record.id}`;
    expect((await officer.post(`${path}/notes`, { text: 'They ask for a visit in spring.' })).status).toBe(201);
    expect((await officer.post(`${path}/voids`, { reason: 'Twice.' })).status).toBe(403);
    const privileged = collection === 'ip-leads' ? await clientOf(server, 'admin') : manager;
    expect((await privileged.post(`${path}/restores`)).status).toBe(409);
    expect((await privileged.post(`${path}/voids`, { reason: 'Twice.' })).status).toBe(200);
    expect((await privileged.post(`${path}/voids`, { reason: 'Twice.' })).status).toBe(409);
    expect((await officer.post(`${path}/moves`, { to: next })).status).toBe(409);
    const listed = () =>
      officer.get(`/v1/${collection}?${new URLSearchParams({ tag })}`).then(({ body }) => body.items.length);
    expect(await listed()).toBe(0);
    expect((await privileged.post(`${path}/restores`)).status).toBe(200);
    await expect.poll(listed, { timeout: 5_000 }).toBe(1);
    const { body: timeline } = await officer.get(`${path}/timeline`);
    expect(timeline.items.map(({ verb }: { verb: string }) => verb)).toEqual(['logged', 'noted', 'voided', 'restored']);
    expect(timeline.items[1].text).toBe('They ask for a visit in spring.');
  });

  test('a record can be seen as it was', async () => {
    const { body: record } = await log({ probability: 10, occurredAt: '2026-03-01T09:00:00Z' });
    const path = `/v1/${collection}/${record.id}`;
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await officer.patch(path, { probability: 90 }, { 'if-match': '"1"' });
    expect((await officer.get(`${path}?asOf=${between}`)).body).toMatchObject({ version: 1, probability: 10 });
    expect((await officer.get(`${path}?asOf=2026-03-02`)).status).toBe(404);
    expect((await officer.get(`${path}?asOf=2026-03-02&basis=as-known-now`)).body).toMatchObject({ probability: 10 });
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(new Date());
    expect((await officer.get(`${path}?asOf=${today}`)).body).toMatchObject({ version: 2, probability: 90 });
    expect((await officer.get(`${path}?asOf=2999-01-01`)).body).toMatchObject({
      type: expect.stringContaining('validation'),
      errors: [{ parameter: 'asOf' }],
    });
  });

  test('a list is filtered, sorted and paged without a gap or a double', async () => {
    const tag = unique('page');
    const places = ['guangzhou', 'nanjing', 'guizhou'];
    const ids: string[] = [];
    for (let index = 0; index < 7; index++) {
      const { body: record } = await log({
        tags: [tag],
        place: places[index % 3],
        expectedCloseOn: `2027-0${index + 1}-15`,
      });
      ids.push(record.id);
    }
    await officer.post(`/v1/${collection}/${ids[3]}/moves`, { to: next });
    const pages = async (query: Record<string, string>) => {
      const found: { id: string; place: string }[] = [];
      let cursor: string | null = null;
      do {
        const { body: page }: { body: { items: typeof found; next: string | null } } = await officer.get(
          `/v1/${collection}?${new URLSearchParams({ tag, limit: '2', ...query, ...(cursor ? { cursor } : {}) })}`,
        );
        expect(page.items.length).toBeLessThanOrEqual(2);
        found.push(...page.items);
        cursor = page.next;
      } while (cursor);
      return found.map(({ id }) => id);
    };
    await expect.poll(() => pages({}).then(({ length }) => length), { timeout: 5_000 }).toBe(7);
    expect(await pages({ sort: 'expectedCloseOn' })).toEqual(ids);
    expect(await pages({ sort: '-expectedCloseOn' })).toEqual(ids.toReversed());
    expect((await pages({ sort: '-updatedAt' }))[0]).toBe(ids[3]);
    expect(await pages({ stage: next })).toEqual([ids[3]]);
    expect((await pages({ place: 'guangzhou' })).toSorted()).toEqual([ids[0], ids[3], ids[6]].toSorted());
    expect((await pages({ closingBefore: '2027-03-01', sort: 'expectedCloseOn' })).length).toBe(2);
    expect((await pages({ owner: 'bd-officer' })).length).toBe(7);
    expect((await pages({ owner: 'none' })).length).toBe(0);
    expect((await pages({ phase: 'won' })).length).toBe(0);
    expect((await pages({ stalled: 'true' })).length).toBe(0);
    expect((await officer.get(`/v1/${collection}?cursor=nonsense`)).status).toBe(400);
    expect((await officer.get(`/v1/${collection}?colour=red`)).status).toBe(400);
  });
});
