/** Stands in for Cognito: gives tokens with the claims that Cognito's have, to whoever asks for a role by its name. */
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { UserPool } from '../template/model.ts';
import type { SigningKey } from './keys.ts';
import type { HttpAnswer } from './response.ts';

export interface Issuer {
  /** An access token of an hour for the role, its `sub` being the user. */
  token(role: string, user?: string): Promise<string>;
  /** `POST /oauth2/token`: the client credentials grant, `client_id` being the role and `client_secret` the word `local`. */
  tokenEndpoint(contentType: string | undefined, body: Buffer, authorization: string | undefined): Promise<HttpAnswer>;
  configuration(origin: string): HttpAnswer;
  keySet(): HttpAnswer;
}

const lifetimeSeconds = 3600;
const clientSecret = 'local';
const userId = /^[\p{L}\p{N}._@:-]{1,128}$/u;

/** `roles` are the groups of the pool; `scopes` those that routes ask for. */
export function issuerOf(pool: UserPool, key: SigningKey, scopes: string[], clock: () => number = Date.now): Issuer {
  const token = (role: string, user = role): Promise<string> => {
    const now = Math.floor(clock() / 1000);
    const client = pool.clients[0]?.id ?? 'local';
    return new SignJWT({
      'cognito:groups': [role],
      iss: pool.issuer,
      version: 2,
      client_id: client,
      origin_jti: randomUUID(),
      token_use: 'access',
      scope: ['aws.cognito.signin.user.admin', ...scopes].join(' '),
      auth_time: now,
      username: user,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .setSubject(user)
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .setJti(randomUUID())
      .sign(key.privateKey);
  };
  return {
    token,
    async tokenEndpoint(contentType, body, authorization) {
      const fields = fieldsOf(contentType, body);
      if (!fields) return oauthError(400, 'invalid_request', 'The body is neither a form nor a JSON object.');
      const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
      const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s) : [];
      const role = basicId ?? fields.client_id;
      const secret = basicSecret ?? fields.client_secret;
      if (fields.grant_type === undefined) return oauthError(400, 'invalid_request', 'grant_type is missing.');
      if (fields.grant_type !== 'client_credentials') {
        return oauthError(400, 'unsupported_grant_type', 'The local issuer knows grant_type=client_credentials only.');
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
      return json(200, { access_token: await token(role, user), token_type: 'Bearer', expires_in: lifetimeSeconds });
    },
    configuration: (origin) =>
      json(200, {
        issuer: pool.issuer,
        token_endpoint: `${origin}/oauth2/token`,
        jwks_uri: `${origin}/.well-known/jwks.json`,
        response_types_supported: ['token'],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        scopes_supported: scopes,
      }),
    keySet: () => json(200, { keys: [key.jwk] }),
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

function oauthError(status: number, error: string, description: string): HttpAnswer {
  const answer = json(status, { error, error_description: description });
  if (status === 401) answer.headers.push(['www-authenticate', 'Basic realm="local"']);
  return answer;
}

function json(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
    ],
    body: Buffer.from(JSON.stringify(value)),
  };
}
