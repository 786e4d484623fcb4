import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { relate, takeOutcomes } from '#shared/recording/relate.ts';
import { type ListedItem, listedItems, readLinks } from '#shared/store/links.ts';
import { message } from '#test/support/events-in.ts';
import { type FakeTable, fakeTable, type TableFault } from '#test/support/fake-table.ts';
import {
  actsOn,
  type ListedStep,
  onTheBus,
  SUBJECT_KINDS,
  startOf,
  stepsOf,
  subjectId,
} from '#test/support/listed-acts.ts';
import { sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';

vi.stubEnv('TABLE_NAME', 'table');
const NOW = Date.parse('2026-11-21T12:00:00Z');
const silent = { error() {} };
const parts = (table: FakeTable, client = table.client) => ({ table: client, clock: () => NOW, log: silent });

/** What is listed, by key, as a reader sees it. */
const listed = (table: FakeTable) =>
  (table.items() as ListedItem[])
    .filter(({ pk, gone }) => /^(?:about|expiring)#/.test(pk) && !gone)
    .map(({ version: _, ...item }) => item)
    .sort((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));
const expected = (steps: readonly ListedStep[]) =>
  listedItems((steps.at(-1) as ListedStep).after)
    .map(({ version: _, ...item }) => JSON.parse(JSON.stringify(item)))
    .sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));

async function put(table: FakeTable, { item, history }: ListedStep): Promise<void> {
  for (const Item of [item, history]) await table.calm.send(new PutCommand({ TableName: 'table', Item }));
}

const FAULTS: readonly TableFault[] = ['throttled', 'conflict', 'lost-before', 'lost-after', 'repeated', 'unprocessed'];
const RUNS = { numRuns: sized(60, 1_000) };

