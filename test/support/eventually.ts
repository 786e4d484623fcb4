import { setTimeout as sleep } from 'node:timers/promises';

/** Looks again until it holds, for what is listed a moment after it was recorded. After the time it fails with what did not hold last. */
export async function eventually<Value>(look: () => Promise<Value>, timeoutMs = 15_000): Promise<Value> {
  const end = Date.now() + timeoutMs;
  for (;;)
    try {
      return await look();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(50);
    }
}
