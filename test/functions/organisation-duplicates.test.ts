import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { useFunctionEnvironment } from '#test/support/function-world.ts';
import { caller } from '#test/support/http-request.ts';
import { httpWorld } from '#test/support/http-world.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const world = httpWorld();
const handlers = {} as Record<'organisations' | 'log', never>;
const ask = caller(() => handlers.organisations);
const log = caller(() => handlers.log);

beforeAll(async () => {
  useFunctionEnvironment();
  vi.useFakeTimers({ toFake: ['Date'] });
  handlers.log = (await import('#functions/intake/log.ts')).handler as never;
});
beforeEach(async () => {
  vi.setSystemTime(NOW);
  world.reset();
  // What one function has in memory is of one table.
  vi.resetModules();
  handlers.organisations = (await import('#functions/api/organisations.ts')).handler as never;
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

let minutes = 0;
const organisation = async (name: string, more: object = {}): Promise<string> => {
  vi.setSystemTime(NOW + ++minutes * 60_000);
  return (await log('POST /v1/organisations', { body: { name, place: 'guangzhou', ...more } })).body.id;
};
const matches = async (query: Record<string, string>) =>
  (await ask(`GET /v1/organisations/matches?${new URLSearchParams(query)}`, { as: 'viewer' })).body;
const duplicates = async (query: Record<string, string> = {}) =>
  (await ask(`GET /v1/organisations/duplicates?${new URLSearchParams(query)}`, { as: 'viewer' })).body;
const verdicts = ({ items }: { items: { verdict: string; organisation: { id: string } }[] }) =>
  items.map(({ verdict, organisation: { id } }) => [verdict, id]);
const pairs = ({ items }: { items: { verdict: string; organisations: { id: string }[] }[] }) =>
  items.map((item) => [item.verdict, ...item.organisations.map(({ id }) => id)]);

describe('before something is logged', () => {
  it('a name is told what it certainly is and what it may be, with reasons in words', async () => {
    const uni = await organisation('广州大学', {
      english: 'Guangzhou University',
      formerNames: ['广州城市职业大学'],
      abbreviations: ['GZHU'],
    });
    await organisation('Pearl River Pumps');
    for (const name of ['Guangzhou Daxue', '廣州大學', 'guangzhou university', 'GZHU'])
      expect([name, verdicts(await matches({ name, place: 'guangzhou' }))]).toEqual([name, [['certain', uni]]]);
    for (const name of ['广州城市职业大学', 'Guangzhou Univeristy'])
      expect([name, verdicts(await matches({ name, place: 'guangzhou' }))]).toEqual([name, [['likely', uni]]]);
    const { items } = await matches({ name: '广州城市职业大学', place: 'guangzhou' });
    expect(items[0]).toMatchObject({
      organisation: { id: uni, name: '广州大学', english: 'Guangzhou University', place: 'guangzhou' },
      reasons: [{ code: 'former-name', text: expect.stringContaining('广州城市职业大学') }],
    });
    expect(await matches({ name: '广州医科大学', place: 'guangzhou' })).toEqual({ items: [], next: null });
  });

  it('an organisation that is there is told what else it may be, but for itself and what somebody has found to be another', async () => {
    const [one, other] = [await organisation('Guangzhou University'), await organisation('Guangzhou Univeristy')];
    expect(verdicts(await matches({ organisation: other }))).toEqual([['likely', one]]);
    await ask('POST /v1/organisations/dismissals', { as: 'admin', body: { organisations: [one, other] } });
    expect(verdicts(await matches({ organisation: other }))).toEqual([]);
  });

  it.each([
    ['', 400],
    ['?place=guangzhou', 400],
    ['?name=A&organisation=org_01JD3Q8M5V7X9Z1B3D5F7H9K2M', 400],
    ['?organisation=org_01JD3Q8M5V7X9Z1B3D5F7H9K2M', 404],
    ['?name=A', 200],
  ])('a question like %s is answered %i', async (query, status) => {
    expect((await ask(`GET /v1/organisations/matches${query}`)).status).toBe(status);
  });
});

describe('duplicates', () => {
  it('are found among what is there, certain ones first, the one logged first leading, in pages', async () => {
    const uni = await organisation('Guangzhou University');
    const slip = await organisation('Guangzhou Univeristy');
    const pumps = await organisation('Pearl River Pumps Co., Ltd.');
    await organisation('Mudan Instruments');
    const again = await organisation('Pearl River Pumps');
    const all = await duplicates();
    expect(pairs(all)).toEqual([
      ['certain', pumps, again],
      ['likely', uni, slip],
    ]);
    expect(all.items[0].reasons[0].text).toContain('Pearl River Pumps');
    const first = await duplicates({ limit: '1' });
    const second = await duplicates({ limit: '1', cursor: first.next });
    expect([...pairs(first), ...pairs(second), second.next]).toEqual([...pairs(all), null]);
  });

  it('leave the list when they are merged and come back when that is undone, whoever was asked before', async () => {
    const [uni, other] = [await organisation('Guangzhou University'), await organisation('广州大学')];
    expect(pairs(await duplicates())).toEqual([['certain', uni, other]]);
    vi.setSystemTime(NOW + ++minutes * 60_000);
    await log(`POST /v1/organisations/${uni}/merges`, { as: 'admin', body: { duplicate: other } });
    expect(pairs(await duplicates())).toEqual([]);
    expect(verdicts(await matches({ name: '广州大学', place: 'guangzhou' }))).toEqual([['certain', uni]]);
    vi.setSystemTime(NOW + ++minutes * 60_000);
    await log(`POST /v1/organisations/${uni}/merges/${other}/undos`, { as: 'admin' });
    expect(pairs(await duplicates())).toEqual([['certain', uni, other]]);
    vi.setSystemTime(NOW + ++minutes * 60_000);
    const renamed = { body: { name: 'Somewhere Else Entirely' }, headers: { 'if-match': '*' } };
    await log(`PATCH /v1/organisations/${other}`, renamed);
    expect(pairs(await duplicates())).toEqual([]);
  });

  it('that an administrator finds to be two leave the list, by a word that is kept and can be taken back', async () => {
    const [uni, other] = [await organisation('Guangzhou University'), await organisation('Guangzhou Univeristy')];
    const say = (body: object, as = 'admin') => ask('POST /v1/organisations/dismissals', { as, body });
    const two = { organisations: [other, uni] };
    expect((await say(two, 'manager')).status).toBe(403);
    expect((await say({ organisations: [uni, uni] })).status).toBe(400);
    expect(await say({ organisations: [uni, 'org_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/organisations/1' }] },
    });
    const said = await say({ ...two, reason: 'A typing exercise.' });
    expect(said).toMatchObject({
      status: 200,
      body: { organisations: [uni, other].toSorted(), dismissed: true, by: 'admin', reason: 'A typing exercise.' },
    });
    expect((await say(two)).body).toEqual(said.body);
    expect(pairs(await duplicates())).toEqual([]);
    expect((await duplicates({ dismissed: 'true' })).items).toMatchObject([
      { verdict: 'likely', dismissal: said.body },
    ]);
    await say({ ...two, dismissed: false });
    expect(pairs(await duplicates())).toEqual([['likely', uni, other]]);
    const audited = world.kept.items().filter(({ pk }) => String(pk).startsWith('audit#dismissal'));
    expect(audited.map(({ userId, version }) => [userId, version])).toEqual([
      ['admin', 1],
      ['admin', 2],
    ]);
  });
});
