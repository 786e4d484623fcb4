import type { Clock } from './clock.ts';

/** What was loaded, kept for a while in the function's memory. */
export interface Cache<Value> {
  /** The value of this key, at most so old; callers that ask at the same time share one look. */
  get(key: string): Promise<Value>;
  /** Forgets it: the next to ask looks anew. */
  drop(key: string): void;
}

/**
 * Keeps what `load` gives for `ms` milliseconds and `atMost` keys, the one that was asked for first leaving first. That there is
 * nothing is remembered like anything else; a failure is not.
 */
export function createCache<Value>(options: {
  readonly load: (key: string) => Promise<Value>;
  readonly clock: Clock;
  readonly ms: number;
  readonly atMost: number;
}): Cache<Value> {
  const { load, clock, ms, atMost } = options;
  const kept = new Map<string, { readonly since: number; readonly value: Promise<Value> }>();
  const get = (key: string): Promise<Value> => {
    const found = kept.get(key);
    if (found && clock() - found.since < ms) return found.value;
    const value = load(key);
    const entry = { since: clock(), value };
    kept.delete(key);
    kept.set(key, entry);
    for (const first of kept.keys()) {
      if (kept.size <= atMost) break;
      kept.delete(first);
    }
    value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return value;
  };
  return { get, drop: (key) => void kept.delete(key) };
}
