import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Scheme, SchemeSettings } from '#shared/domain/partner/partner.ts';
import { verifySignature } from '#shared/webhooks/schemes.ts';
import { hmac, keyPair, REFERENCE, SIGN } from '#test/support/signatures.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const URL = 'https://crm.example.org/webhooks/jitri';
const BODY = '{"type":"trade-deal.logged","data":{"title":"上海地铁"}}';
const SECRETS = {
  'standard-webhooks': 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'hubspot-v3': 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
  github: "It's a Secret to Everybody",
  stripe: 'whsec_test_9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  'shared-key': 'a-key-that-only-we-two-know-0123456789',
} as const;
const OTHER = {
  'standard-webhooks': 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  'hubspot-v3': 'another-partner-s-client-secret',
  github: "another partner's secret",
  stripe: 'whsec_of_another_partner',
  'shared-key': 'a-key-of-another-partner',
} as const;
const SECOND = 1_000;

type Headers = Record<string, string | undefined>;
interface Case {
  readonly what: string;
  readonly ok: boolean;
  readonly headers: Headers;
  readonly body?: string | Buffer;
  readonly url?: string;
  readonly secrets?: readonly string[];
  readonly settings?: SchemeSettings;
  /** `same`: the reference says the same. `stricter`: it lets this pass, and we do not. `wider`: it cannot read this, and we can. */
  readonly reference?: 'same' | 'stricter' | 'wider';
}

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
beforeEach(() => {
  vi.setSystemTime(NOW);
});
afterAll(() => {
  vi.useRealTimers();
});

const verdict = (scheme: Scheme, { headers, body = BODY, url = URL, secrets, settings }: Omit<Case, 'what' | 'ok'>) =>
  verifySignature(scheme, {
    method: 'POST',
    url,
    headers,
    body: Buffer.from(body),
    secrets: secrets ?? [SECRETS[scheme]],
    now: Date.now(),
    settings,
  });

function check(scheme: keyof typeof REFERENCE, cases: readonly Case[]): void {
  it.each(cases.map((each) => [each.ok ? 'lets in' : 'refuses', each.what, each] as const))(
    `%s ${scheme}: %s`,
    async (_, __, each) => {
      const { ok, headers, body = BODY, url = URL, secrets = [SECRETS[scheme]], reference = 'same' } = each;
      expect(verdict(scheme, each).ok).toBe(ok);
      const signed = { url, headers, body: Buffer.from(body) };
      const theirs = await Promise.all(secrets.map((secret) => REFERENCE[scheme](signed, secret)));
      expect(theirs.includes(true)).toBe({ same: ok, stricter: true, wider: false }[reference]);
    },
  );
}

/** The text with one bit of its first character flipped, which stays a character of its kind. */
const flipped = (text: string, bit = 1) => String.fromCharCode(text.charCodeAt(0) ^ bit) + text.slice(1);

describe('published vectors', () => {
  const { vectors } = JSON.parse(
    readFileSync(new globalThis.URL('published-vectors.json', import.meta.url), 'utf8'),
  ) as {
    vectors: {
      scheme: keyof typeof REFERENCE;
      source: string;
      secret: string;
      headers: Record<string, string>;
      body: string;
      url?: string;
      at?: string;
    }[];
  };

  it.each(vectors.map((vector) => [vector.scheme, vector.source, vector] as const))(
    '%s: %s, by us and by the reference',
    async (scheme, _, { secret, headers, body, url = URL, at = '0' }) => {
      vi.setSystemTime(Number(at) * (scheme === 'hubspot-v3' ? 1 : SECOND));
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      expect(verdict(scheme, { headers: lower, body, url, secrets: [secret] }).ok).toBe(true);
      expect(await REFERENCE[scheme]({ url, headers: lower, body: Buffer.from(body) }, secret)).toBe(true);
      expect(verdict(scheme, { headers: lower, body: `${body} `, url, secrets: [secret] }).ok).toBe(false);
    },
  );
});

