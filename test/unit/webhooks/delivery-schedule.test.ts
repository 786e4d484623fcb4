import { describe, expect, it } from 'vitest';
import { nextDue, retryAfterOf, SCHEDULE_MS } from '#shared/webhooks/out/schedule.ts';

const HOUR = 3_600_000;
const now = Date.parse('2026-11-21T12:00:00Z');
const tries = SCHEDULE_MS.length;

describe('the schedule of deliveries', () => {
  it('makes ten attempts in 75 hours and 35 minutes, as Standard Webhooks says', () => {
    expect(SCHEDULE_MS).toHaveLength(10);
    const sum = SCHEDULE_MS.reduce((all, pause) => all + pause, 0);
    expect(Math.floor(sum / 60_000)).toBe(75 * 60 + 35);
    expect(SCHEDULE_MS.map((pause) => pause / 1000)).toEqual([
      0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400,
    ]);
  });

  it('ends after the last attempt, of a test after the first', () => {
    expect(nextDue(9, { tries, now })).toBe(now + 24 * HOUR);
    expect(nextDue(10, { tries, now })).toBeUndefined();
    expect(nextDue(1, { tries: 1, now })).toBeUndefined();
  });

  it('comes later where the receiver asks for it, never sooner, and never more than a day later', () => {
    expect(nextDue(1, { tries, now, retryAfterMs: 120_000 })).toBe(now + 120_000);
    expect(nextDue(2, { tries, now, retryAfterMs: 1_000 })).toBe(now + 300_000);
    expect(nextDue(1, { tries, now, retryAfterMs: 1e12 })).toBe(now + 24 * HOUR);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    [undefined, undefined],
  ])('%s is read as it is written in HTTP', (header, ms) => {
    expect(retryAfterOf(header, now)).toBe(ms);
  });
});
