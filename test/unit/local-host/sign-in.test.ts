import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorizerOf } from '#infra/local/gateway/authorizer.ts';
import { issuerOf } from '#infra/local/gateway/issuer.ts';
import { type SigningKey, signingKey } from '#infra/local/gateway/keys.ts';
import { type Gateway, openGateway } from '#infra/local/gateway/server.ts';
import type { FunctionHost } from '#infra/local/lambda/host.ts';
import type { HttpApi, UserPool } from '#infra/local/template/model.ts';

const pool = {
  id: 'pool',
  issuer: 'https://cognito-idp.eu-west-2.amazonaws.com/pool',
  clients: [{ id: 'client', name: 'staff' }],
  groups: ['viewer', 'bd-officer'],
} as UserPool;
const authorizer = { issuer: pool.issuer, audience: ['client'], scopes: [] };
const api = {
  origin: { stack: 's', logicalId: 'Api', type: 'AWS::ApiGatewayV2::Api', path: 'Api' },
  id: 'api',
  routes: [{ routeKey: 'GET /me', functionName: 'fn', timeoutMillis: 300, authorizer }],
} as HttpApi;

let gateway: Gateway;
let url: string;
let key: SigningKey;
let now: number;

const verifier = randomBytes(32).toString('base64url');
const code_challenge = createHash('sha256').update(verifier).digest('base64url');
const asking = (changed: Record<string, string> = {}) => ({
  response_type: 'code',
  client_id: 'client',
  redirect_uri: `${url}/signed-in`,
  scope: 'openid email',
  state: 'reports/rep_1?a=1&b="<',
  nonce: 'n-1',
  code_challenge,
  code_challenge_method: 'S256',
  ...changed,
});

beforeAll(async () => {
  key = await signingKey(join(mkdtempSync(join(tmpdir(), 'sign-in-')), 'key.json'));
  const host = { model: { label: 'Fn' }, invoke: async () => '{"statusCode":200}' } as unknown as FunctionHost;
  gateway = openGateway({
    api,
    account: '000000000000',
    authorize: authorizerOf(key),
    issuer: issuerOf(pool, key, ['crm/read'], () => now),
    functionHost: () => host,
    log: () => {},
  });
  url = `http://127.0.0.1:${await gateway.listen(0)}`;
});
afterAll(() => gateway.close(100));
beforeEach(() => {
  now = Date.now();
});

const get = (path: string, parameters: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(`${url}${path}?${new URLSearchParams(parameters)}`, { redirect: 'manual', headers });
const post = (path: string, form: Record<string, string>) =>
  fetch(`${url}${path}`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(form) });
const signIn = (changed: Record<string, string> = {}) =>
  post('/oauth2/authorize', { ...asking(), role: 'bd-officer', user: '李伟', ...changed });
const backFrom = (response: Response) => new URL(response.headers.get('location') ?? '', url);
const codeOf = async () => backFrom(await signIn()).searchParams.get('code') ?? '';
const redeeming = (code: string, changed: Record<string, string> = {}) =>
  post('/oauth2/token', {
    grant_type: 'authorization_code',
    client_id: 'client',
    redirect_uri: `${url}/signed-in`,
    code,
    code_verifier: verifier,
    ...changed,
  });
