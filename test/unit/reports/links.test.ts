import { describe, expect, it } from 'vitest';
import { pagePolicy, refusedPage, reportPage } from '#shared/http/reports/page.ts';
import { checkLink, signedPath } from '#shared/reports/links.ts';

const KEY = new Uint8Array(32).fill(7);
const ID = 'rep_5W3QZ8T1H6M4D9K2B7X0V5N3R1';
const UNTIL = 1_800_000_000;

function partsOf(path: string) {
  const url = new URL(path, 'https://crm.example');
  return {
    reportId: url.pathname.split('/')[2] as string,
    expires: url.searchParams.get('expires') as string,
    signature: url.searchParams.get('signature') as string,
  };
}
const link = partsOf(signedPath(KEY, ID, UNTIL));

describe('a link in a mail', () => {
  it('is good until it expires, and then says so', () => {
    expect(checkLink(KEY, link, UNTIL - 1)).toBe('good');
    expect(checkLink(KEY, link, UNTIL)).toBe('expired');
    expect(checkLink(KEY, link, UNTIL + 1)).toBe('expired');
  });

  it.each([
    ['a later end', { expires: String(UNTIL + 1) }],
    ['another report', { reportId: 'rep_0A2C4E6G8J1M3P5R7T9W1Y3B5D' }],
    ['no signature', { signature: '' }],
    ['part of the signature', { signature: link.signature.slice(0, -1) }],
    ['another signature', { signature: link.signature.replace(/./, (letter) => (letter === 'A' ? 'B' : 'A')) }],
    ['no end', { expires: '' }],
    ['an end that is none', { expires: '1e9' }],
    ['a negative end', { expires: '-1' }],
  ])('is worth nothing with %s, expired or not', (_, changed) => {
    expect(checkLink(KEY, { ...link, ...changed }, UNTIL - 1)).toBe('forged');
    expect(checkLink(KEY, { ...link, ...changed }, UNTIL + 9e9)).toBe('forged');
  });

  it('is worth nothing under another key', () => {
    expect(checkLink(new Uint8Array(32), link, UNTIL - 1)).toBe('forged');
  });
});

describe('the page behind it', () => {
  const signIn = { url: 'https://crm.auth.eu-west-2.amazoncognito.com', clientId: 'client' };

  it('runs its own script and no other, and talks to the product and the sign-in page alone', () => {
    const policy = pagePolicy(signIn);
    expect(policy).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='(;|$)/);
    expect(policy).toContain(`connect-src 'self' ${signIn.url}`);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(pagePolicy({ url: '', clientId: 'client' })).toContain("connect-src 'self';");
  });

  it('carries what it is told as data, whatever that is', () => {
    const page = reportPage('en', { ...signIn, clientId: '</script><script>alert(1)</script>' });
    expect(page).not.toContain('<script>alert');
    expect(page.match(/<script/g)).toHaveLength(2);
  });

  it('comes back from signing in to the one address that is known there', () => {
    expect(reportPage('en', signIn)).toContain("location.origin+'/signed-in'");
  });

  it('says in both languages that a link has expired', () => {
    expect(refusedPage('en', 'expired')).toContain('This link has expired.');
    expect(refusedPage('zh-CN', 'expired')).toContain('此链接已过期。');
    expect(refusedPage('en', 'forged')).not.toContain('<script');
  });
});
