import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorizerOf } from '#infra/local/gateway/authorizer.ts';
import { type Issuer, issuerOf } from '#infra/local/gateway/issuer.ts';
import { type SigningKey, signingKey } from '#infra/local/gateway/keys.ts';
import { routerOf } from '#infra/local/gateway/routes.ts';
import { type Gateway, openGateway } from '#infra/local/gateway/server.ts';
import { throttle } from '#infra/local/gateway/throttle.ts';
import { FunctionError, type FunctionHost, ThrottledError } from '#infra/local/lambda/host.ts';
import type { HttpApi, Route, UserPool } from '#infra/local/template/model.ts';

const pool = {
  id: 'pool',
  issuer: 'https://cognito-idp.eu-west-2.amazonaws.com/pool',
  clients: [{ id: 'client', name: 'staff' }],
  groups: ['viewer', 'bd-officer'],
} as UserPool;

const route = (routeKey: string, changed: Partial<Route> = {}): Route => ({
  routeKey,
  functionName: 'fn',
  timeoutMillis: 300,
  ...changed,
});
const authorizer = { issuer: pool.issuer, audience: ['client'], scopes: [] as string[] };

const api: HttpApi = {
  origin: { stack: 's', logicalId: 'Api', type: 'AWS::ApiGatewayV2::Api', path: 'Api' },
  id: 'api',
  routes: [
    route('GET /open'),
    route('POST /open'),
    route('GET /things/{id}'),
    route('GET /me', { authorizer }),
    route('GET /scoped', { authorizer: { ...authorizer, scopes: ['crm/write'] } }),
    route('GET /busy', { throttling: { ratePerSecond: 1, burst: 2 } }),
    route('$default'),
  ],
  cors: {
    allowOrigins: ['https://crm.example'],
    allowMethods: ['GET'],
    allowHeaders: ['authorization'],
    exposeHeaders: ['etag'],
    allowCredentials: false,
    maxAgeSeconds: 60,
  },
};

let gateway: Gateway;
let url: string;
let key: SigningKey;
let issuer: Issuer;
/** What the function behind every route answers. */
let answer: (event: Record<string, never>) => unknown;
let events: Record<string, never>[] = [];

beforeAll(async () => {
  key = await signingKey(join(mkdtempSync(join(tmpdir(), 'gateway-')), 'key.json'));
  issuer = issuerOf(pool, key, ['crm/read']);
  const host = {
    model: { label: 'Fn' },
    invoke: async (payload: string) => {
      const event = JSON.parse(payload) as Record<string, never>;
      events.push(event);
      return JSON.stringify(await answer(event)) ?? 'null';
    },
  } as unknown as FunctionHost;
  gateway = openGateway({
    api,
    account: '000000000000',
    authorize: authorizerOf(key),
    issuer,
    functionHost: () => host,
    log: () => {},
  });
  url = `http://127.0.0.1:${await gateway.listen(0)}`;
});
afterAll(() => gateway.close(100));
beforeEach(() => {
  events = [];
  answer = () => ({ statusCode: 200 });
});

