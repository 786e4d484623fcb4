import { createHmac, timingSafeEqual } from 'node:crypto';

/** Under which name the key of links is kept. */
export const LINK_KEY = 'reports/link-key';

/** For how long a link in a mail leads to its report, in seconds: 30 days. */
export const LINK_SECONDS = 30 * 86_400;

/**
 * A link to a report for a mail: its page, until when it leads there, and a signature of both. It gives nothing away by itself, since
 * the page asks who one is; it only ends. The key is 32 bytes.
 */
export function signedPath(key: Uint8Array, reportId: string, expires: number): string {
  return `/reports/${reportId}?expires=${expires}&signature=${signatureOf(key, reportId, expires)}`;
}

/** What a link is worth at a time, in seconds since 1970. */
export function checkLink(
  key: Uint8Array,
  link: { readonly reportId: string; readonly expires: string; readonly signature: string },
  now: number,
): 'good' | 'forged' | 'expired' {
  const expires = /^\d{1,12}$/.test(link.expires) ? Number(link.expires) : Number.NaN;
  if (Number.isNaN(expires)) return 'forged';
  const [ours, theirs] = [Buffer.from(signatureOf(key, link.reportId, expires)), Buffer.from(link.signature)];
  if (ours.length !== theirs.length || !timingSafeEqual(ours, theirs)) return 'forged';
  return expires > now ? 'good' : 'expired';
}

const signatureOf = (key: Uint8Array, reportId: string, expires: number): string =>
  createHmac('sha256', key).update(`report-link\n${reportId}\n${expires}`).digest('base64url');
