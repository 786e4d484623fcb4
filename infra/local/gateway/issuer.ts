/** Stands in for Cognito: gives tokens with the claims that Cognito's have, to whoever asks for a role by its name. */
import { randomUUID } from 'node:crypto';
import { type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { UserPool } from '../template/model.ts';
import { type CodeFlow, codeFlow, type SignedIn } from './code-flow.ts';
import type { SigningKey } from './keys.ts';
import { oauthError, oauthJson } from './oauth.ts';
import type { HttpAnswer } from './response.ts';

export interface Issuer {
  /** An access token of an hour for the role, its `sub` being the user. */
  token(role: string, user?: string): Promise<string>;
  /** How people sign in on a page. */
  flow: CodeFlow;
  /**
   * `POST /oauth2/token`: a code or a refresh token of someone who signed in; or the client credentials grant, `client_id` being the role
   * and `client_secret` the word `local`.
   */
  tokenEndpoint(contentType: string | undefined, body: Buffer, authorization: string | undefined): Promise<HttpAnswer>;
  configuration(origin: string): HttpAnswer;
  keySet(): HttpAnswer;
}

const lifetimeSeconds = 3600;
/** As long as Cognito's client has it. */
const refreshLifetimeSeconds = 12 * 3600;
const clientSecret = 'local';
const userId = /^[\p{L}\p{N}._@:-]{1,128}$/u;

/** `roles` are the groups of the pool; `scopes` those that routes ask for. */
export function issuerOf(pool: UserPool, key: SigningKey, scopes: string[], clock: () => number = Date.now): Issuer {
  const refreshIssuer = `${pool.issuer}/refresh`;
  const now = () => Math.floor(clock() / 1000);
  const sign = (user: string, lifetime: number, claims: JWTPayload): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .setSubject(user)
      .setIssuedAt(now())
      .setExpirationTime(now() + lifetime)
      .setJti(randomUUID())
      .sign(key.privateKey);
  const access = (role: string, user: string, clientId: string, given: string[], authTime: number): Promise<string> =>
    sign(user, lifetimeSeconds, {
      'cognito:groups': [role],
      iss: pool.issuer,
      version: 2,
      client_id: clientId,
      origin_jti: randomUUID(),
      token_use: 'access',
      scope: [...new Set([...given, ...scopes])].join(' '),
      auth_time: authTime,
      username: user,
    });
  const token = (role: string, user = role): Promise<string> =>
    access(role, user, pool.clients[0]?.id ?? 'local', ['aws.cognito.signin.user.admin'], now());

  /** The tokens of someone who signed in. A refresh token is of an issuer that the API does not know, so it opens nothing. */
  async function tokensOf(
    { role, user, clientId, scopes: given, nonce }: SignedIn,
    authTime: number,
    isFirst: boolean,
  ) {
    const [accessToken, idToken, refreshToken] = await Promise.all([
      access(role, user, clientId, given, authTime),
      given.includes('openid')
        ? sign(user, lifetimeSeconds, {
            'cognito:groups': [role],
            'cognito:username': user,
            iss: pool.issuer,
            aud: clientId,
            token_use: 'id',
            auth_time: authTime,
            ...(nonce === undefined ? {} : { nonce }),
          })
        : undefined,
      isFirst
        ? sign(user, refreshLifetimeSeconds, {
            iss: refreshIssuer,
            aud: clientId,
            role,
            scope: given.join(' '),
            auth_time: authTime,
          })
        : undefined,
    ]);
    return oauthJson(200, {
      access_token: accessToken,
      ...(idToken ? { id_token: idToken } : {}),
      ...(refreshToken ? { refresh_token: refreshToken } : {}),
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
    });
  }

  async function refreshed({ refresh_token: given = '', client_id: clientId = '' }: Record<string, string>) {
    try {
      const { payload } = await jwtVerify<{ role: string; scope: string; auth_time: number }>(given, key.publicKey, {
        issuer: refreshIssuer,
        audience: clientId,
        algorithms: ['RS256'],
        currentDate: new Date(clock()),
      });
      const { sub: user = '', role, scope, auth_time: authTime } = payload;
      const signedIn = { role, user, clientId, scopes: scope.split(' '), nonce: undefined };
      return await tokensOf(signedIn, authTime, false);
    } catch {
      return oauthError(400, 'invalid_grant', 'The refresh token is not one of this client, or too old.');
    }
  }

  const flow = codeFlow(pool, clock);
  return {
    token,
    flow,
    async tokenEndpoint(contentType, body, authorization) {
      const fields = fieldsOf(contentType, body);
      if (!fields) return oauthError(400, 'invalid_request', 'The body is neither a form nor a JSON object.');
      if (fields.grant_type === 'authorization_code') {
        const redeemed = flow.redeem(fields);
        return 'status' in redeemed ? redeemed : await tokensOf(redeemed, now(), true);
      }
      if (fields.grant_type === 'refresh_token') return await refreshed(fields);
      const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
      const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
      const role = basicId ?? fields.client_id;
      const secret = basicSecret ?? fields.client_secret;
      if (fields.grant_type === undefined) return oauthError(400, 'invalid_request', 'grant_type is missing.');
      if (fields.grant_type !== 'client_credentials') {
        return oauthError(
          400,
          'unsupported_grant_type',
          'The local issuer knows authorization_code, refresh_token and client_credentials.',
        );
      }
      if (role === undefined || !pool.groups.includes(role) || secret !== clientSecret) {
        return oauthError(
          401,
          'invalid_client',
          `client_id is one of ${pool.groups.join(', ')}, client_secret is "${clientSecret}".`,
        );
      }
      const user = fields.user ?? role;
      if (!userId.test(user))
        return oauthError(400, 'invalid_request', 'user is 1 to 128 letters, digits, or any of . _ @ : -');
      return oauthJson(200, {
        access_token: await token(role, user),
        token_type: 'Bearer',
        expires_in: lifetimeSeconds,
      });
    },
    configuration: (origin) =>
      oauthJson(200, {
        issuer: pool.issuer,
        authorization_endpoint: `${origin}/oauth2/authorize`,
        token_endpoint: `${origin}/oauth2/token`,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none', 'client_secret_post', 'client_secret_basic'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: ['openid', 'email', 'profile', ...scopes],
      }),
    keySet: () => oauthJson(200, { keys: [key.jwk] }),
  };
}

function fieldsOf(contentType: string | undefined, body: Buffer): Record<string, string> | undefined {
  const text = body.toString('utf8');
  if (!contentType?.includes('json')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return undefined;
  }
}