describe('standard-webhooks', () => {
  const secret = SECRETS['standard-webhooks'];
  const at = (offset: number, body = BODY, by: string = secret) =>
    SIGN['standard-webhooks'](by, body, { id: ID, at: NOW + offset * SECOND });
  const good = at(0);
  const signature = good['webhook-signature'];
  const foreign = at(0, BODY, OTHER['standard-webhooks'])['webhook-signature'];
  const without = (name: string) => ({ ...good, [name]: undefined });
  const withSignature = (value: string) => ({ ...good, 'webhook-signature': value });

  check('standard-webhooks', [
    { what: 'a signature of the secret', ok: true, headers: good },
    { what: 'the same secret without its prefix', ok: true, headers: good, secrets: [secret.slice(6)] },
    { what: 'a message 299 s old', ok: true, headers: at(-299) },
    { what: 'a message 301 s old', ok: false, headers: at(-301) },
    { what: 'a message 299 s ahead', ok: true, headers: at(299) },
    { what: 'a message 301 s ahead', ok: false, headers: at(301) },
    { what: 'no id', ok: false, headers: without('webhook-id') },
    { what: 'no timestamp', ok: false, headers: without('webhook-timestamp') },
    { what: 'no signature', ok: false, headers: without('webhook-signature') },
    { what: 'no header at all', ok: false, headers: {} },
    { what: 'a timestamp that is no number', ok: false, headers: { ...good, 'webhook-timestamp': 'hello' } },
    { what: 'an empty timestamp', ok: false, headers: { ...good, 'webhook-timestamp': '' } },
    {
      what: 'a timestamp with something after it',
      ok: false,
      headers: { ...good, 'webhook-timestamp': `${good['webhook-timestamp']}x` },
      reference: 'stricter',
    },
    { what: 'a timestamp before 1970', ok: false, headers: { ...good, 'webhook-timestamp': '-1' } },
    { what: 'half a signature', ok: false, headers: withSignature(signature.slice(0, 8)) },
    { what: 'a version without a signature', ok: false, headers: withSignature('v1,') },
    { what: 'a signature without a version', ok: false, headers: withSignature(signature.slice(3)) },
    { what: 'an unknown version', ok: false, headers: withSignature(signature.replace('v1,', 'v2,')) },
    { what: 'an unknown version beside a good one', ok: true, headers: withSignature(`v9,AAAA ${signature}`) },
    { what: 'a good signature behind a wrong one', ok: true, headers: withSignature(`${foreign} ${signature}`) },
    { what: 'a good signature before a wrong one', ok: true, headers: withSignature(`${signature} ${foreign}`) },
    { what: 'two wrong signatures', ok: false, headers: withSignature(`${foreign} v1,AAAA`) },
    { what: 'a flipped bit in the signature', ok: false, headers: withSignature(`v1,${flipped(signature.slice(3))}`) },
    { what: 'a flipped bit in the id', ok: false, headers: { ...good, 'webhook-id': flipped(ID) } },
    {
      what: 'a flipped bit in the timestamp',
      ok: false,
      headers: {
        ...good,
        'webhook-timestamp': good['webhook-timestamp'].replace(/\d$/, (digit) => String(Number(digit) ^ 1)),
      },
    },
    { what: 'a flipped bit in the body', ok: false, headers: good, body: BODY.replace('trade', 'urade') },
    { what: 'a space behind the body', ok: false, headers: good, body: `${BODY} ` },
    { what: 'an empty body that was signed', ok: true, headers: at(0, ''), body: '' },
    { what: 'an empty body in place of another', ok: false, headers: good, body: '' },
    { what: "another partner's secret", ok: false, headers: at(0, BODY, OTHER['standard-webhooks']) },
    {
      what: 'the older of two active secrets',
      ok: true,
      headers: good,
      secrets: [OTHER['standard-webhooks'], secret],
    },
    { what: 'a secret that has expired, so that none is left', ok: false, headers: good, secrets: [] },
    { what: 'the id sent twice', ok: false, headers: { ...good, 'webhook-id': `${ID},${ID}` } },
    {
      what: 'the signature header sent twice, a wrong one first',
      ok: true,
      headers: withSignature(`${foreign},${signature}`),
      reference: 'wider',
    },
    {
      what: 'the signature header sent twice, neither of them ours',
      ok: false,
      headers: withSignature(`${foreign}, ${foreign}`),
    },
  ]);

  it('tells the id and the time of the message', () => {
    expect(verdict('standard-webhooks', { headers: good })).toEqual({ ok: true, messageId: ID, sentAt: NOW });
  });

  it('signs bytes: one flipped bit in a body that is no text is found, where its text would be the same', () => {
    const [body, other] = [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.from([0x7b, 0xfe, 0x7d])];
    expect(body.toString()).toBe(other.toString());
    const headers = withSignature(
      `v1,${hmac(Buffer.from(secret.slice(6), 'base64'), `${ID}.${NOW / SECOND}.`, body).toString('base64')}`,
    );
    expect(verdict('standard-webhooks', { headers, body }).ok).toBe(true);
    expect(verdict('standard-webhooks', { headers, body: other }).ok).toBe(false);
  });

  describe('v1a', () => {
    const [ours, theirs] = [keyPair(), keyPair()];
    const headers = (value: string) => withSignature(value);
    const mine = ours.sign(ID, NOW, BODY);

    it.each<[string, boolean, Headers, string[], string?]>([
      ['a signature of the key', true, headers(mine), [ours.secret]],
      ['one of two keys', true, headers(mine), [theirs.secret, ours.secret]],
      ['beside a v1 signature of a secret we do not have', true, headers(`${foreign} ${mine}`), [ours.secret]],
      ['a shared secret beside it, signed by that', true, good, [ours.secret, secret]],
      ['of another key', false, headers(theirs.sign(ID, NOW, BODY)), [ours.secret]],
      ['of another id', false, headers(ours.sign('msg_other', NOW, BODY)), [ours.secret]],
      ['of another time', false, headers(ours.sign(ID, NOW - SECOND, BODY)), [ours.secret]],
      ['of another body', false, headers(mine), [ours.secret], `${BODY} `],
      ['cut short', false, headers(mine.slice(0, -8)), [ours.secret]],
      ['under the name of v1', false, headers(mine.replace('v1a', 'v1')), [ours.secret]],
      ['with a key that is none', false, headers(mine), ['whpk_AAAA']],
      ['with the public key taken for a shared secret', false, headers(signAsShared(ours.secret)), [ours.secret]],
    ])('%s: %s', (_, ok, sent, secrets, body = BODY) => {
      expect(verdict('standard-webhooks', { headers: sent, secrets, body }).ok).toBe(ok);
    });

    /** The public key is known to all: whoever signs v1 with it must not be let in. */
    function signAsShared(publicKey: string): string {
      const key = Buffer.from(publicKey.slice(5), 'base64');
      return `v1,${hmac(key, `${ID}.${NOW / SECOND}.`, BODY).toString('base64')}`;
    }
  });

  it.each([['whsec_'], ['']])('takes no signature by an empty secret (%j)', (empty) => {
    const headers = withSignature(`v1,${hmac('', `${ID}.${NOW / SECOND}.`, BODY).toString('base64')}`);
    expect(verdict('standard-webhooks', { headers, secrets: [empty] }).ok).toBe(false);
  });
});