describe('what is recorded', () => {
  it.each(SUBJECT_KINDS)(
    'is in the end listed where %s belongs and nowhere else, whatever comes twice, late, at once or halfway',
    async (kind) => {
      await fc.assert(
        fc.asyncProperty(startOf(kind), actsOn(kind), fc.nat(), async (start, acts, seed) => {
          const random = seeded(seed);
          const turn = async () => {
            for (let left = Math.floor(random() * 4); left > 0; left--) await Promise.resolve();
          };
          const table = fakeTable({ fault: () => (random() < 0.05 ? pick(random, FAULTS) : undefined), turn });
          const steps = stepsOf(kind, start, acts);
          let queue: string[] = [];
          const deliver = async () => {
            const batch = queue.filter(() => random() < 0.6).map((body) => message(body));
            const { batchItemFailures } = await takeOutcomes(parts(table), batch);
            const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
            const done = new Set(batch.filter(({ messageId }) => !failed.has(messageId)).map(({ body }) => body));
            // One in five is delivered once more, though it was done.
            queue = queue.filter((body) => !done.has(body) || random() < 0.2);
          };
          for (const step of steps) {
            await put(table, step);
            queue.push(JSON.stringify(onTheBus(step.outcome)));
            await Promise.all([deliver(), deliver()]);
          }
          for (let round = 0; queue.length > 0; round++) {
            expect(round).toBeLessThan(500);
            await Promise.all([deliver(), deliver(), deliver()]);
          }
          expect(listed(table)).toEqual(expected(steps));
        }),
        RUNS,
      );
    },
    30_000,
  );

  it('is never brought back to where it was by one who was held up', async () => {
    const table = fakeTable();
    const [logged, amended] = stepsOf('contact', { organisations: [subjectId('organisation', 1)] }, [
      { at: 1, told: { verb: 'amended', fields: { organisations: [subjectId('organisation', 2)] } } },
    ]) as [ListedStep, ListedStep];
    await put(table, logged);
    const held: (() => void)[] = [];
    const slow = fakeTable();
    slow.client.send = (async (command: PutCommand) => {
      // It has said where it will be listed, and stops before it lists it.
      if (String(command.input.Item?.['pk']).startsWith('about#')) await new Promise<void>((go) => held.push(go));
      return table.calm.send(command);
    }) as never;
    const late = relate(parts(table, slow.client), subjectId('contact'));
    await vi.waitFor(() => expect(held).toHaveLength(1));
    await put(table, amended);
    await relate(parts(table), subjectId('contact'));
    for (const go of held) go();
    await late;
    expect(listed(table).map(({ pk }) => pk)).toEqual([`about#${subjectId('organisation', 2)}`]);
  });

  it('that is told of and is not there comes again until it is parked', async () => {
    const [logged] = stepsOf('contact', { organisations: [subjectId('organisation', 1)] }, []) as [ListedStep];
    const told = message(JSON.stringify(onTheBus(logged.outcome)));
    const nonsense = message('{"detail":{}}');
    const { batchItemFailures } = await takeOutcomes(parts(fakeTable()), [told, nonsense]);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
      [told.messageId, nonsense.messageId].sort(),
    );
  });

  it('costs one look at it, one at where it is listed, and a write for each list', async () => {
    const table = fakeTable();
    const [logged] = stepsOf('trade-deal', { organisations: [subjectId('organisation', 1)], stage: 'enquiry' }, []) as [
      ListedStep,
    ];
    await put(table, logged);
    await relate(parts(table), subjectId('trade-deal'));
    expect(table.calls.map(({ name }) => name)).toEqual(['BatchGetCommand', 'BatchGetCommand', 'PutCommand']);
  });

  it('is looked at together, however many come in a batch', async () => {
    const table = fakeTable();
    const many = Array.from({ length: 10 }, (_, index) =>
      stepsOf('contact', { organisations: [subjectId('organisation', 1)] }, [], index + 1),
    ).flat();
    for (const step of many) await put(table, step);
    await takeOutcomes(
      parts(table),
      many.map(({ outcome }) => message(JSON.stringify(onTheBus(outcome)))),
    );
    expect(table.calls.filter(({ name }) => name === 'BatchGetCommand')).toHaveLength(2);
    expect(listed(table)).toHaveLength(10);
  });

  it('and moves on from its first version leaves nothing where it began', async () => {
    const table = fakeTable();
    const steps = stepsOf('contact', { organisations: [subjectId('organisation', 1)] }, [
      { at: 1, told: { verb: 'amended', fields: { organisations: [subjectId('organisation', 2)] } } },
    ]) as [ListedStep, ListedStep];
    await put(table, steps[0]);
    // Somebody listed it at its first version, of which nothing else tells.
    await relate(parts(table), subjectId('contact'));
    expect(listed(table).map(({ pk }) => pk)).toEqual([`about#${subjectId('organisation', 1)}`]);
    await put(table, steps[1]);
    await relate(parts(table), subjectId('contact'));
    expect(listed(table).map(({ pk }) => pk)).toEqual([`about#${subjectId('organisation', 2)}`]);
  });

  it('is not listed by guesswork where the event that it began with is missing', async () => {
    const table = fakeTable();
    const [, amended] = stepsOf('contact', { organisations: [subjectId('organisation', 1)] }, [
      { at: 1, told: { verb: 'amended', fields: { organisations: [subjectId('organisation', 2)] } } },
    ]) as [ListedStep, ListedStep];
    await table.calm.send(new PutCommand({ TableName: 'table', Item: amended.item }));
    await expect(relate(parts(table), subjectId('contact'))).rejects.toThrow('is not in its history');
  });
});

it('a list over several organisations is in order, names each once, and goes on where a page ended', async () => {
  const table = fakeTable({ pageSize: 2 });
  const [a, b] = [subjectId('organisation', 1), subjectId('organisation', 2)];
  const of = [[a], [b], [a, b], [b], [a], [a, b], [b]];
  for (const [index, organisations] of of.entries()) {
    const on = `2026-01-0${index + 1}`;
    const [step] = stepsOf('activity', { type: 'visit', direction: 'mutual', on, organisations }, [], index + 1);
    await put(table, step as ListedStep);
    await relate(parts(table), subjectId('activity', index + 1));
  }
  for (const descending of [true, false]) {
    const found: string[] = [];
    let after: string | undefined;
    for (let pages = 0; ; pages++) {
      expect(pages).toBeLessThan(9);
      const page = await readLinks(table.calm, [a, b], 'activity', { descending, after, limit: 2 });
      found.push(...page.entries.map(({ date }) => date));
      if (page.ended) break;
      after = page.entries.at(-1)?.at;
    }
    const all = of.map((_, index) => `2026-01-0${index + 1}`);
    expect(found).toEqual(descending ? all.reverse() : all);
  }
});
