import { anyMatches, faultOfTime, forged, hmacSha256, type SignatureScheme } from '../scheme.ts';

/** Signatures that are looked at, at most. */
const SIGNATURES_AT_MOST = 20;

/**
 * Stripe's signature: `Stripe-Signature: t=…,v1=…[,v1=…]`, HMAC-SHA256 in hex over `t.body`, keyed by the whole secret, `whsec_` included. It
 * carries no id of the message: the event's own id is in the body, which is not read before it is verified.
 *
 * Source: Stripe's documentation, "Verify webhook signatures manually"; reference in the tests: `stripe`.
 */
export const stripe: SignatureScheme = {
  verify({ headers, body, secrets, now }) {
    const header = headers['stripe-signature'];
    if (!header) return forged('header-missing');
    const parts = header.split(',').map((part) => part.trim().split('='));
    const times = new Set(valuesOf(parts, 't'));
    const [timestamp = ''] = times;
    if (times.size !== 1 || !/^\d{1,12}$/.test(timestamp)) return forged('header-malformed');
    const sentAt = Number(timestamp) * 1_000;
    const late = faultOfTime(sentAt, now);
    if (late) return forged(late);
    const given = valuesOf(parts, 'v1').slice(0, SIGNATURES_AT_MOST);
    if (given.length === 0) return forged('no-known-version');
    if (secrets.length === 0) return forged('no-secret');
    const expected = secrets.map((secret) => hmacSha256(secret, `${timestamp}.`, body).toString('hex'));
    return anyMatches(given, expected) ? { ok: true, sentAt } : forged('wrong-signature');
  },
};

const valuesOf = (parts: readonly (readonly string[])[], name: string): string[] =>
  parts.filter(([key]) => key === name).map(([, value = '']) => value);
