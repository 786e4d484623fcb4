import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { anyMatches, faultOfTime, forged, hmacSha256, type SignatureScheme, type SignedRequest } from '../scheme.ts';

/** What is before the key in a secret: `whsec_` in one that both sides share, `whpk_` in the public half of a key pair. */
const SHARED_PREFIX = 'whsec_';
const PUBLIC_PREFIX = 'whpk_';

/** What stands before the 32 bytes of a raw ed25519 public key in DER (RFC 8410, SubjectPublicKeyInfo). */
const ED25519_DER = Buffer.from('302a300506032b6570032100', 'hex');

/** Signatures that are looked at, at most: a header has room for some dozens, and a rotation needs two. */
const SIGNATURES_AT_MOST = 20;

/**
 * Standard Webhooks (https://www.standardwebhooks.com): `v1` is HMAC-SHA256, `v1a` is ed25519, both in base64 over `id.timestamp.body`. A header may
 * hold several signatures, separated by spaces; one that fits is enough, and unknown versions are passed over.
 *
 * The published library is the reference in the tests. It takes the body for text and the time from the wall clock; this takes the bytes as they
 * came, and is told the time.
 */
export const standardWebhooks: SignatureScheme = {
  verify(request) {
    const { headers, now, secrets } = request;
    const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
      (name) => headers[name]?.trim() ?? '',
    ) as [string, string, string];
    if (!id || !timestamp || !signatures) return forged('header-missing');
    if (!/^\d{1,12}$/.test(timestamp)) return forged('header-malformed');
    const sentAt = Number(timestamp) * 1_000;
    const late = faultOfTime(sentAt, now);
    if (late) return forged(late);
    if (secrets.length === 0) return forged('no-secret');
    const given = signaturesIn(signatures);
    if (given.v1.length + given.v1a.length === 0) return forged('no-known-version');
    const content = [`${id}.${timestamp}.`, request.body] as const;
    const authentic = [fitsShared(given.v1, content, secrets), fitsPublic(given.v1a, content, secrets)].includes(true);
    return authentic ? { ok: true, messageId: id, sentAt } : forged('wrong-signature');
  },
};

type Content = readonly [head: string, body: SignedRequest['body']];

/** `v1,abc v1a,def`; headers that were repeated come joined with a comma and perhaps a space: `v1,abc,v1,def`. */
function signaturesIn(header: string): { v1: string[]; v1a: string[] } {
  const found: { v1: string[]; v1a: string[] } = { v1: [], v1a: [] };
  const pairs = header.replace(/,\s*(?=v\d+[a-z]?,)/g, ' ').split(/\s+/);
  for (const pair of pairs.slice(0, SIGNATURES_AT_MOST)) {
    const [version, signature] = pair.split(',');
    if ((version === 'v1' || version === 'v1a') && signature) found[version].push(signature);
  }
  return found;
}

function fitsShared(given: readonly string[], content: Content, secrets: readonly string[]): boolean {
  const keys = secrets
    .filter((secret) => !secret.startsWith(PUBLIC_PREFIX))
    .map(sharedKey)
    .filter(({ length }) => length > 0);
  return anyMatches(
    given,
    keys.map((key) => hmacSha256(key, ...content).toString('base64')),
  );
}

const sharedKey = (secret: string) =>
  Buffer.from(secret.startsWith(SHARED_PREFIX) ? secret.slice(SHARED_PREFIX.length) : secret, 'base64');

function fitsPublic(given: readonly string[], content: Content, secrets: readonly string[]): boolean {
  const keys = secrets.filter((secret) => secret.startsWith(PUBLIC_PREFIX)).flatMap(publicKey);
  const signed = Buffer.concat([Buffer.from(content[0]), content[1]]);
  let found = false;
  for (const signature of given.map((text) => Buffer.from(text, 'base64')))
    for (const key of keys) if (verify(null, signed, key, signature)) found = true;
  return found;
}

/** None for what is no key: whoever put it there cannot have meant it to fit anything. */
function publicKey(secret: string): KeyObject[] {
  const raw = Buffer.from(secret.slice(PUBLIC_PREFIX.length), 'base64');
  if (raw.length !== 32) return [];
  return [createPublicKey({ key: Buffer.concat([ED25519_DER, raw]), format: 'der', type: 'spki' })];
}
