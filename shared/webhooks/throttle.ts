/** What one partner may send to one instance of the function: so many messages a second, so many at once after a pause. */
export const PARTNER_RATE = { perSecond: 20, burst: 100 } as const;

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * A token bucket for each partner. Takes one token: answers 0, or after how many whole seconds there will be one. Each instance counts
 * for itself, so that what all of them let in is a bound and no promise; one partner's flood leaves the others' buckets as they are.
 */
export function createThrottle({ perSecond, burst }: Rate): (partner: string, now: number) => number {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return (partner, now) => {
    const { tokens, at } = buckets.get(partner) ?? { tokens: burst, at: now };
    const full = Math.min(burst, tokens + (Math.max(0, now - at) / 1_000) * perSecond);
    const left = full >= 1 ? full - 1 : full;
    buckets.set(partner, { tokens: left, at: Math.max(at, now) });
    return full >= 1 ? 0 : Math.max(1, Math.ceil((1 - full) / perSecond));
  };
}
