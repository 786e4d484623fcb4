import { describe, expect, it } from 'vitest';
import { ACTIVITY_TYPES, DIRECTIONS } from '#shared/domain/activity/activity.ts';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { Evidence } from '#shared/domain/evidence/evidence.ts';
import { PutFxRates } from '#shared/domain/money/fx-rates.ts';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import { judge } from '#shared/domain/record/judge.ts';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { evidenced } from '#test/support/evidence.ts';
import { event, given, minute, org } from '#test/support/record-events.ts';
import { planOf } from '../../../demo/plan.ts';

/** Every day of the week, month ends, a leap day and both changes of the clock. */
const DAYS = [
  ...Array.from({ length: 7 }, (_, day) => dayOfNumber(dayNumber('2026-11-21') + day)),
  '2028-02-29',
  '2027-03-28',
  '2026-10-25',
  '2027-01-01',
];

const next = (state: RecordState, told: RecordEvent) => evolve(state, told, minute(5_000)).state;

describe.each(DAYS)('the sample data as seen on %s', (today) => {
  const { records, rates, around } = planOf(today);

  it('is what the API takes: fields, stages, reasons', () => {
    for (const { name, kind, steps } of records) {
      const [log, ...others] = steps;
      expect(KIND_SCHEMAS[kind].log.safeParse(log.body).error, name).toBeUndefined();
      const logged = event(
        { verb: 'logged', data: { ...log.body, organisations: [{ id: org(1) }] } as never },
        { kind, at: 0, by: 'user' },
      );
      const loggedAt = log.body['occurredAt'] as string;
      expect(judge(undefined, { ...logged, occurredAt: loggedAt }), name).toEqual({ outcome: 'record' });
      let state = given(logged);
      for (const [index, { act, body }] of others.entries()) {
        if (act === 'evidence') {
          expect(Evidence.safeParse(body).error, `${name} ${act}`).toBeUndefined();
          expect((body['on'] as string | undefined) ?? '', name).not.toBe(today);
          state = next(state, evidenced(body, { kind, n: index + 2, at: index + 1 }));
        }
        if (act !== 'move') continue;
        expect(KIND_SCHEMAS[kind].move.safeParse(body).error, `${name} ${act}`).toBeUndefined();
        const moved = event({ verb: 'moved', data: body as never }, { kind, n: index + 2, by: 'user' });
        const occurredAt = body['occurredAt'] as string;
        expect(judge(state, { ...moved, occurredAt, expectedVersion: state.version }), name).toEqual({
          outcome: 'record',
        });
        state = next(state, moved);
      }
    }
  });

  it('passes gates with what was checked before, some of which runs out soon, some of which has', () => {
    const later = records.flatMap(({ steps }) => steps.filter(({ act }) => act === 'evidence'));
    const initial = records.flatMap(({ steps: [{ body }] }) => (body['evidence'] ?? []) as Record<string, unknown>[]);
    const checks: readonly { body: Record<string, unknown>; by?: { role: string } | undefined }[] = [
      ...later,
      ...initial.map((body) => ({ body })),
    ];
    const soon = dayOfNumber(dayNumber(today) + 60);
    const until = checks.flatMap(({ body }) => (body['expiresOn'] as string | undefined) ?? []);
    expect(checks.length).toBeGreaterThan(150);
    expect(until.filter((day) => day >= today && day <= soon).length).toBeGreaterThan(5);
    expect(until.filter((day) => day < today).length).toBeGreaterThan(20);
    for (const { body, by } of checks) expect(by?.role).toBe(body['waived'] ? 'manager' : undefined);
    expect(checks.filter(({ body }) => body['waived']).length).toBeGreaterThan(3);
    for (const { body } of checks) expect((body['on'] as string | undefined) ?? '' < today).toBeTruthy();
  });

  it('has organisations in both scripts, three agreements, and activities of every type and direction around them', () => {
    const { organisations, agreements, activities } = around;
    for (const { body } of organisations) expect(NOUN_SCHEMAS.organisation.log.safeParse(body).error).toBeUndefined();
    for (const { body } of agreements.values())
      expect(NOUN_SCHEMAS.agreement.log.safeParse(body).error).toBeUndefined();
    for (const { body, title } of activities) {
      expect(NOUN_SCHEMAS.activity.log.safeParse(body).error, title).toBeUndefined();
      expect(((body['until'] ?? body['on']) as string) < today, title).toBe(true);
      expect(body['notes']).toMatch(/invented|虚构/);
    }
    expect([...agreements.keys()]).toEqual(['memorandum-2011', 'nanjing-memorandum', 'guizhou-agreement']);
    expect(agreements.get('nanjing-memorandum')?.body['areas']).toHaveLength(5);
    expect(activities.length).toBeGreaterThanOrEqual(60);
    expect(new Set(activities.map(({ title }) => title)).size).toBe(activities.length);
    expect(new Set(activities.map(({ body }) => body['type']))).toEqual(new Set(ACTIVITY_TYPES));
    expect(new Set(activities.map(({ body }) => body['direction']))).toEqual(new Set(DIRECTIONS));
    expect(new Set(activities.map(({ body }) => String(body['on']).slice(0, 4))).size).toBeGreaterThan(3);
    expect(activities.filter(({ records: tied }) => tied).length).toBeGreaterThan(15);
    const names = new Set(records.map(({ name }) => name));
    for (const { records: tied = [] } of activities) for (const name of tied) expect(names).toContain(name);
    for (const { agreement } of [...activities, ...records])
      if (agreement !== undefined) expect([...agreements.keys()]).toContain(agreement);
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
