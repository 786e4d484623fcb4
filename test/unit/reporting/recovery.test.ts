import { describe, expect, it } from 'vitest';
import { dayOfNumber } from '#shared/domain/days.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import type { Change } from '#shared/reporting/changes.ts';
import type { Contribution } from '#shared/reporting/contribution.ts';
import { ROWS } from '#shared/reporting/heads.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { rebuild } from '#shared/reporting/rebuild.ts';
import { reconcile } from '#shared/reporting/reconcile.ts';
import { type Standing, type Step, stayChanges } from '#shared/reporting/standing.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { hashId, newId } from '#shared/runtime/ids.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Journal } from '#shared/store/journal.ts';
import { keys } from '#shared/store/keys.ts';
import { writeUnits } from '#test/support/item-size.ts';
import { memoryAggregates } from '#test/support/memory-aggregates.ts';
import { memoryJournal } from '#test/support/memory-journal.ts';
import { pick, seeded } from '#test/support/random.ts';
import { changeOf, play, quiet } from '#test/support/record-acts.ts';

const START = Date.parse('2027-03-02T00:00:00Z');
const MINUTE = 60 * 1000;

function world() {
  const aggregates = memoryAggregates();
  const here = { aggregates, now: START };
  const parts = {
    aggregates,
    journal: memoryJournal(),
    clock: () => here.now,
    pause: async (milliseconds: number) => {
      here.now += Math.ceil(milliseconds);
    },
    log: quiet,
  };
  return { here, aggregates, parts };
}

const STEPS = play([
  { record: 0, verb: 'move', number: 1, hour: 50, seen: false },
  { record: 1, verb: 'value', number: 7, hour: 60, seen: false },
]);
const CHANGES = STEPS.map((step, index) => changeOf(step, BigInt(index + 1)));

function store({ put }: ReturnType<typeof memoryAggregates>): void {
  for (const { item, history } of STEPS) {
    put(item);
    put({ ...history });
  }
}

const sealed = async (aggregates: Aggregates, deadline: number) => {
  const generation = await aggregates.generation();
  const next = { generation: 2, phase: 'sealed' as const, deadline };
  await aggregates.putGeneration({ current: 1, highest: 2, next }, generation);
};

describe('a projector that meets a rebuild', () => {
  it('gives the batch back where switching over takes too long, and has counted nothing', async () => {
    const { aggregates, parts } = world();
    await sealed(aggregates, START + 10 * MINUTE);
    await expect(createProjector(parts)('shard', CHANGES)).rejects.toMatchObject({ name: 'RebuildUnderWay' });
    expect(aggregates.requests.get('putHead')).toBeUndefined();
  });

  it('calls a rebuild off that has died, and goes on', async () => {
    const { aggregates, parts } = world();
    store(aggregates);
    await sealed(aggregates, START - 1);
    await createProjector(parts)('shard', CHANGES);
    expect((await aggregates.generation()).next).toBeUndefined();
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 1 });
  });

  it('lets no rebuild switch on that was called off while it wrote its heads', async () => {
    const { here, aggregates, parts } = world();
    store(aggregates);
    let called = false;
    const slow: Aggregates = {
      ...aggregates,
      async putHead(generation, name, head, replaced) {
        if (generation === 2 && !called) {
          called = true;
          here.now += 5 * MINUTE;
          await createProjector(parts)('shard', CHANGES);
        }
        return aggregates.putHead(generation, name, head, replaced);
      },
    };
    await expect(rebuild({ ...parts, aggregates: slow })).rejects.toMatchObject({ name: 'RebuildRefused' });
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 1 });
    await rebuild(parts);
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 3 });
  });

  it('lets no second rebuild begin beside one that is alive', async () => {
    const { aggregates, parts } = world();
    await sealed(aggregates, START + MINUTE);
    await expect(rebuild(parts)).rejects.toMatchObject({ name: 'RebuildRefused' });
  });
});