type Tokens = Record<'access_token' | 'id_token' | 'refresh_token', string>;
const tokensOf = async (response: Response) => (await response.json()) as Tokens;
const statusOfMe = async (token: string) =>
  (await fetch(`${url}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

describe('the sign-in page', () => {
  it.each(['en', 'zh-CN'])('is valid, accessible HTML in %s, which takes nothing from elsewhere', async (lang) => {
    const response = await get('/oauth2/authorize', asking({ lang }));
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(html).toContain(`<html lang="${lang}">`);
    const report = await new HtmlValidate({
      extends: ['html-validate:recommended', 'html-validate:a11y'],
      rules: { 'no-inline-style': 'off', 'long-title': 'off', 'void-style': 'off' },
    }).validateString(html);
    expect(
      report.results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)),
    ).toEqual([]);
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none';.* form-action 'self'; frame-ancestors 'none'/,
    );
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    for (const role of pool.groups) expect(html).toContain(`value="${role}"`);
  });

  it('speaks the language of the browser unless it is told another', async () => {
    const chinese = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' };
    expect(await (await get('/oauth2/authorize', asking(), chinese)).text()).toContain('<html lang="zh-CN">');
    expect(await (await get('/oauth2/authorize', asking({ lang: 'en' }), chinese)).text()).toContain(
      '<html lang="en">',
    );
  });

  it('shows again, with what was typed, for a name or a role that cannot be', async () => {
    const response = await signIn({ user: 'a b"<' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('value="a b&quot;&lt;"');
    expect((await signIn({ role: 'root' })).status).toBe(400);
  });
});

describe('signing in with a code', () => {
  it('leads back with the state, and the code gives tokens that the API takes', async () => {
    const response = await signIn();
    expect(response.status).toBe(302);
    const back = backFrom(response);
    expect(`${back.origin}${back.pathname}`).toBe(`${url}/signed-in`);
    expect(back.searchParams.get('state')).toBe(asking().state);
    const tokens = await tokensOf(await redeeming(back.searchParams.get('code') ?? ''));
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 3600 });
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      sub: '李伟',
      'cognito:groups': ['bd-officer'],
      client_id: 'client',
      token_use: 'access',
      scope: 'openid email crm/read',
    });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ sub: '李伟', aud: 'client', token_use: 'id', nonce: 'n-1' });
    expect(await statusOfMe(tokens.access_token)).toBe(200);
  });

  it('a code is good once, for five minutes, and for whoever has the verifier', async () => {
    const invalid = async (response: Response) => [
      response.status,
      ((await response.json()) as { error: string }).error,
    ];
    const refused = [400, 'invalid_grant'];
    const used = await codeOf();
    expect((await redeeming(used)).status).toBe(200);
    expect(await invalid(await redeeming(used))).toEqual(refused);
    const old = await codeOf();
    now += 5 * 60_000;
    expect(await invalid(await redeeming(old))).toEqual(refused);
    for (const changed of [
      { code_verifier: 'x'.repeat(43) },
      { redirect_uri: `${url}/else` },
      { client_id: 'other' },
    ]) {
      const code = await codeOf();
      expect(await invalid(await redeeming(code, changed))).toEqual(refused);
      // Whoever tried it may have stolen it.
      expect(await invalid(await redeeming(code))).toEqual(refused);
    }
  });

  it('a refresh token gives new tokens for twelve hours, to its client, and opens nothing itself', async () => {
    const { refresh_token } = await tokensOf(await redeeming(await codeOf()));
    const refresh = (client_id = 'client', token = refresh_token) =>
      post('/oauth2/token', { grant_type: 'refresh_token', client_id, refresh_token: token });
    now += 11 * 3_600_000;
    const again = await tokensOf(await refresh());
    expect(decodeJwt(again.access_token)).toMatchObject({ sub: '李伟', 'cognito:groups': ['bd-officer'] });
    expect(again.refresh_token).toBeUndefined();
    expect((await refresh('other')).status).toBe(400);
    expect((await refresh('client', again.access_token)).status).toBe(400);
    now += 3_600_001;
    expect((await refresh()).status).toBe(400);
    expect(await statusOfMe(refresh_token)).toBe(401);
  });

  it.each<[string, Record<string, string>]>([
    ['another server', { redirect_uri: 'https://evil.example/' }],
    ['another port', { redirect_uri: 'http://127.0.0.1:1/' }],
    ['another name of this machine', { redirect_uri: 'http://localhost/' }],
    ['a script', { redirect_uri: 'javascript:alert(1)' }],
    ['nowhere', { redirect_uri: '' }],
    ['a client that there is not', { client_id: 'other' }],
  ])('nobody is sent to %s', async (_, changed) => {
    for (const response of [await get('/oauth2/authorize', asking(changed)), await signIn(changed)]) {
      expect(response.status).toBe(400);
      expect(response.headers.get('location')).toBeNull();
    }
  });

  it('nobody is sent anywhere by a name that is not this machine’s', async () => {
    const redirect_uri = 'http://evil.example/signed-in';
    const status = await new Promise((resolve, reject) => {
      const path = `/oauth2/authorize?${new URLSearchParams(asking({ redirect_uri }))}`;
      request(`${url}${path}`, { headers: { host: 'evil.example' } }, (response) =>
        resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(400);
  });

  it.each<[string, Record<string, string>, string]>([
    ['without PKCE', { code_challenge: '' }, 'invalid_request'],
    ['with the verifier in the open', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['for a token at once', { response_type: 'token' }, 'unsupported_response_type'],
  ])('a request %s is told so where it came from', async (_, changed, error) => {
    for (const response of [await get('/oauth2/authorize', asking(changed)), await signIn(changed)]) {
      const { searchParams } = backFrom(response);
      expect([response.status, searchParams.get('error'), searchParams.get('state')]).toEqual([
        302,
        error,
        asking().state,
      ]);
      expect(searchParams.get('code')).toBeNull();
    }
  });
});

it('signing out leads back to this server, or to the page, and nowhere else', async () => {
  const out = await get('/logout', { client_id: 'client', logout_uri: `${url}/bye` });
  expect([out.status, out.headers.get('location')]).toEqual([302, `${url}/bye`]);
  const page = await get('/logout', asking());
  expect(backFrom(page).pathname).toBe('/oauth2/authorize');
  expect((await get('/logout', { client_id: 'client', logout_uri: 'https://evil.example/' })).status).toBe(400);
});

it('the configuration tells a client all of it', async () => {
  const configuration = await (await fetch(`${url}/.well-known/openid-configuration`)).json();
  expect(configuration).toMatchObject({
    authorization_endpoint: `${url}/oauth2/authorize`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
  });
});
