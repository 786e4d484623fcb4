import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ListEntry, Position, SortField, Walk } from '#shared/store/list.ts';
import { walk } from '#shared/store/walk.ts';

const STAGES = ['enquiry', 'qualified', 'proposal'] as const;

beforeEach(() => {
  vi.stubEnv('TABLE_NAME', 'table');
});

interface Query {
  readonly ExpressionAttributeValues: Record<string, string>;
  readonly KeyConditionExpression: string;
  readonly ScanIndexForward: boolean;
  readonly Limit: number;
  readonly ExclusiveStartKey?: Record<string, string>;
}

/** An index as DynamoDB walks it: one stage in order of the sort field and id, after a key that need not be one of it. */
function indexOf(entries: readonly ListEntry[], field: SortField) {
  let queries = 0;
  const order = (entry: { id: string }) => `${(entry as unknown as Record<string, string>)[field]}\u0000${entry.id}`;
  const send = async ({ input }: { input: Query }) => {
    queries++;
    const { ':stage': stage, ':from': from, ':before': before } = input.ExpressionAttributeValues;
    const isBetween = input.KeyConditionExpression.includes('BETWEEN');
    const isWithin = (value: string) =>
      (from === undefined || value >= from) && (before === undefined || (isBetween ? value <= before : value < before));
    const start = input.ExclusiveStartKey as { id: string } | undefined;
    if (start && !isWithin(String((start as never)[field]))) throw new Error('The start is out of bounds.');
    const found = entries
      .filter((entry) => entry.stage === stage && isWithin(String(entry[field])))
      .sort((a, b) => (order(a) < order(b) ? -1 : 1));
    if (!input.ScanIndexForward) found.reverse();
    const rest = start
      ? found.filter((entry) => (input.ScanIndexForward ? order(entry) > order(start) : order(entry) < order(start)))
      : found;
    const Items = rest.slice(0, input.Limit);
    return { Items, ...(Items.length === input.Limit ? { LastEvaluatedKey: {} } : {}) };
  };
  return { table: { send } as unknown as DynamoDBDocumentClient, queries: () => queries, order };
}

const entries = fc
  .array(
    fc.record({
      stage: fc.constantFrom(...STAGES),
      updatedAt: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
      strand: fc.constantFrom('a', 'b'),
    }),
    { maxLength: 80 },
  )
  .map((list) =>
    list.map(
      (entry, index) =>
        ({
          ...entry,
          id: `trd_${String((index * 37) % 101).padStart(3, '0')}`,
          owner: 'none',
          stageEnteredAt: '',
        }) as ListEntry,
    ),
  );

const partitions = (from?: string, before?: string) =>
  STAGES.map((stage) => ({ key: { kind: 'trade-deal', stage }, from, before }));

async function all(table: DynamoDBDocumentClient, route: Walk, limit: number, wanted: (entry: ListEntry) => boolean) {
  const found: ListEntry[] = [];
  let after: Position | undefined;
  for (let page = 0; page < 500; page++) {
    const step = await walk(table, route, { after, limit, wanted });
    expect(step.entries.length).toBeLessThanOrEqual(limit);
    found.push(...step.entries);
    if (!step.next) return found;
    after = step.next;
  }
  throw new Error('It never ends.');
}

describe('a walk over several partitions', () => {
  it('gives every wanted entry once and in order, whatever the pages, with ties', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.boolean(),
        async (list, limit, descending, filtered) => {
          const { table, order } = indexOf(list, 'updatedAt');
          const wanted = (entry: ListEntry) => !filtered || entry.strand === 'a';
          const expected = list.filter(wanted).sort((a, b) => (order(a) < order(b) ? -1 : 1));
          if (descending) expected.reverse();
          const found = await all(table, { field: 'updatedAt', descending, partitions: partitions() }, limit, wanted);
          expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        },
      ),
    );
  });

  it('stays within its bounds, wherever it goes on from', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (list, limit, descending) => {
        const { table } = indexOf(list, 'updatedAt');
        const found = await all(
          table,
          { field: 'updatedAt', descending, partitions: partitions('2026-01-02') },
          limit,
          () => true,
        );
        expect(found.map(({ id }) => id).sort()).toEqual(
          list
            .filter(({ updatedAt }) => updatedAt >= '2026-01-02')
            .map(({ id }) => id)
            .sort(),
        );
      }),
    );
  });

  it('takes what lies between two bounds, both included, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 9 }), fc.boolean(), async (list, limit, descending) => {
        const { table } = indexOf(list, 'updatedAt');
        const route = { field: 'updatedAt', descending, partitions: partitions('2026-01-02', '2026-01-02') } as const;
        const found = await all(table, route, limit, () => true);
        const expected = list.filter(({ updatedAt }) => updatedAt === '2026-01-02');
        expect(found.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort());
      }),
    );
  });

  it('reads a bounded amount for a page, however little fits', async () => {
    const list = Array.from(
      { length: 20_000 },
      (_, index) =>
        ({
          id: `trd_${String(index).padStart(6, '0')}`,
          stage: STAGES[index % 3],
          updatedAt: '2026-01-01',
          strand: index === 19_999 ? 'a' : 'b',
        }) as unknown as ListEntry,
    );
    const { table, queries } = indexOf(list, 'updatedAt');
    const route: Walk = { field: 'updatedAt', descending: false, partitions: partitions() };
    const step = await walk(table, route, { after: undefined, limit: 25, wanted: ({ strand }) => strand === 'a' });
    expect(step.entries).toEqual([]);
    expect(step.next).not.toBeNull();
    expect(queries()).toBeLessThanOrEqual(48);
    expect(await all(table, route, 25, ({ strand }) => strand === 'a')).toHaveLength(1);
  });
});