describe('hubspot-v3', () => {
  const secret = SECRETS['hubspot-v3'];
  const at = (offset: number, url = URL, body = BODY, by: string = secret) =>
    SIGN['hubspot-v3'](by, body, { url, at: NOW + offset * SECOND });
  const good = at(0);
  const signature = good['x-hubspot-signature-v3'];
  const query = `${URL}?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B&b=%20%26%25`;

  check('hubspot-v3', [
    { what: 'a signature of the secret', ok: true, headers: good },
    { what: 'a message 299 s old', ok: true, headers: at(-299) },
    { what: 'a message 301 s old', ok: false, headers: at(-301) },
    { what: 'a message 299 s ahead', ok: true, headers: at(299) },
    { what: 'a message 301 s ahead', ok: false, headers: at(301), reference: 'stricter' },
    { what: 'no timestamp', ok: false, headers: { ...good, 'x-hubspot-request-timestamp': undefined } },
    { what: 'no signature', ok: false, headers: { ...good, 'x-hubspot-signature-v3': undefined } },
    { what: 'a timestamp that is no number', ok: false, headers: { ...good, 'x-hubspot-request-timestamp': 'x' } },
    { what: 'a time in seconds', ok: false, headers: SIGN['hubspot-v3'](secret, BODY, { url: URL, at: NOW / SECOND }) },
    {
      what: 'a flipped bit in the timestamp',
      ok: false,
      headers: { ...good, 'x-hubspot-request-timestamp': String(NOW + 1) },
    },
    { what: 'a flipped bit in the body', ok: false, headers: good, body: BODY.replace('trade', 'urade') },
    {
      what: 'a flipped bit in the signature',
      ok: false,
      headers: { ...good, 'x-hubspot-signature-v3': flipped(signature) },
    },
    { what: 'another URL', ok: false, headers: good, url: `${URL}2` },
    { what: 'a query that was not signed', ok: false, headers: good, url: `${URL}?a=1` },
    { what: 'a query that was signed', ok: true, headers: at(0, `${URL}?a=1`), url: `${URL}?a=1` },
    { what: "another partner's secret", ok: false, headers: at(0, URL, BODY, OTHER['hubspot-v3']) },
    { what: 'the older of two active secrets', ok: true, headers: good, secrets: [OTHER['hubspot-v3'], secret] },
    { what: 'an expired secret', ok: false, headers: good, secrets: [] },
    {
      what: 'the signature twice, and the same',
      ok: true,
      headers: { ...good, 'x-hubspot-signature-v3': `${signature},${signature}` },
      reference: 'wider',
    },
    {
      what: 'two signatures that differ',
      ok: false,
      headers: { ...good, 'x-hubspot-signature-v3': `${flipped(signature)},${signature}` },
    },
    { what: 'an empty body that was signed', ok: true, headers: at(0, URL, ''), body: '' },
    {
      what: 'the URI with what HubSpot decodes, decoded, and nothing else',
      ok: true,
      headers: at(0, `${URL}?a=:/?@!$'()*,;&b=%20%26%25`),
      url: query,
      reference: 'wider',
    },
    {
      what: 'the URI as it is, where HubSpot would have decoded',
      ok: false,
      headers: at(0, query),
      url: query,
      reference: 'stricter',
    },
    { what: 'the URI decoded altogether', ok: false, headers: at(0, decodeURIComponent(query)), url: query },
  ]);
});