describe('a rebuild', () => {
  it('is told what a longer batch told it, when the same comes again and is cut shorter', async () => {
    const { aggregates, parts } = world();
    store(aggregates);
    const generation = await aggregates.generation();
    const next = { generation: 2, phase: 'collecting' as const, deadline: START + 10 * MINUTE };
    await aggregates.putGeneration({ current: 1, highest: 2, next }, generation);
    // The batch is told of, and then its heads cannot be written: it comes again, halved.
    const dying: Aggregates = { ...aggregates, putHead: async () => Promise.reject(new Error('The projector died.')) };
    await expect(createProjector({ ...parts, aggregates: dying })('shard', CHANGES)).rejects.toThrow('died');
    await createProjector(parts)('shard', CHANGES.slice(0, 1));
    const told = (await aggregates.collected(2)).flatMap(({ versions }) => Object.entries(versions));
    const latest = new Map<string, number>();
    for (const [id, version] of told) latest.set(id, Math.max(version, latest.get(id) ?? 0));
    expect(Object.fromEntries(latest)).toEqual(
      Object.fromEntries(CHANGES.map(({ recordId, version }) => [recordId, version])),
    );
    expect(Math.max(...CHANGES.map(({ version }) => version))).toBeGreaterThan(1);
  });

  it('mends what a reader parked, and the changes that come late are not counted on top of it', async () => {
    const { aggregates, parts } = world();
    store(aggregates);
    const project = createProjector(parts);
    await project('shard', CHANGES.slice(0, 1));
    await rebuild(parts);
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 2 });
    await project('shard', CHANGES.slice(1));
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 2 });
  });

  it('leaves out a record that cannot be read, and names it; so does every recount', async () => {
    const { aggregates, parts } = world();
    store(aggregates);
    aggregates.put({ ...STEPS.at(-1)?.item, pk: 'trd_broken', strand: 'sales' });
    const { unreadable, records } = await rebuild(parts);
    expect({ unreadable, records }).toEqual({ unreadable: ['trd_broken'], records: 2 });
    const { verdict, differences } = await reconcile(parts);
    expect(verdict).toBe('differs');
    expect([...new Set(differences.map(({ row }) => row))]).toEqual(['trd_broken']);
  });
});

describe('heads that were counted by other ladders', () => {
  it('are not counted on, differ in every recount, and are mended by a rebuild', async () => {
    const { aggregates, parts } = world();
    store(aggregates);
    await createProjector(parts)('shard', CHANGES.slice(0, 2));
    const name = 'completed-stays';
    const head = await aggregates.head(1, name);
    const { v = 0, ...others } = head ?? {};
    await aggregates.putHead(1, name, { rows: new Uint8Array(), ...others, layout: 'others' }, v);
    const project = createProjector(parts);
    const staying = { stage: 'contacted', days: 3 };
    const moved = { ...CHANGES[1], sequence: 99n, version: 99, before: null } as Change;
    const late = { ...moved, after: { ...(CHANGES[1]?.after as Contribution), stays: [staying] } };
    await expect(project('shard', [late])).rejects.toMatchObject({ name: 'LaddersChanged' });
    const { verdict, differences } = await reconcile(parts);
    expect({ verdict, row: differences[0]?.row, figure: differences[0]?.figure }).toEqual({
      verdict: 'differs',
      row: name,
      figure: 'ladders',
    });
    await rebuild(parts);
    expect(await reconcile(parts)).toMatchObject({ verdict: 'agrees', generation: 2 });
  });
});

describe('a reconciliation', () => {
  it('is inconclusive while records keep changing, and says what moved', async () => {
    const { here, aggregates, parts } = world();
    let round = 0;
    const pause = async (milliseconds: number) => {
      here.now += milliseconds;
      aggregates.put({ ...STEPS[0]?.item, pk: `eng_0000000000000000000000090${round++}` });
    };
    for (const { item } of STEPS.slice(0, 1)) aggregates.put(item);
    const { verdict, rounds, differences, unsettled } = await reconcile({ ...parts, pause });
    expect({ verdict, rounds, differences }).toMatchObject({ verdict: 'inconclusive', rounds: 3, differences: [] });
    expect(unsettled.length).toBeGreaterThan(0);
  });

  it('misses no event of a history that has a gap', async () => {
    const { aggregates, parts } = world();
    for (const { item, history } of STEPS) {
      aggregates.put(item);
      if (history.version !== 1) aggregates.put({ ...history });
    }
    await createProjector(parts)('shard', CHANGES);
    const { differences } = await reconcile(parts);
    expect(differences.filter(({ figure }) => figure === 'readable').map(({ from }) => from)).toEqual([
      'history',
      'history',
    ]);
  });
});

