import type { Throttling } from '../template/model.ts';

/** A token bucket, as API Gateway counts: `ratePerSecond` tokens come in, at most `burst` stay. Gives whether a request may pass. */
export function throttle(
  { ratePerSecond, burst }: Throttling,
  clock: () => number = () => performance.now(),
): () => boolean {
  let tokens = burst;
  let filledAt = clock();
  return () => {
    const now = clock();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * ratePerSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
