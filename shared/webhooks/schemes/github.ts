import { anyMatches, forged, hmacSha256, type SignatureScheme, single } from '../scheme.ts';

/**
 * GitHub's signature: HMAC-SHA256 in hex over the body, as `X-Hub-Signature-256: sha256=…`. It carries no time, so nothing is too old; a
 * repeat is told by `X-GitHub-Delivery`, which a redelivery keeps. That id is not signed: one that is changed brings the same events
 * with other ids, from whoever had the message; the body it cannot change.
 *
 * Source: GitHub's documentation, "Validating webhook deliveries"; reference in the tests: `@octokit/webhooks-methods`.
 */
export const github: SignatureScheme = {
  verify({ headers, body, secrets }) {
    const signature = single(headers, 'x-hub-signature-256');
    if (!signature) return forged('header-missing');
    if (!signature.startsWith('sha256=')) return forged('no-known-version');
    if (secrets.length === 0) return forged('no-secret');
    const expected = secrets.map((secret) => `sha256=${hmacSha256(secret, body).toString('hex')}`);
    if (!anyMatches([signature], expected)) return forged('wrong-signature');
    const messageId = single(headers, 'x-github-delivery');
    return { ok: true, ...(messageId ? { messageId } : {}) };
  },
};