describe('github', async () => {
  const secret = SECRETS.github;
  const good = await SIGN.github(secret, BODY, { id: '72d3162e-cc78-11e3-81ab-4c9367dc0958' });
  const signature = good['x-hub-signature-256'];
  const withSignature = (value: string | undefined) => ({ ...good, 'x-hub-signature-256': value });

  check('github', [
    { what: 'a signature of the secret', ok: true, headers: good },
    { what: 'no signature', ok: false, headers: withSignature(undefined) },
    { what: 'the old header alone', ok: false, headers: { 'x-hub-signature': `sha1=${'a'.repeat(40)}` } },
    { what: 'half a signature', ok: false, headers: withSignature(signature.slice(0, 20)) },
    { what: 'a signature without its algorithm', ok: false, headers: withSignature(signature.slice(7)) },
    { what: 'another algorithm', ok: false, headers: withSignature(signature.replace('sha256', 'sha512')) },
    {
      what: 'a flipped bit in the signature',
      ok: false,
      headers: withSignature(`sha256=${flipped(signature.slice(7))}`),
    },
    { what: 'a flipped bit in the body', ok: false, headers: good, body: BODY.replace('trade', 'urade') },
    { what: "another partner's secret", ok: false, headers: await SIGN.github(OTHER.github, BODY, { id: 'x' }) },
    { what: 'one of two active secrets', ok: true, headers: good, secrets: [OTHER.github, secret] },
    { what: 'an expired secret', ok: false, headers: good, secrets: [] },
    { what: 'two signatures that differ', ok: false, headers: withSignature(`sha256=00,${signature}`) },
  ]);

  it('tells the id of the delivery, and none where there is none', () => {
    expect(verdict('github', { headers: good })).toEqual({ ok: true, messageId: good['x-github-delivery'] });
    expect(verdict('github', { headers: { ...good, 'x-github-delivery': undefined } })).toEqual({ ok: true });
  });
});

