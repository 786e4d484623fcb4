import { anyMatches, faultOfTime, forged, hmacSha256, type SignatureScheme, single } from '../scheme.ts';

/** What HubSpot decodes in the URI before it signs, and nothing else. */
const DECODED: Readonly<Record<string, string>> = {
  '%3a': ':',
  '%2f': '/',
  '%3f': '?',
  '%40': '@',
  '%21': '!',
  '%24': '$',
  '%27': "'",
  '%28': '(',
  '%29': ')',
  '%2a': '*',
  '%2c': ',',
  '%3b': ';',
};

const decoded = (url: string) => url.replace(/%[0-9a-f]{2}/gi, (code) => DECODED[code.toLowerCase()] ?? code);

/**
 * HubSpot's signature of version 3: HMAC-SHA256 in base64, keyed by the app's client secret, over method, full URI, body and timestamp
 * (milliseconds). It carries no id of the message.
 *
 * Source: HubSpot's developer documentation, "Validating requests"; reference in the tests: `@hubspot/api-client`, which does not decode the
 * URI and does not refuse a time to come.
 */
export const hubspotV3: SignatureScheme = {
  verify({ method, url, headers, body, secrets, now }) {
    const timestamp = single(headers, 'x-hubspot-request-timestamp');
    const signature = single(headers, 'x-hubspot-signature-v3');
    if (!timestamp || !signature) return forged('header-missing');
    if (!/^\d{1,15}$/.test(timestamp)) return forged('header-malformed');
    const sentAt = Number(timestamp);
    const late = faultOfTime(sentAt, now);
    if (late) return forged(late);
    if (secrets.length === 0) return forged('no-secret');
    const expected = secrets.map((secret) =>
      hmacSha256(secret, method, decoded(url), body, timestamp).toString('base64'),
    );
    return anyMatches([signature], expected) ? { ok: true, sentAt } : forged('wrong-signature');
  },
};
