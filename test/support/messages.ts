import type { RequestOptions } from './http-request.ts';
import { SIGN } from './signatures.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A message in the plain form that logs a trade deal under its name in the partner's system. */
export const logging = (ref: string, more: Record<string, unknown> = {}, timestamp = '2026-11-21T11:00:00Z') => ({
  type: 'trade-deal.logged',
  timestamp,
  data: {
    title: `Deal ${ref}`,
    strand: 'business-engagement',
    direction: 'uk-export',
    organisations: [{ name: 'Guangzhou Metro', place: 'guangzhou' }],
    externalRef: { partner: 'jitri', ref },
    ...more,
  },
});

export const moving = (ref: string, to: string, timestamp = '2026-11-21T11:30:00Z') => ({
  type: 'trade-deal.moved',
  timestamp,
  data: { externalRef: { partner: 'jitri', ref }, to },
});

/** A request that carries a message, signed by Standard Webhooks. */
export function signed(
  message: unknown,
  { id = 'msg_1', at = Date.now(), secret = SECRET }: { id?: string; at?: number; secret?: string } = {},
): RequestOptions {
  const raw = typeof message === 'string' ? message : JSON.stringify(message);
  return { as: null, raw, headers: SIGN['standard-webhooks'](secret, raw, { id, at }) };
}
