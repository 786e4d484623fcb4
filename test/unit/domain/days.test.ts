import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';

describe('days in Europe/London', () => {
  it.each([
    ['2026-03-29T00:59:59.999Z', '2026-03-29'],
    ['2026-03-29T22:59:59.999Z', '2026-03-29'],
    ['2026-03-29T23:00:00.000Z', '2026-03-30'],
    ['2026-10-24T23:00:00.000Z', '2026-10-25'],
    ['2026-10-25T23:00:00.000Z', '2026-10-25'],
    ['2026-10-25T23:59:59.999Z', '2026-10-25'],
    ['2025-12-31T23:59:59.999Z', '2025-12-31'],
    ['2026-01-01T00:00:00.000Z', '2026-01-01'],
    ['2028-02-28T23:59:59.999Z', '2028-02-28'],
    ['2028-02-29T12:00:00.000Z', '2028-02-29'],
    ['2026-06-30T23:30:00.000Z', '2026-07-01'],
  ])('puts %s on %s', (instant, day) => expect(londonDay(instant)).toBe(day));

  it('counts the days in which the clock changes as one day each', () => {
    expect(dayNumber('2026-03-30') - dayNumber('2026-03-28')).toBe(2);
    expect(dayNumber('2026-10-26') - dayNumber('2026-10-24')).toBe(2);
    expect(dayNumber('2028-03-01') - dayNumber('2028-02-28')).toBe(2);
  });

  it('numbers days one by one, and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 60_000 }), (number) => dayNumber(dayOfNumber(number)) === number),
    );
    expect(dayNumber('1970-01-01')).toBe(0);
  });

  it('never goes backwards when time does not', () => {
    const instants = fc.date({ min: new Date('1996-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        const [first, second] = a <= b ? [a, b] : [b, a];
        return londonDay(first.toISOString()) <= londonDay(second.toISOString());
      }),
    );
  });

  it('pads years below 1000, since days are compared and parsed as text', () => {
    expect(londonDay('0026-11-30T08:00:00.000Z')).toMatch(/^0026-11-\d\d$/);
    expect(Number.isInteger(dayNumber(londonDay('0001-06-01T00:00:00.000Z')))).toBe(true);
  });

  it('refuses what is no instant and no day', () => {
    expect(() => londonDay('soon')).toThrow(RangeError);
    expect(() => dayNumber('soon')).toThrow(RangeError);
  });
});
