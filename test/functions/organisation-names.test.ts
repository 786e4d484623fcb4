import { describe, expect, it } from 'vitest';
import { loadEntity } from '#shared/store/entities.ts';
import { keepNames } from '#shared/store/organisation-names.ts';
import { apiWorld } from '#test/support/api-world.ts';
import { DEAL } from '#test/support/http-request.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const { world, ask } = apiWorld(['log'], NOW);

const deal = (name: string, place = 'guangzhou') =>
  ask('POST /v1/trade-deals', { body: { ...DEAL, organisations: [{ name, place }] } });
const idOf = async (name: string, place?: string): Promise<string> =>
  (await deal(name, place)).body.organisations[0].id;
const organisation = async (body: Record<string, unknown>): Promise<string> => {
  const { id } = (await ask('POST /v1/organisations', { body: { place: 'guangzhou', ...body } })).body;
  // What `relate` does with the outcome.
  const entity = await loadEntity(world.kept.calm, id);
  if (entity) await keepNames(world.kept.calm, entity.state);
  return id;
};

describe('an organisation named when a record is logged', () => {
  it.each([
    ['广州大学', '廣州大學', 'Guangzhou University', 'Guangzhou Daxue', 'GUANGZHOU  university'],
    ['江南大学', '江南大學', 'Jiangnan University', 'Jiangnan Daxue'],
    ['Mudan River Valves Co., Ltd.', 'Mudan River Valves', 'Mudan River Valves Limited'],
  ])('is one, whichever of its names comes first: %s, %s, %s …', async (...names) => {
    for (let turn = 0; turn < names.length; turn++) {
      world.reset();
      const ids = new Set<string>();
      for (const name of [...names.slice(turn), ...names.slice(0, turn)]) ids.add(await idOf(name));
      expect([turn, ids.size]).toEqual([turn, 1]);
    }
  });

  it('is found by its former, English, Chinese, traditional and pinyin names and its abbreviation, and keeps its own', async () => {
    const id = await organisation({
      name: '华南理工大学',
      english: 'South China University of Technology',
      abbreviations: ['SCUT'],
      type: 'university',
    });
    const { body } = await deal('SCUT');
    expect(body.organisations).toEqual([{ id, name: '华南理工大学', place: 'guangzhou' }]);
    for (const name of ['South China University of Technology', '華南理工大學', 'Huanan Ligong Daxue'])
      expect([name, await idOf(name)]).toEqual([name, id]);
  });

  it('is another where it is merely alike, in another place, or of a former name: that is for a person to decide', async () => {
    const id = await organisation({ name: '广州大学', formerNames: ['广州城市职业大学'] });
    for (const [name, place] of [
      ['广州医科大学', 'guangzhou'],
      ['Guangdong University', 'guangzhou'],
      ['Guangzhou Univeristy', 'guangzhou'],
      ['广州城市职业大学', 'guangzhou'],
    ])
      expect([name, (await idOf(name as string, place)) === id]).toEqual([name, false]);
    expect(await idOf('Guangzhou University')).toBe(id);
  });

  it('that is new comes with a link to what it may be; one that is there comes without', async () => {
    const first = await deal('Guangzhou University');
    expect(first.headers['link']).toBe(
      `</v1/organisations/matches?organisation=${first.body.organisations[0].id}>; rel="related"`,
    );
    expect((await deal('广州大学')).headers['link']).toBeUndefined();
    expect((await deal('Guangzhou University')).headers['link']).toBeUndefined();
  });

  it('under two names at the same moment is two, of which later names find the first; nothing is lost', async () => {
    world.recordsAtOnce(false);
    const options = (name: string, key: string) => ({
      body: { ...DEAL, organisations: [{ name, place: 'guangzhou' }] },
      headers: { prefer: 'respond-async', 'idempotency-key': key },
    });
    for (const [name, key] of [
      ['广州大学', 'a'],
      ['Guangzhou University', 'b'],
    ] as const)
      expect((await ask('POST /v1/trade-deals', options(name, key))).status).toBe(202);
    await world.record();
    world.recordsAtOnce(true);
    const kept = world.kept.items().filter(({ sk }) => sk === 'entity');
    expect(kept.map(({ fields }) => (fields as { name: string }).name).toSorted()).toEqual([
      'Guangzhou University',
      '广州大学',
    ]);
    const [one, again] = [await idOf('Guangzhou Daxue'), await idOf('廣州大學')];
    expect(one).toBe(again);
    expect(kept.map(({ pk }) => pk)).toContain(one);
  });
});
