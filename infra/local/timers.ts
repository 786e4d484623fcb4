/** The part of the timer functions that local services need, so that a test can hold the clock. */
export interface Timers {
  setTimeout(callback: () => void, milliseconds: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** The longest delay that a Node timer takes; anything above fires at once. */
const longestDelayMs = 2 ** 31 - 1;

/** Node's own timers; none of them keeps the process alive, and a longer delay wakes early instead of at once. */
export const realTimers: Timers = {
  setTimeout(callback, milliseconds) {
    const timer = setTimeout(callback, Math.min(Math.max(milliseconds, 0), longestDelayMs));
    timer.unref();
    return timer;
  },
  clearTimeout(handle) {
    clearTimeout(handle as NodeJS.Timeout | undefined);
  },
};

/** Where a local service tells what it did on its own: one line and its facts. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void;
