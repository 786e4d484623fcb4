import type { Timers } from './timers.ts';

interface Call {
  at: number;
  run: () => void;
}

/** Calls things back at their time with one timer for the earliest of them. */
export interface Alarm {
  /** `at`: milliseconds on the given clock. A call cannot be taken back: it looks for itself whether it still applies. */
  at(at: number, run: () => void): void;
  /** Runs what is due; the timer calls it, and so may anyone who is about to look. */
  ring(): void;
  /** Calls nothing any more. */
  close(): void;
}

export function alarm(clock: () => number, timers: Timers): Alarm {
  const heap: Call[] = [];
  let timer: unknown;
  let timerAt = Number.POSITIVE_INFINITY;
  let closed = false;

  function arm(): void {
    const next = heap[0]?.at ?? Number.POSITIVE_INFINITY;
    if (next === timerAt) return;
    if (timer !== undefined) timers.clearTimeout(timer);
    timer = undefined;
    timerAt = next;
    if (next === Number.POSITIVE_INFINITY) return;
    timer = timers.setTimeout(() => {
      timer = undefined;
      timerAt = Number.POSITIVE_INFINITY;
      ring();
    }, next - clock());
  }

  function ring(): void {
    const now = clock();
    while (heap[0] && heap[0].at <= now) pop(heap)?.run();
    arm();
  }

  return {
    at(at, run) {
      if (closed) return;
      push(heap, { at, run });
      arm();
    },
    ring,
    close() {
      closed = true;
      if (timer !== undefined) timers.clearTimeout(timer);
      heap.length = 0;
    },
  };
}

function push(heap: Call[], call: Call): void {
  heap.push(call);
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!swapIfEarlier(heap, at, parent)) return;
    at = parent;
  }
}

function pop(heap: Call[]): Call | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  heap[0] = last;
  for (let at = 0; ; ) {
    const left = 2 * at + 1;
    const right = left + 1;
    const smaller =
      (heap[right]?.at ?? Number.POSITIVE_INFINITY) < (heap[left]?.at ?? Number.POSITIVE_INFINITY) ? right : left;
    if (smaller >= heap.length || !swapIfEarlier(heap, smaller, at)) return first;
    at = smaller;
  }
}

/** Swaps a call with the one above it when it is earlier. */
function swapIfEarlier(heap: Call[], lower: number, upper: number): boolean {
  const [below, above] = [heap[lower], heap[upper]];
  if (!below || !above || below.at >= above.at) return false;
  heap[lower] = above;
  heap[upper] = below;
  return true;
}
