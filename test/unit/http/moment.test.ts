import { describe, expect, it } from 'vitest';
import { londonDay } from '#shared/domain/days.ts';
import { endOfLondonDay, momentOf, pastMoment } from '#shared/http/moment.ts';

describe('a moment', () => {
  it.each([
    ['2026-11-21', '2026-11-21T23:59:59.999Z'],
    ['2026-07-01', '2026-07-01T22:59:59.999Z'],
    ['2026-03-28', '2026-03-28T23:59:59.999Z'],
    ['2026-03-29', '2026-03-29T22:59:59.999Z'],
    ['2026-10-24', '2026-10-24T22:59:59.999Z'],
    ['2026-10-25', '2026-10-25T23:59:59.999Z'],
    ['2026-12-31', '2026-12-31T23:59:59.999Z'],
    ['2028-02-29', '2028-02-29T23:59:59.999Z'],
  ])('that is the date %s is its end in London', (day, instant) => {
    expect(momentOf(day)).toBe(instant);
  });

  it('is the last millisecond of its day, on every day of two years', () => {
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 86_400_000) {
      const day = new Date(at).toISOString().slice(0, 10);
      const end = endOfLondonDay(day);
      expect(londonDay(end)).toBe(day);
      expect(londonDay(new Date(Date.parse(end) + 1).toISOString())).not.toBe(day);
    }
  });

  it('that is an instant is itself', () => {
    expect(momentOf('2026-11-21T12:00:00.000Z')).toBe('2026-11-21T12:00:00.000Z');
  });

  it.each([
    ['a day that is over is its end', '2026-06-30', '2026-06-30T22:59:59.999Z'],
    ['today in London is up to now, though in UTC it is still yesterday', '2026-07-01', '2026-06-30T23:30:00.000Z'],
    ['this very instant is itself', '2026-06-30T23:30:00.000Z', '2026-06-30T23:30:00.000Z'],
  ])('of the past: %s', (_, asOf, moment) => {
    expect(pastMoment(asOf, Date.parse('2026-06-30T23:30:00.000Z'))).toBe(moment);
  });

  it.each(['2026-07-02', '2026-06-30T23:30:00.001Z', '2999-01-01'])(
    'of the past is not %s, which is to come',
    (asOf) => {
      expect(() => pastMoment(asOf, Date.parse('2026-06-30T23:30:00.000Z'))).toThrow(
        expect.objectContaining({ code: 'validation', message: expect.stringContaining('2026-06-30T23:30:00.000Z') }),
      );
    },
  );
});
