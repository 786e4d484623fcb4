import { beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf, deal } from '#test/support/client.ts';
import { sharedServer } from '#test/support/shared-server.ts';

const server = await sharedServer();
let officer: Client;
let admin: Client;
let viewer: Client;

beforeAll(async () => {
  officer = await clientOf(server, 'bd-officer');
  admin = await clientOf(server, 'admin');
  viewer = await clientOf(server, 'viewer');
});

/** A syllable of its own in every run, so that no other test names it. */
const SYLLABLES = ['ba', 'fei', 'gao', 'kun', 'lan', 'ming', 'nuo', 'pei', 'rui', 'shan', 'tao', 'xin', 'yong', 'zhen'];
const own = () => {
  const some = () => SYLLABLES[Math.floor(Math.random() * SYLLABLES.length)] ?? '';
  const word = some() + some() + some() + some() + some();
  return word.charAt(0).toUpperCase() + word.slice(1);
};

const organisation = async (name: string, more: object = {}): Promise<string> => {
  const answer = await officer.post('/v1/organisations', { name, place: 'guangzhou', ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};
const log = async (name: string, place = 'guangzhou') => {
  const answer = await officer.post('/v1/trade-deals', deal({ organisations: [{ name, place }] }));
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer;
};
const logged = async (name: string, place?: string) => (await log(name, place)).body;
const shown = async (id: string) => (await viewer.get(`/v1/trade-deals/${id}`)).body.organisations;
const dealsOf = async (id: string): Promise<string[]> =>
  (await viewer.get(`/v1/trade-deals?organisation=${id}`)).body.items.map((each: { id: string }) => each.id).toSorted();

/** Until it is so: what an index or `relate` tells of comes a moment late. */
async function soon(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('It does not come to be so.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('names in two scripts', () => {
  test('four records that name a university in four ways have one organisation', async () => {
    const names = ['广州大学', 'Guangzhou University', 'Guangzhou Daxue', '廣州大學'];
    // A place of its own: in the others somebody else may have logged the university, and more than once.
    const place = own().toLowerCase();
    await admin.put(`/v1/places/${place}`, {
      names: { en: place, zh: place },
      country: 'CN',
      timeZone: 'Asia/Shanghai',
    });
    const ids: string[] = [];
    for (const name of names) ids.push((await logged(name, place)).organisations[0].id);
    expect(new Set(ids).size).toBe(1);
    expect((await logged('广州医科大学', place)).organisations[0].id).not.toBe(ids[0]);
    expect((await logged('Guangdong University', place)).organisations[0].id).not.toBe(ids[0]);
  });

  test('an organisation is found by its English and Chinese names, its pinyin and its abbreviation; by its former name it is proposed', async () => {
    const [word, old] = [own(), own()];
    const short = `${word.slice(0, 2)}${old.slice(0, 3)}`.toUpperCase();
    const id = await organisation(`${word} Valve Institute`, {
      chinese: `广州${'阀门'}${String.fromCodePoint(0x4e00 + Math.floor(Math.random() * 5_000))}研究院`,
      abbreviations: [short],
      formerNames: [`${old} Valve Institute`],
    });
    const { chinese } = (await viewer.get(`/v1/organisations/${id}`)).body;
    await soon(async () => (await logged(chinese)).organisations[0].id === id);
    for (const name of [`${word.toUpperCase()}  Valve Institute`, short])
      expect([name, (await logged(name)).organisations[0].id]).toEqual([name, id]);
    const { body } = await viewer.get(
      `/v1/organisations/matches?name=${encodeURIComponent(`${old} Valve Institute`)}&place=guangzhou`,
    );
    expect(body.items[0]).toMatchObject({
      verdict: 'likely',
      organisation: { id },
      reasons: [{ code: 'former-name' }],
    });
  });

  test('a name that is new comes with a link, under which stands what it may be, and why', async () => {
    const word = own();
    const id = await organisation(`${word} Pumps`);
    const answer = await log(`${word}x Pumps`);
    const made = answer.body.organisations[0].id;
    expect(made).not.toBe(id);
    const [, path = ''] = /^<([^>]+)>; rel="related"$/.exec(answer.headers.get('link') ?? '') ?? [];
    const { body } = await viewer.get(path);
    expect(body, JSON.stringify(body)).toMatchObject({
      items: [{ verdict: 'likely', organisation: { id, name: `${word} Pumps` } }],
    });
    expect(body.items[0].reasons[0].text).toMatch(/\w+ .*\./);
  });
});

describe('duplicates', () => {
  test('are found, merged and told apart again: what was logged under either is shown with both, and then with its own', async () => {
    const word = own();
    const kept = await organisation(`${word} Metro`);
    const twin = await organisation(`${word} Metro Ltd`);
    const mine = async () => {
      const found: { verdict: string; organisations: { id: string }[] }[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const { body } = await viewer.get(`/v1/organisations/duplicates?limit=100${cursor ? `&cursor=${cursor}` : ''}`);
        found.push(...body.items);
        cursor = body.next;
      }
      return found.filter(({ organisations }) => organisations.some(({ id }) => id === twin));
    };
    await soon(async () => (await mine()).length > 0);
    expect((await mine())[0]).toMatchObject({ verdict: 'certain', organisations: [{ id: kept }, { id: twin }] });
    expect((await officer.post(`/v1/organisations/${kept}/merges`, { duplicate: twin })).status).toBe(403);

    const ofTwin = await officer.post('/v1/trade-deals', deal({ organisations: [{ id: twin }] }));
    const merged = await admin.post(`/v1/organisations/${kept}/merges`, { duplicate: twin, reason: 'One company.' });
    expect(merged).toMatchObject({ status: 200, body: { id: twin, mergedInto: kept } });
    await soon(async () => (await mine()).length === 0);
    expect(await shown(ofTwin.body.id)).toEqual([{ id: kept, name: `${word} Metro`, place: 'guangzhou' }]);
    const during = await logged(`${word} Metro Ltd`);
    expect(during.organisations).toMatchObject([{ id: kept }]);
    await soon(async () => (await dealsOf(kept)).length === 2);
    const page = await viewer.get(`/v1/organisations/${twin}`);
    expect(page.body).toMatchObject({ mergedInto: kept, version: 2 });
    const list = await viewer.get('/v1/organisations?limit=100');
    expect(list.body.items.map(({ id }: { id: string }) => id)).not.toContain(twin);

    await officer.patch(`/v1/organisations/${kept}`, { type: 'company' }, { 'if-match': '*' });
    await officer.patch(`/v1/organisations/${twin}`, { type: 'company' }, { 'if-match': '*' });
    const undone = await admin.post(`/v1/organisations/${kept}/merges/${twin}/undos`, { reason: 'Two companies.' });
    expect(undone.status).toBe(200);
    expect(undone.body.mergedInto).toBeUndefined();
    expect(await shown(ofTwin.body.id)).toMatchObject([{ id: twin, name: `${word} Metro Ltd` }]);
    expect(await dealsOf(twin)).toEqual([during.id, ofTwin.body.id].toSorted());
    expect(await dealsOf(kept)).toEqual([]);
    const { items } = (await viewer.get(`/v1/organisations/${twin}/timeline`)).body;
    expect(items.map(({ reason }: { reason?: string }) => reason)).toEqual([
      undefined,
      'One company.',
      undefined,
      'Two companies.',
    ]);

    const two = { organisations: [kept, twin], reason: 'A joint venture has the same name.' };
    expect((await admin.post('/v1/organisations/dismissals', two)).status).toBe(200);
    expect(await mine()).toEqual([]);
  });

  test('two administrators who merge each into the other at the same moment make no ring: one of them is refused', async () => {
    for (let round = 0; round < 3; round++) {
      const word = own();
      const [a, b] = [await organisation(`${word} One`), await organisation(`${word} Two`)];
      const colleague = await clientOf(server, 'admin', 'second-admin');
      const answers = await Promise.all([
        admin.post(`/v1/organisations/${a}/merges`, { duplicate: b }),
        colleague.post(`/v1/organisations/${b}/merges`, { duplicate: a }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
      const into = await Promise.all(
        [a, b].map(async (id) => (await viewer.get(`/v1/organisations/${id}`)).body.mergedInto),
      );
      expect(into.filter((each) => each !== undefined)).toHaveLength(1);
    }
  });
});
