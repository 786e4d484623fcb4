import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { ProblemError } from './problems.ts';

const HOUR_MS = 3_600_000;

/** The instant that `asOf` means: itself, or the last millisecond of a date in Europe/London. */
export const momentOf = (asOf: string): string => (asOf.includes('T') ? asOf : endOfLondonDay(asOf));

/**
 * The instant that the parameter `asOf` of a reader means at a time (milliseconds since 1970): that of {@link momentOf}, but today is as far
 * as it has come. Throws a problem, `validation`, for what is still to come.
 */
export function pastMoment(asOf: string, now: number): string {
  const [moment, present] = [momentOf(asOf), toInstant(now)];
  if (moment <= present) return moment;
  if (asOf === londonDay(present)) return present;
  const detail = `This is in the future: it is now ${present}.`;
  throw new ProblemError('validation', detail, [{ parameter: 'asOf', detail }]);
}

/** The last millisecond of a calendar day in Europe/London, where midnight is that of UTC in winter and an hour earlier in summer. */
export function endOfLondonDay(day: string): string {
  const tomorrow = dayOfNumber(dayNumber(day) + 1);
  const midnightUtc = Date.parse(`${tomorrow}T00:00:00Z`);
  const isSummer = londonDay(toInstant(midnightUtc - HOUR_MS)) === tomorrow;
  return toInstant(midnightUtc - (isSummer ? HOUR_MS : 0) - 1);
}
