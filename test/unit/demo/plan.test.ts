import { describe, expect, it } from 'vitest';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { PutFxRates } from '#shared/domain/money/fx-rates.ts';
import { judgeMove, type Move } from '#shared/domain/pipeline/moves.ts';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { planOf } from '../../../demo/plan.ts';

/** Every day of the week, month ends, a leap day and both changes of the clock. */
const DAYS = [
  ...Array.from({ length: 7 }, (_, day) => dayOfNumber(dayNumber('2026-11-21') + day)),
  '2028-02-29',
  '2027-03-28',
  '2026-10-25',
  '2027-01-01',
];

describe.each(DAYS)('the sample data as seen on %s', (today) => {
  const { records, rates } = planOf(today);

  it('is what the API takes: fields, stages, reasons', () => {
    for (const { name, kind, steps } of records) {
      const [log, ...others] = steps;
      expect(KIND_SCHEMAS[kind].log.safeParse(log.body).error, name).toBeUndefined();
      let stage = log.body['stage'] as string;
      for (const { act, body } of others.filter((step) => step.act === 'move')) {
        expect(KIND_SCHEMAS[kind].move.safeParse(body).error, `${name} ${act}`).toBeUndefined();
        expect(judgeMove(kind, stage, body as unknown as Move), name).toEqual({ allowed: true });
        stage = body['to'] as string;
      }
    }
  });

  it('happened in order, on working days of the last two years, and none of it today', () => {
    const oldest = dayOfNumber(dayNumber(today) - 731);
    for (const { name, steps } of records) {
      const instants = steps.flatMap(({ body }) => (body['occurredAt'] as string | undefined) ?? []);
      expect([...new Set(instants)].sort(), name).toEqual(instants);
      expect((instants[0] ?? '') >= oldest && (instants.at(-1) ?? today) < today, `${name} ${instants}`).toBe(true);
      for (const instant of instants) expect(new Date(instant).getUTCDay() % 6, instant).not.toBe(0);
    }
  });

  it('has a rate of every currency for every month, those of the oldest record included', () => {
    for (const { rates: ofMonth } of rates)
      expect(PutFxRates.safeParse({ base: 'GBP', rates: ofMonth }).error).toBeUndefined();
    expect(new Set(rates.map(({ date }) => date)).size).toBe(rates.length);
    expect(rates[0]?.date.slice(0, 7)).toBe(dayOfNumber(dayNumber(today) - 731).slice(0, 7));
    expect(rates.at(-1)?.date.slice(0, 7)).toBe(today.slice(0, 7));
  });
});

it('the sample data of a day is the same each time, under 300 different titles', () => {
  expect(planOf('2026-11-21')).toEqual(planOf('2026-11-21'));
  expect(new Set(planOf('2026-11-21').records.map(({ steps }) => steps[0].body['title'])).size).toBe(300);
});
