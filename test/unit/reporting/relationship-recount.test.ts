import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { aboutPlace } from '#shared/domain/link/links.ts';
import { relate } from '#shared/recording/relate.ts';
import { readRelationship } from '#shared/reporting/read-relationship.ts';
import { fakeTable } from '#test/support/fake-table.ts';
import { actsOn, type ListedStep, startOf, stepsOf, subjectId } from '#test/support/listed-acts.ts';
import { sized } from '#test/support/proof.ts';
import { pick, seeded } from '#test/support/random.ts';

vi.stubEnv('TABLE_NAME', 'table');

interface Recounted {
  readonly n: number;
  readonly out: number;
  readonly in: number;
  readonly since: string | null;
  readonly variety: number;
  readonly duration: number;
  readonly index: number | null;
}

const SIX = ['delegation', 'exchange', 'training', 'teaching', 'culture', 'civic'];

/** Birthdays, and the part of the year since the last one; who is born on a 29 February has it on the 28th in other years. */
function yearsSince(since: string, asOf: string): number {
  const isLeap = (year: number) => new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1;
  const birthday = (age: number) => {
    const year = Number(since.slice(0, 4)) + age;
    return since.endsWith('-02-29') && !isLeap(year) ? `${year}-02-28` : `${year}${since.slice(4)}`;
  };
  let age = 0;
  while (birthday(age + 1) <= asOf) age += 1;
  return (
    age + (Date.parse(asOf) - Date.parse(birthday(age))) / (Date.parse(birthday(age + 1)) - Date.parse(birthday(age)))
  );
}

/** The indicator counted once more, from the states alone, by the contract's words: no code of the product's is in it. */
function recount(states: readonly EntityState[], belongs: (state: EntityState) => boolean, asOf: string): Recounted {
  const [year, rest] = [Number(asOf.slice(0, 4)), asOf.slice(4)];
  // No day of these tests is a 29 February.
  const after = `${year - 3}${rest}`;
  const mine = states.filter(belongs);
  const activities = mine.filter(({ kind, fields }) => kind === 'activity' && String(fields['on']) <= asOf);
  const six = activities.filter(({ fields }) => SIX.includes(String(fields['type'])) && String(fields['on']) > after);
  const count = (name: string, value: string) => six.filter(({ fields }) => fields[name] === value).length;
  let entropy = 0;
  for (const type of SIX) {
    const share = six.length === 0 ? 0 : count('type', type) / six.length;
    if (share > 0) entropy -= share * Math.log(share);
  }
  const variety = six.length === 0 ? 0 : Math.exp(entropy) / 6;
  const [out, into] = [count('direction', 'outbound'), count('direction', 'inbound')];
  const signed = mine.flatMap(({ kind, fields }) =>
    kind === 'agreement' ? [fields['signedOn'] as string | undefined] : [],
  );
  const begun = [...activities.map(({ fields }) => fields['on'] as string), ...signed].filter(
    (day) => day !== undefined && day <= asOf,
  ) as string[];
  const since = begun.sort()[0] ?? null;
  const duration = since === null ? 0 : 1 - Math.exp(-yearsSince(since, asOf) / 10);
  const reciprocity = out + into === 0 ? null : 1 - Math.abs(out - into) / (out + into);
  const index = reciprocity === null || six.length < 5 ? null : (variety * reciprocity * duration) ** (1 / 3);
  return { n: six.length, out, in: into, since, variety, duration, index };
}

const history = (noun: 'activity' | 'agreement') =>
  fc.tuple(startOf(noun), actsOn(noun, 4)).map(([start, acts]) => ({ noun, start, acts }));

describe('the relationship that the lists tell', () => {
  it('equals a recount from the activities and agreements themselves, however they were amended and told', async () => {
    let withIndex = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 6, arbitrary: history('activity') }, history('agreement')), {
          minLength: 8,
          maxLength: 30,
          size: 'max',
        }),
        fc.constantFrom('2020-06-15', '2022-03-31', '2024-01-01', '2026-11-21'),
        fc.nat(),
        async (histories, asOf, seed) => {
          const random = seeded(seed);
          const table = fakeTable({ pageSize: 7 });
          const parts = { table: table.client, clock: () => 0, log: { error() {} } };
          const lanes = histories.map(({ noun, start, acts }, index) => stepsOf(noun, start, acts, index + 1));
          const last = lanes.map((steps) => (steps.at(-1) as ListedStep).after as EntityState);
          // One step of one thing after the other; of what was told, some is listed at once, some late and some twice.
          const left = lanes.map((steps) => [...steps]);
          while (left.some((steps) => steps.length > 0)) {
            const step = pick(
              random,
              left.filter((steps) => steps.length > 0),
            ).shift() as ListedStep;
            for (const Item of [step.item, step.history])
              await table.calm.send(new PutCommand({ TableName: 'table', Item }));
            if (random() < 0.7)
              await Promise.all([
                relate(parts, step.after.id),
                relate(parts, pick(random, lanes)[0]?.item['pk'] as string).catch(() => {}),
              ]);
          }
          for (const { id } of last) await relate(parts, id);

          const organisation = subjectId('organisation', 1);
          const cases: [abouts: string[], belongs: (state: EntityState) => boolean][] = [
            [[organisation], ({ fields }) => (fields['organisations'] as string[]).includes(organisation)],
            [[aboutPlace('guangzhou')], ({ fields }) => fields['place'] === 'guangzhou'],
            [
              [organisation, subjectId('organisation', 2)],
              ({ fields }) =>
                (fields['organisations'] as string[]).some(
                  (id) => id === organisation || id === subjectId('organisation', 2),
                ),
            ],
          ];
          for (const [abouts, belongs] of cases) {
            const told = await readRelationship(table.calm, abouts, asOf);
            const counted = recount(last, belongs, asOf);
            expect(told).toMatchObject({
              activities: counted.n,
              byDirection: { outbound: counted.out, inbound: counted.in },
              since: counted.since,
            });
            expect(told.variety).toBeCloseTo(counted.variety, 6);
            expect(told.duration).toBeCloseTo(counted.duration, 6);
            if (counted.index === null) expect(told.index).toBeNull();
            else expect(told.index).toBeCloseTo(counted.index, 6);
            if (told.index !== null) withIndex += 1;
          }
        },
      ),
      { numRuns: sized(40, 400) },
    );
    expect(withIndex).toBeGreaterThan(0);
  }, 240_000);
});
