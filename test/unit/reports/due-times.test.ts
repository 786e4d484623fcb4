import { describe, expect, it } from 'vitest';
import { scheduleExpressionOf } from '#shared/domain/report/schedule.ts';
import { type Cadence, FIRST_SERIES, PutReportSeries } from '#shared/domain/report/series.ts';
import { dueTimes, lastDue } from '#shared/reports/due-times.ts';

const firstSeries = (id: string) => {
  const series = FIRST_SERIES.find((each) => each.id === id);
  if (!series) throw new Error(`There is no ${id}.`);
  return series;
};
const birmingham = firstSeries('weekly-birmingham');
const weekly = (weekday: 'sunday' | 'monday', at: string, timeZone = 'Europe/London') => ({
  cadence: { every: 'week', weekday, at } satisfies Cadence,
  timeZone,
});
const monthly = (day: number | 'last', at: string, timeZone = 'Europe/London') => ({
  cadence: { every: 'month', day, at } satisfies Cadence,
  timeZone,
});

describe('when reports are due', () => {
  it('stays at 08:00 in Birmingham when summer time begins: an hour earlier by UTC', () => {
    expect(dueTimes(birmingham, '2026-03-20T00:00:00Z', '2026-04-07T00:00:00Z')).toEqual([
      '2026-03-23T08:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
      '2026-04-06T07:00:00.000Z',
    ]);
  });

  it('stays at 08:00 in Birmingham when summer time ends: an hour later by UTC', () => {
    expect(dueTimes(birmingham, '2026-10-18T00:00:00Z', '2026-11-03T00:00:00Z')).toEqual([
      '2026-10-19T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
    ]);
  });

  it('moves with no clock in Guangzhou, which has no summer time', () => {
    expect(dueTimes(firstSeries('weekly-guangzhou'), '2026-03-20T00:00:00Z', '2026-04-07T00:00:00Z')).toEqual([
      '2026-03-23T01:00:00.000Z',
      '2026-03-30T01:00:00.000Z',
      '2026-04-06T01:00:00.000Z',
    ]);
  });

  it('is as soon as the clocks have gone forward, where they skip the time', () => {
    expect(dueTimes(weekly('sunday', '01:30'), '2026-03-25T00:00:00Z', '2026-04-06T00:00:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-04-05T00:30:00.000Z',
    ]);
  });

  it('is once, the first time, where the clocks bring the time twice', () => {
    expect(dueTimes(weekly('sunday', '01:30'), '2026-10-20T00:00:00Z', '2026-11-02T00:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-11-01T01:30:00.000Z',
    ]);
  });

  it('goes over the end of a year, each month once', () => {
    expect(dueTimes(firstSeries('monthly'), '2026-11-15T00:00:00Z', '2027-02-02T00:00:00Z')).toEqual([
      '2026-12-01T07:00:00.000Z',
      '2027-01-01T07:00:00.000Z',
      '2027-02-01T07:00:00.000Z',
    ]);
    expect(dueTimes(birmingham, '2026-12-27T00:00:00Z', '2027-01-05T00:00:00Z')).toEqual([
      '2026-12-28T08:00:00.000Z',
      '2027-01-04T08:00:00.000Z',
    ]);
  });

  it('is 29 February in a leap year and 28 February in another, for the last day of the month', () => {
    expect(dueTimes(monthly('last', '07:00'), '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z')).toEqual([
      '2028-02-29T07:00:00.000Z',
    ]);
    expect(dueTimes(monthly('last', '07:00'), '2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z')).toEqual([
      '2027-02-28T07:00:00.000Z',
    ]);
    expect(dueTimes(monthly('last', '00:30', 'Asia/Shanghai'), '2028-02-01T00:00:00Z', '2028-03-02T00:00:00Z')).toEqual(
      ['2028-02-28T16:30:00.000Z'],
    );
  });

  it('is every Monday through a February of 29 days', () => {
    expect(dueTimes(birmingham, '2028-02-20T00:00:00Z', '2028-03-07T00:00:00Z')).toEqual([
      '2028-02-21T08:00:00.000Z',
      '2028-02-28T08:00:00.000Z',
      '2028-03-06T08:00:00.000Z',
    ]);
  });

  it('counts the instant at the end and not the one at the beginning', () => {
    expect(dueTimes(birmingham, '2026-11-16T08:00:00Z', '2026-11-23T08:00:00Z')).toEqual(['2026-11-23T08:00:00.000Z']);
    expect(dueTimes(birmingham, '2026-11-16T08:00:00Z', '2026-11-23T07:59:59.999Z')).toEqual([]);
  });

  it('was last three weeks after the report before, where three were missed', () => {
    expect(lastDue(birmingham, '2026-11-02T08:00:00Z', '2026-11-25T00:00:00Z')).toBe('2026-11-23T08:00:00.000Z');
    expect(lastDue(birmingham, '2026-11-23T08:00:00Z', '2026-11-25T00:00:00Z')).toBeUndefined();
  });
});

it.each([
  [birmingham, 'cron(0 8 ? * MON *)'],
  [firstSeries('weekly-guangzhou'), 'cron(0 9 ? * MON *)'],
  [firstSeries('monthly'), 'cron(0 7 1 * ? *)'],
  [monthly('last', '23:05'), 'cron(5 23 L * ? *)'],
  [weekly('sunday', '00:30'), 'cron(30 0 ? * SUN *)'],
])('a schedule is told in the words of EventBridge Scheduler: %#', (series, expression) => {
  expect(scheduleExpressionOf(series)).toBe(expression);
});

describe('a series', () => {
  const least = { cadence: birmingham.cadence, timeZone: 'Asia/Shanghai' };
  const faults = (changed: object) =>
    PutReportSeries.safeParse({ ...least, ...changed }).error?.issues.map(({ path }) => path.join('/'));

  it('is complete with cadence and zone, in pounds and English, over everything, to nobody', () => {
    expect(PutReportSeries.parse(least)).toEqual({
      ...least,
      currency: 'GBP',
      language: 'en',
      filters: {},
      recipients: [],
      enabled: true,
    });
  });

  it.each([
    [{ cadence: { every: 'month', day: 29, at: '07:00' } }, 'cadence/day'],
    [{ cadence: { every: 'week', weekday: 'monday', at: '24:00' } }, 'cadence/at'],
    [{ cadence: { every: 'day', at: '07:00' } }, 'cadence/every'],
    [{ timeZone: 'Europe/Birmingham' }, 'timeZone'],
    [{ currency: 'XXX' }, 'currency'],
    [{ recipients: [{ email: 'nobody' }] }, 'recipients/0/email'],
    [{ recipients: [{ email: 'a@example.org' }, { email: 'A@example.org' }] }, 'recipients'],
    [{ filters: { strand: [] } }, 'filters/strand'],
    [{ filters: { place: ['guangzhou', 'guangzhou'] } }, 'filters/place'],
  ])('is refused with %j', (changed, path) => {
    expect(faults(changed)).toEqual([path]);
  });
});
