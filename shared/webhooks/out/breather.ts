import type { Clock } from '#shared/runtime/clock.ts';

/**
 * Keeps a slow subscriber from holding up the others: an attempt that runs out of time costs its invocation 15 seconds, and with a thousand
 * deliveries waiting for the same receiver there would be no invocation left for anybody else.
 */
export interface Breather {
  /** How long that subscriber is to be left alone, in milliseconds; 0 for not at all. */
  pauseOf(subscription: string): number;
  /** It took so long to answer, or not to. */
  note(subscription: string, ms: number): void;
}

/** From here on a subscriber is slow, in milliseconds. */
const SLOW_MS = 5_000;
/** For each second that a slow one takes of an instance, the others get four. */
const SHARE = 4;

/** In the function's memory, since it only has to hold for most. What is put off by it is no attempt. */
export function createBreather(clock: Clock): Breather {
  const until = new Map<string, number>();
  return {
    pauseOf: (subscription) => Math.max(0, (until.get(subscription) ?? 0) - clock()),
    note: (subscription, ms) => {
      if (ms >= SLOW_MS) until.set(subscription, clock() + SHARE * ms);
      else until.delete(subscription);
    },
  };
}