describe('counting a hundred changes at once', () => {
  it('costs at most 0.3 write units a change by DynamoDB sizes, moves among thousands of records included', async () => {
    const random = seeded(11);
    const memory = memoryAggregates();
    const snapshotUnits = new Map<string, number>();
    let units = 0;
    const priced: Aggregates = {
      ...memory,
      putHead(generation, name, head, v) {
        units += writeUnits({ ...keys.head(generation, name), ...head, v: v + 1 });
        return memory.putHead(generation, name, head, v);
      },
      putSnapshot(generation, name, snapshot, parts) {
        const cost = [...parts].reduce(
          (sum, [part, cells]) => sum + writeUnits({ ...keys.histogram(generation, name, snapshot, part), cells }),
          0,
        );
        snapshotUnits.set(snapshot, cost);
        units += cost;
        return memory.putSnapshot(generation, name, snapshot, parts);
      },
      deleteSnapshot(generation, name, snapshot, parts) {
        units += snapshotUnits.get(snapshot) ?? 0;
        return memory.deleteSnapshot(generation, name, snapshot, parts);
      },
    };
    const journal: Pick<Journal, 'put'> = {
      async put({ from, batch, steps }) {
        expect(steps.length).toBeGreaterThan(0);
        units += writeUnits({ ...keys.journal(from.slice(0, 10), from, batch), steps });
      },
    };
    const project = createProjector({ ...world().parts, aggregates: priced, journal });
    const owners = Array.from({ length: 20 }, (_, index) => `${hashId('con', `owner ${index}`)}-and-a-long-one`);
    type Everything = Standing & Pick<Contribution, 'stays'>;
    const records: Everything[] = [];
    const ids: string[] = [];
    const anywhere = (): Everything => {
      const { kind, stage } = pick(random, ROWS);
      return {
        strand: pick(random, STRANDS),
        kind,
        stage: stage.name,
        currency: pick(random, ['GBP', 'CNY', 'USD', 'EUR']),
        minor: BigInt(Math.floor(random() * 10 ** 9)),
        percent: stage.probability,
        entered: dayOfNumber(20_000 + Math.floor(random() * 730)),
        own: false,
        owner: pick(random, owners),
        place: pick(random, ['guangzhou', 'nanjing', 'guizhou', 'birmingham', 'bristol']),
        themes: random() < 0.3 ? [pick(random, THEMES)] : [],
        expectedCloseOn: dayOfNumber(20_700 + Math.floor(random() * 365)),
        nextStepDueOn: dayOfNumber(20_700 + Math.floor(random() * 60)),
        confidential: kind === 'ip-lead',
        stays: [],
      };
    };
    let sequence = 0n;
    let now = Date.parse('2026-11-21T08:00:00Z');
    /** As one recorder leaves them: the event's id is made when it comes, a fraction of a second before it is recorded. */
    const change = (index: number, before: Everything | null, after: Everything): Change => {
      now += 1 + Math.floor(random() * 20);
      const came = now - 80 - Math.floor(random() * 300);
      records[index] = after;
      const prefix = ({ engagement: 'eng', 'ip-lead': 'ipl', 'trade-deal': 'trd' } as const)[after.kind];
      ids[index] ??= newId(prefix, came);
      const recordId = ids[index];
      const version = before ? 2 + Math.floor(random() * 4) : 1;
      const step: Step = {
        recordId,
        version,
        eventId: newId('evt', came),
        verb: before ? 'moved' : 'logged',
        recordedAt: toInstant(now),
        occurredAt: before ? `${after.entered}T12:00:00.000Z` : toInstant(came),
        before,
        after,
        stays: stayChanges(before, after),
      };
      return { sequence: ++sequence, recordId, version: Number(sequence), before, after, step };
    };
    const batches = async (number: number, next: () => Change) => {
      units = 0;
      for (let batch = 0; batch < number; batch++) await project('shard', Array.from({ length: 100 }, next));
      return units / (100 * number);
    };
    const logging = await batches(80, () => change(records.length, null, anywhere()));

    expect(logging).toBeLessThanOrEqual(0.3);
    const moved = () => {
      const index = Math.floor(random() * records.length);
      const before = records[index] as Everything;
      const { kind, stage } = pick(
        random,
        ROWS.filter((row) => row.kind === before.kind),
      );
      const entered = dayOfNumber(20_000 + Math.floor(random() * 730));
      const stays = [...before.stays, { stage: before.stage, days: Math.floor(random() * 400) }];
      return change(index, before, { ...before, kind, stage: stage.name, percent: stage.probability, entered, stays });
    };
    const moving = await batches(40, moved);

    expect(moving).toBeLessThanOrEqual(0.3);
  });
});
