import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { Signature } from '@hubspot/api-client';
import { sign as githubSign, verify as githubVerify } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

type Headers = Readonly<Record<string, string | undefined>>;

/** A message with what it takes to check it by a reference implementation. */
export interface Signed {
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What the published implementation of a scheme says of a message, by one secret, at the time of the (faked) clock. */
export const REFERENCE = {
  'standard-webhooks': async ({ headers, body }: Signed, secret: string) =>
    holds(() => new Webhook(secret).verify(body, headers as Record<string, string>, { jsonParse: false })),
  'hubspot-v3': async ({ url, headers, body }: Signed, secret: string) =>
    holds(() =>
      Signature.isValid({
        signatureVersion: 'v3',
        method: 'POST',
        clientSecret: secret,
        requestBody: body.toString(),
        url,
        signature: headers['x-hubspot-signature-v3'] ?? '',
        timestamp: Number(headers['x-hubspot-request-timestamp']),
      }),
    ),
  github: async ({ headers, body }: Signed, secret: string) => {
    try {
      return await githubVerify(secret, body.toString(), headers['x-hub-signature-256'] ?? '');
    } catch {
      return false;
    }
  },
  stripe: async ({ headers, body }: Signed, secret: string) =>
    holds(() => Stripe.webhooks.signature?.verifyHeader(body, headers['stripe-signature'] ?? '', secret, 300)),
} as const;

function holds(check: () => unknown): boolean {
  try {
    return check() !== false;
  } catch {
    return false;
  }
}

/** What a sender puts beside a message by the published implementations. Times in milliseconds since 1970. */
export const SIGN = {
  'standard-webhooks': (secret: string, body: string, { id, at }: { id: string; at: number }) => ({
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  }),
  'hubspot-v3': (secret: string, body: string, { url, at }: { url: string; at: number }) => ({
    'x-hubspot-request-timestamp': String(at),
    'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', {
      clientSecret: secret,
      requestBody: body,
      url,
      timestamp: at,
    } as Parameters<typeof Signature.getSignature>[2]),
  }),
  github: async (secret: string, body: string, { id }: { id: string }) => ({
    'x-hub-signature-256': await githubSign(secret, body),
    'x-github-delivery': id,
  }),
  stripe: (secret: string, payload: string, { at }: { at: number }) => ({
    'stripe-signature': Stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp: Math.floor(at / 1000),
    }),
  }),
} as const;

/** HMAC-SHA256 over bytes, for bodies that are no text, which the libraries do not sign. */
export const hmac = (key: string | Buffer, ...parts: readonly (string | Buffer)[]): Buffer =>
  createHmac('sha256', key)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();

/** A key pair of Standard Webhooks' `v1a`: the public half as a secret is put, and a signer. */
export function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    secret: `whpk_${raw.toString('base64')}`,
    sign: (id: string, at: number, body: string | Buffer) => {
      const head = `${id}.${Math.floor(at / 1000)}.`;
      return `v1a,${signBytes(null, Buffer.concat([Buffer.from(head), Buffer.from(body)]), privateKey).toString('base64')}`;
    },
  };
}
