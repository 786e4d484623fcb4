/** How far a clock may be ahead of ours, in milliseconds: 5 minutes. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

/** Whether an instant lies further ahead than clocks may differ: then it has not happened yet. `now` in milliseconds since 1970. */
export const isAhead = (instant: string, now: number): boolean => Date.parse(instant) > now + CLOCK_TOLERANCE_MS;
