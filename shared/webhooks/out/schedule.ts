const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long after the one before each attempt is made, in milliseconds: the schedule of Standard Webhooks (specification, "Retry schedule"),
 * ten attempts in 75 hours and 35 minutes, give or take the five seconds.
 */
export const SCHEDULE_MS: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** The longest that a receiver may put us off: as long as the schedule's longest pause. */
const PUT_OFF_AT_MOST_MS = 24 * HOUR;

/**
 * When the attempt after `made` attempts of a round is due (milliseconds since 1970): by the schedule, or later where the receiver
 * asked for it. Undefined after the last of `tries`.
 */
export function nextDue(
  made: number,
  { tries, now, retryAfterMs = 0 }: { readonly tries: number; readonly now: number; readonly retryAfterMs?: number },
): number | undefined {
  const pause = made < tries ? SCHEDULE_MS[made] : undefined;
  return pause === undefined ? undefined : now + Math.max(pause, Math.min(retryAfterMs, PUT_OFF_AT_MOST_MS));
}

/** `Retry-After` (RFC 9110, 10.2.3), seconds or a date, in milliseconds from now; undefined for none, and for what is neither. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND;
  const at = header.endsWith('GMT') ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
