import { describe, expect, it } from 'vitest';
import type { ActivityDirection, ActivityType } from '#shared/domain/activity/activity.ts';
import { sameDayInMonth } from '#shared/domain/days.ts';
import { type CountedActivity, relationshipOf, windowTo, yearsBetween } from '#shared/reporting/relationship.ts';

const TODAY = '2026-11-21';
const many = (
  number: number,
  type: ActivityType,
  direction: ActivityDirection = 'mutual',
  on = '2026-05-01',
): CountedActivity[] => Array.from({ length: number }, () => ({ on, type, direction }));

/** Counts 4, 3, 2, 1 of the six types; out 6, in 4. */
const WORKED: CountedActivity[] = [
  ...many(4, 'delegation', 'outbound'),
  ...many(2, 'exchange', 'outbound'),
  ...many(1, 'exchange', 'inbound'),
  ...many(2, 'training', 'inbound'),
  ...many(1, 'culture', 'inbound'),
];

describe('the relationship indicator', () => {
  it('gives the worked example to all its digits: V 0.5993526, R 0.8, D 0.3934693, index 0.5735365', () => {
    expect(relationshipOf(WORKED, { activity: '2021-11-21' }, TODAY)).toMatchObject({
      activities: 10,
      byDirection: { outbound: 6, inbound: 4, mutual: 0 },
      since: '2021-11-21',
      years: 5,
      variety: 0.5993526,
      reciprocity: 0.8,
      duration: 0.3934693,
      index: 0.5735365,
    });
  });

  it('counts the four economic types by type and for nothing else', () => {
    const more = [...WORKED, ...many(9, 'visit', 'inbound'), ...many(3, 'meeting', 'outbound'), ...many(2, 'business')];
    const [with_, without] = [more, WORKED].map((each) => relationshipOf(each, { activity: '2021-11-21' }, TODAY));
    expect(with_).toMatchObject({ byType: { visit: 9, meeting: 3, signing: 0, business: 2 }, activities: 10 });
    expect({ ...with_, byType: 0 }).toEqual({ ...without, byType: 0 });
  });

  it('shows the parts and no index with fewer than 5 activities of the six', () => {
    const four = [...many(2, 'civic', 'outbound'), ...many(2, 'culture', 'inbound')];
    const few = relationshipOf([...four, ...many(9, 'business', 'inbound')], { agreement: '2011-09-01' }, TODAY);
    expect(few).toMatchObject({ activities: 4, variety: expect.any(Number), reciprocity: 1, index: null });
    expect(few.duration).toBeGreaterThan(0.7);
    expect(relationshipOf([...four, ...many(1, 'civic')], { agreement: '2011-09-01' }, TODAY).index).not.toBeNull();
  });

  it('leaves mutual activities out of reciprocity: with no others there is none, and no index', () => {
    expect(relationshipOf(many(6, 'teaching'), { activity: '2020-01-01' }, TODAY)).toMatchObject({
      byDirection: { outbound: 0, inbound: 0, mutual: 6 },
      variety: 0.1666667,
      reciprocity: null,
      index: null,
    });
  });

  it('is nothing where nothing has happened, and no number is missing', () => {
    expect(relationshipOf([], {}, TODAY)).toMatchObject({
      activities: 0,
      since: null,
      years: 0,
      variety: 0,
      reciprocity: null,
      duration: 0,
      index: null,
    });
  });

  it('is 1 in variety with all six alike, and in reciprocity with as many in as out', () => {
    const all = (['delegation', 'exchange', 'training', 'teaching', 'culture', 'civic'] as const).flatMap((type) => [
      ...many(1, type, 'outbound'),
      ...many(1, type, 'inbound'),
    ]);
    expect(relationshipOf(all, {}, TODAY)).toMatchObject({ variety: 1, reciprocity: 1 });
  });

  it('lasts since the earlier of the first signed agreement and the first activity, and from no later day', () => {
    const since = (firsts: Parameters<typeof relationshipOf>[1]) => relationshipOf([], firsts, TODAY).since;
    expect(since({ activity: '2014-01-01', agreement: '2011-09-01' })).toBe('2011-09-01');
    expect(since({ activity: '2010-01-01', agreement: '2011-09-01' })).toBe('2010-01-01');
    expect(since({ activity: '2027-01-01', agreement: '2026-11-22' })).toBeNull();
    expect(since({ agreement: TODAY })).toBe(TODAY);
  });
});

describe('the 36 months to a day', () => {
  it.each([
    ['2026-11-21', '2023-11-22'],
    ['2026-03-31', '2023-04-01'],
    ['2026-08-31', '2023-09-01'],
    // 29 February: three years before, February ends a day earlier.
    ['2024-02-29', '2021-03-01'],
    ['2027-02-28', '2024-02-29'],
    ['2027-03-01', '2024-03-02'],
  ])('to %s begin on %s, and both days count', (to, from) => {
    expect(windowTo(to)).toEqual({ from, to });
    const on = (day: string) => relationshipOf(many(1, 'civic', 'inbound', day), {}, to).activities;
    const [before, after] = [from, to].map((day, index) =>
      new Date(Date.parse(day) + (index === 0 ? -1 : 1) * 86_400_000).toISOString().slice(0, 10),
    ) as [string, string];
    expect([on(before), on(from), on(to), on(after)]).toEqual([0, 1, 1, 0]);
  });

  it('leave no day out: whoever asks every day sees each day for three years', () => {
    for (let day = Date.UTC(2019, 0, 1); day < Date.UTC(2030, 0, 1); day += 86_400_000) {
      const [today, tomorrow] = [day, day + 86_400_000].map((at) => new Date(at).toISOString().slice(0, 10)) as [
        string,
        string,
      ];
      expect(windowTo(tomorrow).from >= windowTo(today).from).toBe(true);
    }
  });
});

describe('years', () => {
  it.each([
    ['2021-11-21', '2026-11-21', 5],
    ['2026-11-21', '2026-11-21', 0],
    ['2024-02-29', '2025-02-28', 1],
    ['2024-02-29', '2028-02-29', 4],
    ['2025-11-21', '2026-05-22', 182 / 365],
    ['2023-11-21', '2024-11-20', 365 / 366],
  ])('from %s to %s are %d', (since, asOf, years) => {
    expect(yearsBetween(since, asOf)).toBeCloseTo(years, 12);
  });

  it('a month later is the same day of the month, or the last one of a shorter month', () => {
    expect(sameDayInMonth('2024-01-31', 1)).toBe('2024-02-29');
    expect(sameDayInMonth('2023-01-31', 1)).toBe('2023-02-28');
    expect(sameDayInMonth('2026-03-31', -1)).toBe('2026-02-28');
    expect(sameDayInMonth('2026-01-15', -1)).toBe('2025-12-15');
    expect(sameDayInMonth('2025-12-31', 14)).toBe('2027-02-28');
  });
});