describe('stripe', () => {
  const secret = SECRETS.stripe;
  const at = (offset: number, body = BODY, by: string = secret) =>
    SIGN.stripe(by, body, { at: NOW + offset * SECOND })['stripe-signature'];
  const header = (value: string | undefined) => ({ 'stripe-signature': value });
  const [time = '', signature = ''] = at(0).split(',');
  const [, foreign = ''] = at(0, BODY, OTHER.stripe).split(',');

  check('stripe', [
    { what: 'a signature of the secret', ok: true, headers: header(at(0)) },
    { what: 'a message 299 s old', ok: true, headers: header(at(-299)) },
    { what: 'a message 301 s old', ok: false, headers: header(at(-301)) },
    { what: 'a message 299 s ahead', ok: true, headers: header(at(299)) },
    { what: 'a message 301 s ahead', ok: false, headers: header(at(301)), reference: 'stricter' },
    { what: 'no header', ok: false, headers: {} },
    { what: 'no time', ok: false, headers: header(signature) },
    { what: 'no signature', ok: false, headers: header(time) },
    { what: 'an old version alone', ok: false, headers: header(`${time},${signature.replace('v1', 'v0')}`) },
    { what: 'a good signature behind a wrong one', ok: true, headers: header(`${time},${foreign},${signature}`) },
    { what: 'half a signature', ok: false, headers: header(`${time},${signature.slice(0, 30)}`) },
    {
      what: 'a flipped bit in the time',
      ok: false,
      headers: header(`${time.replace(/\d$/, (digit) => String(Number(digit) ^ 1))},${signature}`),
    },
    { what: 'a flipped bit in the signature', ok: false, headers: header(`${time},v1=${flipped(signature.slice(3))}`) },
    { what: 'a flipped bit in the body', ok: false, headers: header(at(0)), body: BODY.replace('trade', 'urade') },
    { what: "another partner's secret", ok: false, headers: header(at(0, BODY, OTHER.stripe)) },
    { what: 'the secret without its whsec_', ok: false, headers: header(at(0, BODY, secret.slice(6))) },
    { what: 'the older of two active secrets', ok: true, headers: header(at(0)), secrets: [OTHER.stripe, secret] },
    { what: 'an expired secret', ok: false, headers: header(at(0)), secrets: [] },
    { what: 'two times', ok: false, headers: header(`t=1,${at(0)}`), reference: 'stricter' },
    { what: 'the header sent twice', ok: true, headers: header(`${at(0, BODY, OTHER.stripe)},${at(0)}`) },
  ]);
});

describe('shared-key', () => {
  const key = SECRETS['shared-key'];
  it.each<[string, boolean, Headers, string[], SchemeSettings?]>([
    ['the key in its usual header', true, { 'x-api-key': key }, [key]],
    ["the key in the header of the partner's settings", true, { 'x-portal': key }, [key], { header: 'x-portal' }],
    ['the key in another header than that', false, { 'x-api-key': key }, [key], { header: 'x-portal' }],
    ['one of two active keys', true, { 'x-api-key': key }, ['older', key]],
    ['no key', false, {}, [key]],
    ['an empty key', false, { 'x-api-key': '' }, [key, '']],
    ['half a key', false, { 'x-api-key': key.slice(0, 10) }, [key]],
    ['a flipped bit in the key', false, { 'x-api-key': flipped(key) }, [key]],
    ["another partner's key", false, { 'x-api-key': OTHER['shared-key'] }, [key]],
    ['an expired key', false, { 'x-api-key': key }, []],
    ['the key sent twice', false, { 'x-api-key': `${key},${key}` }, [key]],
  ])('%s: %s', (_, ok, headers, secrets, settings) => {
    expect(verdict('shared-key', { headers, secrets, ...(settings ? { settings } : {}) }).ok).toBe(ok);
  });
});