describe('the event', () => {
  it('has the shape of payload format 2.0', async () => {
    await fetch(`${url}/things/a%20b%2Fc?x=1&x=2&y=%C3%A9`, { headers: { cookie: 'a=1; b=2', 'X-Twice': 'one' } });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/things/a b/c',
      rawQueryString: 'x=1&x=2&y=%C3%A9',
      cookies: ['a=1', 'b=2'],
      headers: { 'x-twice': 'one', 'x-forwarded-proto': 'http', host: expect.stringMatching(/^127/) },
      queryStringParameters: { x: '1,2', y: 'é' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'api',
        http: { method: 'GET', path: '/things/a b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        requestId: expect.any(String),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(events[0]).not.toHaveProperty('body');
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  it('has decoded path parameters, and the route that matched', async () => {
    await fetch(`${url}/things/%E5%B9%BF%E5%B7%9E`);
    expect(events[0]).toMatchObject({ routeKey: 'GET /things/{id}', pathParameters: { id: '广州' } });
  });

  it.each([
    ['application/json', '{"a":1}', false],
    ['application/merge-patch+json', '{"a":null}', false],
    ['text/csv; charset=utf-8', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['application/octet-stream', 'x', true],
    ['application/json', Buffer.from([0xff, 0xfe, 0x00]), true],
  ])('has a body of type %s as text or as base64', async (type, body, encoded) => {
    await fetch(`${url}/open`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(events[0]).toMatchObject({
      isBase64Encoded: encoded,
      body: encoded ? Buffer.from(body).toString('base64') : body,
    });
  });
});

describe('the response', () => {
  it('has the status, headers, cookies and body of the function', async () => {
    answer = () => ({
      statusCode: 201,
      headers: { ETag: '"1"', 'Content-Type': 'application/json' },
      cookies: ['a=1', 'b=2'],
      body: '{"ok":true}',
    });
    const response = await fetch(`${url}/open`);
    expect(response.status).toBe(201);
    expect(response.headers.get('etag')).toBe('"1"');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('is decoded from base64 where the function says so', async () => {
    answer = () => ({ statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC', isBase64Encoded: true });
    expect([...new Uint8Array(await (await fetch(`${url}/open`)).arrayBuffer())]).toEqual([0, 1, 2]);
  });

  it('is JSON with status 200 where the function gives anything without a status code', async () => {
    answer = () => ({ hello: 'world' });
    const response = await fetch(`${url}/open`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      '{"hello":"world"}',
    ]);
  });

  it.each([{ statusCode: 'many' }, { statusCode: 200, body: { not: 'text' } }, { statusCode: 99 }])(
    '%j is malformed: 500',
    async (malformed) => {
      answer = () => malformed;
      const response = await fetch(`${url}/open`);
      expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    },
  );

  it('to HEAD has no body', async () => {
    answer = () => ({ statusCode: 200, body: 'text' });
    const response = await fetch(`${url}/anything`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '4', '']);
  });

  it.each<[string, number, string, () => unknown]>([
    [
      'an error of the function',
      500,
      'Internal Server Error',
      () => {
        throw new FunctionError({ errorType: 'Error', errorMessage: 'secret' });
      },
    ],
    [
      'a throttled function',
      503,
      'Service Unavailable',
      () => {
        throw new ThrottledError('Rate Exceeded.');
      },
    ],
    ['an integration that takes too long', 503, 'Service Unavailable', () => new Promise(() => {})],
  ])('%s is %i %s', async (_, status, message, behaviour) => {
    answer = behaviour;
    const response = await fetch(`${url}/open`);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });
});

describe('what the gateway answers by itself', () => {
  it('a body above 10 MB is 413', async () => {
    const response = await fetch(`${url}/open`, { method: 'POST', body: 'x'.repeat(10_500_000) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect(events).toEqual([]);
  });

  it('requests beyond the burst are 429', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await fetch(`${url}/busy`)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
  });

  it('a path that cannot be decoded is 400', async () => {
    const response = await fetch(`${url}/things/%E0%A4%A`);
    expect([response.status, await response.json()]).toEqual([400, { message: 'Bad Request' }]);
  });

  it.each([
    ['headers above 10 KB', `GET /open HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(12_000)}\r\n\r\n`, 431],
    ['something that is not HTTP', 'hello\r\n\r\n', 400],
  ])('%s is refused with a message', async (_, request, status) => {
    const text = await raw(request);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\\{"message":".*"\\}$`, 's'));
  });

  it('a preflight request is answered from the configuration, other answers get the headers', async () => {
    const headers = { origin: 'https://crm.example', 'access-control-request-method': 'GET' };
    const preflight = await fetch(`${url}/me`, { method: 'OPTIONS', headers });
    expect([
      preflight.status,
      preflight.headers.get('access-control-allow-methods'),
      preflight.headers.get('access-control-max-age'),
    ]).toEqual([204, 'GET', '60']);
    const response = await fetch(`${url}/open`, { headers: { origin: 'https://crm.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://crm.example');
    expect(
      (await fetch(`${url}/open`, { headers: { origin: 'https://evil.example' } })).headers.get(
        'access-control-allow-origin',
      ),
    ).toBeNull();
  });
});

describe('the JWT authorizer', () => {
  const ask = (path: string, token?: string) =>
    fetch(url + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const sign = (claims: object, { privateKey = key.privateKey, kid = key.kid } = {}) =>
    new SignJWT({
      iss: pool.issuer,
      client_id: 'client',
      sub: 'me',
      exp: Math.floor(Date.now() / 1000) + 60,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey);
  const invalid = (description: string) => `Bearer scope="" error="invalid_token" error_description="${description}"`;

  it('hands the claims on as text, lists in brackets', async () => {
    await ask('/me', await issuer.token('bd-officer', 'li.wei'));
    expect(events[0]).toMatchObject({
      requestContext: {
        authorizer: {
          jwt: {
            claims: {
              sub: 'li.wei',
              username: 'li.wei',
              'cognito:groups': '[bd-officer]',
              token_use: 'access',
              client_id: 'client',
              exp: expect.stringMatching(/^\d+$/),
            },
            scopes: null,
          },
        },
      },
    });
  });

  it('answers 401 without a token', async () => {
    const response = await ask('/me');
    expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
      401,
      'Bearer',
      { message: 'Unauthorized' },
    ]);
    expect(events).toEqual([]);
  });

  it.each<[string, () => Promise<string>, string]>([
    ['has expired', () => sign({ exp: Math.floor(Date.now() / 1000) - 5 }), 'the token has expired'],
    ['is not valid yet', () => sign({ nbf: Math.floor(Date.now() / 1000) + 60 }), 'the token is not valid yet'],
    ['is for somebody else', () => sign({ client_id: 'other' }), 'the token does not have a valid audience'],
    [
      'has an audience that is not ours, though its client is',
      () => sign({ aud: 'other' }),
      'the token does not have a valid audience',
    ],
    ['is of another issuer', () => sign({ iss: 'https://evil.example' }), 'the token does not have a valid issuer'],
    [
      'is signed by another key',
      async () => sign({}, await generateKeyPair('RS256')),
      'the token does not have a valid signature',
    ],
    ['names an unknown key', () => sign({}, { kid: 'other' } as never), 'the token is signed with an unknown key'],
    ['is not a token', async () => 'nonsense', 'the token cannot be decoded'],
    [
      'is not signed at all',
      async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"me"}')}.`,
      'the token cannot be decoded',
    ],
  ])('answers 401 to a token that %s', async (_, token, description) => {
    const response = await ask('/me', await token());
    expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([
      401,
      invalid(description),
      { message: 'Unauthorized' },
    ]);
    expect(events).toEqual([]);
  });

  it('answers 403 to a token without a scope that the route asks for', async () => {
    expect((await ask('/scoped', await sign({ scope: 'crm/read' }))).status).toBe(403);
    expect((await ask('/scoped', await sign({ scope: 'crm/read crm/write' }))).status).toBe(200);
    expect(events[0]).toMatchObject({ requestContext: { authorizer: { jwt: { scopes: ['crm/read', 'crm/write'] } } } });
  });
});

describe('the token endpoint', () => {
  const ask = (body: Record<string, string> | string, headers: Record<string, string> = {}) =>
    fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : new URLSearchParams(body),
    });
  const good = { grant_type: 'client_credentials', client_id: 'viewer', client_secret: 'local' };

  it.each([
    ['a form', () => ask(good)],
    ['JSON', () => ask(JSON.stringify(good), { 'content-type': 'application/json' })],
    [
      'basic authentication',
      () => ask({ grant_type: 'client_credentials' }, { authorization: `Basic ${btoa('viewer:local')}` }),
    ],
  ])('takes %s and gives a token that the API takes', async (_, request) => {
    const response = await request();
    const { access_token: token, ...rest } = (await response.json()) as { access_token: string };
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3600 });
    expect((await fetch(`${url}/me`, { headers: { authorization: token } })).status).toBe(200);
  });

  it.each([
    ['another secret', { ...good, client_secret: 'x' }, 401, 'invalid_client'],
    ['an unknown role', { ...good, client_id: 'root' }, 401, 'invalid_client'],
    ['another grant', { ...good, grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['no grant', { client_id: 'viewer' }, 400, 'invalid_request'],
    ['a user with a line break', { ...good, user: 'a\nb' }, 400, 'invalid_request'],
  ])('refuses %s as OAuth does', async (_, body, status, error) => {
    const response = await ask(body as Record<string, string>);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error]);
  });

  it('publishes its key and its configuration', async () => {
    const configuration = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    expect(configuration).toMatchObject({ issuer: pool.issuer, token_endpoint: `${url}/oauth2/token` });
    const { keys } = (await (await fetch(configuration.jwks_uri ?? '')).json()) as { keys: object[] };
    expect(keys).toEqual([{ kty: 'RSA', n: expect.any(String), e: 'AQAB', kid: key.kid, alg: 'RS256', use: 'sig' }]);
  });
});

describe('routes', () => {
  const router = routerOf(
    [
      'GET /a',
      'ANY /a',
      'GET /a/{id}',
      'GET /a/fixed',
      'GET /a/{id}/b',
      'GET /{proxy+}',
      'POST /a/{rest+}',
      '$default',
    ].map((one) => route(one)),
  );
  it.each([
    ['GET', '/a', 'GET /a'],
    ['PUT', '/a', 'ANY /a'],
    ['GET', '/a/1', 'GET /a/{id}'],
    ['GET', '/a/fixed', 'GET /a/fixed'],
    ['GET', '/a/fixed/b', 'GET /a/{id}/b'],
    ['GET', '/a/1/c', 'GET /{proxy+}'],
    ['POST', '/a/1/c', 'POST /a/{rest+}'],
    ['POST', '/x', '$default'],
    ['GET', '/', '$default'],
    ['GET', '/a/', 'GET /{proxy+}'],
  ])('%s %s takes %s', (method, path, expected) => {
    expect(router.match(method, path)?.route.routeKey).toBe(expected);
  });
});

it('a token bucket lets the burst through, then the rate', () => {
  let now = 0;
  const passes = throttle({ ratePerSecond: 10, burst: 3 }, () => now);
  expect([passes(), passes(), passes(), passes()]).toEqual([true, true, true, false]);
  now = 250;
  expect([passes(), passes(), passes()]).toEqual([true, true, false]);
});

function raw(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    socket.on('end', () => resolve(text)).on('error', reject);
  });
}
