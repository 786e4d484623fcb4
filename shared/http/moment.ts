import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import { toInstant } from '#shared/runtime/clock.ts';

const HOUR_MS = 3_600_000;

/** The instant that `asOf` means: itself, or the last millisecond of a date in Europe/London. */
export const momentOf = (asOf: string): string => (asOf.includes('T') ? asOf : endOfLondonDay(asOf));

/** The last millisecond of a calendar day in Europe/London, where midnight is that of UTC in winter and an hour earlier in summer. */
export function endOfLondonDay(day: string): string {
  const tomorrow = dayOfNumber(dayNumber(day) + 1);
  const midnightUtc = Date.parse(`${tomorrow}T00:00:00Z`);
  const isSummer = londonDay(toInstant(midnightUtc - HOUR_MS)) === tomorrow;
  return toInstant(midnightUtc - (isSummer ? HOUR_MS : 0) - 1);
}
