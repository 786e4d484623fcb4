import { expect, it, vi } from 'vitest';
import { relate } from '#shared/recording/relate.ts';
import { apiWorld } from '#test/support/api-world.ts';
import { DEAL, type RequestOptions } from '#test/support/http-request.ts';
import { sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';

const START = Date.parse('2026-11-21T12:00:00.000Z');
const MINUTE_MS = 60_000;
const { world, ask } = apiWorld(['read', 'around', 'log']);

type Ids = Readonly<Record<string, string>>;
/** Something that somebody does: the same request in both worlds, whatever was merged in one of them. */
interface Act {
  readonly call: (ids: Ids) => string;
  readonly options: (ids: Ids) => RequestOptions;
}

/** D is merged and told apart again; the others are merged among each other as it comes. */
const NAMES: Readonly<Record<string, { name: string; place: string }>> = {
  D: { name: 'Pearl River Water Works', place: 'guangzhou' },
  S: { name: 'Water Works of the Pearl River Delta', place: 'guangzhou' },
  T: { name: 'Delta Membranes', place: 'nanjing' },
  U: { name: 'Mudan Instruments', place: 'guizhou' },
  E: { name: 'Severn Pumps', place: 'birmingham' },
};
const LETTERS = Object.keys(NAMES);

const ADMIN = { as: 'admin' };
const merging = (into: string, duplicate: string): Act => ({
  call: (ids) => `POST /v1/organisations/${ids[into]}/merges`,
  options: (ids) => ({ ...ADMIN, body: { duplicate: ids[duplicate], confirmed: true, reason: 'One.' } }),
});
const undoing = (into: string, duplicate: string): Act => ({
  call: (ids) => `POST /v1/organisations/${ids[into]}/merges/${ids[duplicate]}/undos`,
  options: () => ADMIN,
});

const TELLING = ['deal', 'deal', 'activity', 'amend', 'rename', 'reorder'] as const;
const ALL = [...TELLING, 'merge', 'undo'] as const;

function anAct(random: () => number, sorts: readonly (typeof ALL)[number][] = ALL): Act {
  const some = () => pick(random, LETTERS);
  // Who is named: by an id, by the name that it was first given by, or by one that is new.
  const named = (ids: Ids, letter: string, by: number) =>
    by < 0.5 ? { id: ids[letter] } : by < 0.9 ? NAMES[letter] : { name: `Newcomer ${letter}`, place: 'bristol' };
  const [one, other, by, beside] = [some(), some(), random(), random()];
  const organisations = (ids: Ids) => [named(ids, one, by), ...(one === other ? [] : [named(ids, other, beside)])];
  switch (pick(random, sorts)) {
    case 'deal':
      return {
        call: () => 'POST /v1/trade-deals',
        options: (ids) => ({ body: { ...DEAL, organisations: organisations(ids) } }),
      };
    case 'activity':
      return {
        call: () => 'POST /v1/activities',
        options: (ids) => ({
          body: {
            title: 'Visit',
            type: 'visit',
            direction: 'inbound',
            on: '2026-10-12',
            place: 'guangzhou',
            people: { ours: 2, theirs: 3 },
            organisations: organisations(ids),
          },
        }),
      };
    case 'amend':
      return {
        call: (ids) => `PATCH /v1/organisations/${ids[one]}`,
        options: (ids) => ({
          body: by < 0.5 ? { abbreviations: ['PRWW'], type: 'company' } : { parent: one === other ? null : ids[other] },
          headers: { 'if-match': '*' },
        }),
      };
    case 'rename':
      return {
        call: (ids) => `PATCH /v1/organisations/${ids[one]}`,
        options: () => ({ body: { name: `Renamed ${one}` }, headers: { 'if-match': '*' } }),
      };
    case 'reorder':
      return {
        call: (ids) => `PATCH /v1/trade-deals/${ids['deal']}`,
        options: (ids) => ({ body: { organisations: organisations(ids) }, headers: { 'if-match': '*' } }),
      };
    case 'merge':
      return one === 'D' || other === 'D' ? merging('S', 'E') : merging(one, other);
    default:
      return one === 'D' || other === 'D' ? undoing('S', 'E') : undoing(one, other);
  }
}

/** A world in which these things are done one after the other, each at its time. */
async function live(acts: readonly (Act | undefined)[]): Promise<{ ids: Ids; statuses: number[] }> {
  world.reset();
  const ids: Record<string, string> = {};
  const statuses: number[] = [];
  for (const [index, letter] of LETTERS.entries()) {
    vi.setSystemTime(START + index);
    ids[letter] = (
      await ask('POST /v1/organisations', { body: NAMES[letter], headers: { 'idempotency-key': letter } })
    ).body.id;
  }
  vi.setSystemTime(START + MINUTE_MS / 2);
  const first = { ...DEAL, organisations: [{ id: ids['D'] }, { id: ids['T'] }] };
  ids['deal'] = (await ask('POST /v1/trade-deals', { body: first, headers: { 'idempotency-key': 'first' } })).body.id;
  for (const [index, act] of acts.entries()) {
    if (!act) continue;
    vi.setSystemTime(START + (index + 1) * MINUTE_MS);
    const { headers, ...options } = act.options(ids);
    const answer = await ask(act.call(ids), { ...options, headers: { ...headers, 'idempotency-key': `act-${index}` } });
    statuses.push(answer.status);
  }
  vi.setSystemTime(START + (acts.length + 1) * MINUTE_MS);
  return { ids, statuses };
}

type Shown = Record<string, unknown> & { id: string };

/** What anybody sees of it, but for what says of D itself that it was merged and told apart: two versions and two lines more. */
async function seen({ ids }: { ids: Ids }) {
  const listed = world.kept.items().filter(({ sk }) => sk === 'record' || sk === 'entity');
  const relating = { table: world.kept.calm, clock: () => Date.now(), log: { error() {} } };
  for (const { pk } of listed) await relate(relating, String(pk));
  const body = async (path: string) => (await ask(`GET ${path}`)).body;
  const ofD = ({ version: _, updatedAt: __, ...rest }: Shown) => rest;
  const plain = (each: Shown) => (each.id === ids['D'] ? ofD(each) : each);
  const byId = (items: readonly Shown[]) => items.map(plain).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const lists: Record<string, unknown> = {};
  for (const path of [
    '/v1/organisations',
    '/v1/activities',
    '/v1/trade-deals',
    ...LETTERS.map((of) => `/v1/activities?organisation=${ids[of]}`),
    ...LETTERS.flatMap((of) => ['records', 'activities'].map((list) => `/v1/organisations/${ids[of]}/${list}`)),
    ...LETTERS.map((of) => `/v1/trade-deals?organisation=${ids[of]}`),
  ])
    lists[path] = byId((await body(path)).items);
  const each: Record<string, unknown> = {};
  for (const [letter, id] of Object.entries(ids)) {
    const path = `/v1/${letter === 'deal' ? 'trade-deals' : 'organisations'}/${id}`;
    const { items } = await body(`${path}/timeline`);
    const lines = items.filter(
      (line: { changes: { field: string }[] }) =>
        letter !== 'D' || !line.changes.some(({ field }) => field === 'mergedInto'),
    );
    each[letter] = [
      plain(await body(path)),
      letter === 'D' ? lines.map(({ version: _, ...line }: Shown) => line) : lines,
    ];
  }
  // The projector counts the changes of records, and them alone: the same changes make the same aggregates.
  const counted = world.kept.stream.flatMap(({ dynamodb }) => {
    const { event, ...state } = dynamodb?.NewImage ?? {};
    return state['sk']?.S === 'record' ? [JSON.stringify(state), event?.M?.['eventId']?.S] : [];
  });
  return { lists, each, counted };
}

it.each(Array.from({ length: sized(25, 400) }, (_, seed) => [seed]))(
  'a merge that is undone has changed nothing that anybody sees, whatever happened between (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const acts = Array.from({ length: 2 + Math.floor(random() * 10) }, () => anAct(random));
    const before = Array.from({ length: Math.floor(random() * 3) }, () => anAct(random, TELLING));
    // D is merged into S while acts happen; in the other world it never is.
    const merged = await live([...before, merging('S', 'D'), ...acts, undoing('S', 'D')]);
    expect([merged.statuses[before.length], merged.statuses.at(-1)]).toEqual([200, 200]);
    const once = await seen(merged);
    const plain = await live([...before, undefined, ...acts, undefined]);
    expect(once).toEqual(await seen(plain));
  },
);
