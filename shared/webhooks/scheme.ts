import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SchemeSettings } from '#shared/domain/partner/partner.ts';

/** Header names in lower case; a header that was sent more than once has its values joined with commas, as API Gateway does it. */
export type WebhookHeaders = Readonly<Record<string, string | undefined>>;

/** A message as it came, before anything of it is believed. */
export interface SignedRequest {
  readonly method: string;
  /** The full URI as its sender knows it. */
  readonly url: string;
  readonly headers: WebhookHeaders;
  /** The very bytes. */
  readonly body: Buffer;
  /** Those that have not expired, one or several. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly settings?: SchemeSettings | undefined;
}

/** Why a message is not authentic: for our log alone, its sender is told nothing of it. */
export type Forgery =
  | 'no-secret'
  | 'header-missing'
  | 'header-malformed'
  | 'too-old'
  | 'too-new'
  | 'no-known-version'
  | 'wrong-signature';

export type Verdict =
  | {
      readonly ok: true;
      /** The sender's id of the message: a repeat carries the same one. */
      readonly messageId?: string;
      /** When the sender signed it, in milliseconds since 1970. */
      readonly sentAt?: number;
    }
  | { readonly ok: false; readonly reason: Forgery };

/** One way to show that a message is authentic. Another scheme is another of these. */
export interface SignatureScheme {
  verify(request: SignedRequest): Verdict;
}

export const forged = (reason: Forgery): Verdict => ({ ok: false, reason });

/** How far the sender's clock may be from ours, in milliseconds, either way: 5 minutes. */
const TOLERANCE_MS = 300_000;

/** What is wrong with the time at which a message says it was sent (milliseconds since 1970); undefined for nothing. */
export function faultOfTime(sentAt: number, now: number): 'too-old' | 'too-new' | undefined {
  if (now - sentAt > TOLERANCE_MS) return 'too-old';
  if (sentAt - now > TOLERANCE_MS) return 'too-new';
  return undefined;
}

/** HMAC-SHA256 over the parts one after the other: text as UTF-8, bytes as they are. */
export function hmacSha256(key: string | Buffer, ...parts: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/**
 * Whether any of the texts that were given is one of those expected. Every pair is compared, each in constant time, so that the time it
 * takes says nothing of which one, or how much of it, was right.
 */
export function anyMatches(given: readonly string[], expected: readonly string[]): boolean {
  let found = false;
  for (const one of given) for (const other of expected) if (sameText(one, other)) found = true;
  return found;
}

/** Whether two texts are the same, in a time that depends on their lengths alone. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A header that must be there once: empty, missing or sent with different values it is not. */
export function single(headers: WebhookHeaders, name: string): string | undefined {
  const values = [...new Set((headers[name] ?? '').split(',').map((value) => value.trim()))];
  return values.length === 1 && values[0] ? values[0] : undefined;
}
