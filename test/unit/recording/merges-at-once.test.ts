import { beforeAll, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { bodyOf } from '#test/support/events-in.ts';
import { pick, seeded } from '#test/support/random.ts';
import { recordingWorld } from '#test/support/recording-world.ts';

beforeAll(() => {
  vi.stubEnv('TABLE_NAME', 'table');
  vi.stubEnv('BUS_NAME', 'bus');
  vi.stubEnv('RECORD_QUEUE_URL', 'https://queue');
});

const IDS = ['A', 'B', 'C', 'D'].map((letter) => `org_0000000000000000000000000${letter}`);
const AT = '2026-03-05T08:00:00.000Z';

function told(verb: 'logged' | 'amended', recordId: string, eventId: string, data: object, expectedVersion?: number) {
  const metadata = {
    eventId,
    schemaVersion: 1,
    occurredAt: AT,
    receivedAt: AT,
    actor: { type: 'user', id: 'admin' },
    channel: 'api',
    correlationId: eventId,
    recordId,
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
  };
  return bodyOf(`organisation.${verb}`, { metadata, data });
}

const eventId = (number: number) => `evt_${String(number).padStart(26, '0')}`;

it.each(Array.from({ length: 60 }, (_, seed) => [seed]))(
  'whatever merges and undoings come at once, doubled and in any order, no ring comes of it, and both sides tell the same (seed %i)',
  async (seed) => {
    const random = seeded(seed);
    const world = recordingWorld({ random, chance: seed % 3 === 0 ? 0 : 0.06 });
    const { table } = world;
    for (const [index, id] of IDS.entries())
      world.put(told('logged', id, eventId(index), { name: `Organisation ${id.at(-1)}`, place: 'guangzhou' }));
    await world.settle();
    let count = 100;
    for (let round = 0; round < 3; round++) {
      for (const id of IDS) {
        const { version } = table.item(keys.entity(id)) as { version: number };
        const isMerged = (table.item(keys.entity(id)) as { fields: object }).fields;
        const into = 'mergedInto' in isMerged && random() < 0.6 ? null : pick(random, IDS);
        const sent = told('amended', id, eventId(count++), { fields: { mergedInto: into } }, version);
        world.put(sent, Math.floor(random() * 10));
        if (random() < 0.3) world.put(sent, Math.floor(random() * 1_000));
      }
      await world.settle();
      expectTrees(table.items());
    }
    // Something was merged at all.
    const merged = world.outcomes.filter(({ detail }) =>
      (detail.data['changed'] as string[] | undefined)?.includes('mergedInto'),
    );
    expect(merged.length).toBeGreaterThan(0);
  },
);

function expectTrees(items: readonly Record<string, unknown>[]): void {
  const into = new Map(
    items
      .filter(({ sk }) => sk === 'entity')
      .flatMap(({ pk, fields }) => {
        const { mergedInto } = fields as { mergedInto?: string };
        return mergedInto === undefined ? [] : [[String(pk), mergedInto] as const];
      }),
  );
  for (const start of into.keys()) {
    const seen = new Set<string>();
    for (let at: string | undefined = start; at !== undefined; at = into.get(at)) {
      expect(seen.has(at), `${start} goes round`).toBe(false);
      seen.add(at);
    }
  }
  const other = items.flatMap(({ pk, sk }) => {
    const [name, target] = String(pk).split('#');
    return name === 'merged' ? [[String(sk), target] as const] : [];
  });
  expect(other.toSorted()).toEqual([...into].toSorted());
}
