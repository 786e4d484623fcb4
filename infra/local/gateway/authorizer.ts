/** API Gateway's JWT authorizer, against the local issuer's key. */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Route } from '../template/model.ts';
import type { SigningKey } from './keys.ts';
import { gatewayAnswer, type HttpAnswer } from './response.ts';

type Verdict =
  | { allowed: true; jwt: { claims: Record<string, string>; scopes: string[] | null } }
  | { allowed: false; answer: HttpAnswer };

export type Authorizer = (header: string | undefined, wanted: NonNullable<Route['authorizer']>) => Promise<Verdict>;

/** Tokens that are kept in mind. */
const knownAtMost = 1_000;

/**
 * A token whose signature was checked once is known by its text until it ends: checking it again costs as much as all else that the
 * gateway does for a request.
 */
export function authorizerOf(key: SigningKey, clock: () => number = Date.now): Authorizer {
  const keyOf: JWTVerifyGetKey = (wanted) => {
    if (wanted.kid !== key.kid) throw new errors.JWKSNoMatchingKey();
    return key.publicKey;
  };
  const known = new Map<string, JWTPayload>();
  const verify = async (token: string, issuer: string): Promise<JWTPayload> => {
    const name = `${issuer} ${token}`;
    const before = known.get(name);
    if (before?.exp !== undefined && before.exp * 1000 > clock()) return before;
    const options = { issuer, algorithms: ['RS256'], requiredClaims: ['exp'], currentDate: new Date(clock()) };
    const { payload } = await jwtVerify(token, keyOf, options);
    if (known.size >= knownAtMost) known.clear();
    known.set(name, payload);
    return payload;
  };
  return async (header, { issuer, audience, scopes }) => {
    const token = header?.replace(/^Bearer\s+/i, '').trim();
    if (!token) return refuse(401, 'Unauthorized', 'Bearer');
    let claims: JWTPayload;
    try {
      claims = await verify(token, issuer);
    } catch (error) {
      return invalidToken(describe(error));
    }
    const named = claims.aud ?? claims.client_id;
    const audiences = Array.isArray(named) ? named : [named];
    if (!audiences.some((one) => typeof one === 'string' && audience.includes(one))) {
      return invalidToken('the token does not have a valid audience');
    }
    if (claims.iat !== undefined && claims.iat * 1000 > clock() + 1000)
      return invalidToken('the token was issued in the future');
    if (scopes.length === 0) return { allowed: true, jwt: { claims: asText(claims), scopes: null } };
    const granted = String(claims.scope ?? claims.scp ?? '').split(' ');
    if (scopes.some((scope) => granted.includes(scope))) {
      return { allowed: true, jwt: { claims: asText(claims), scopes: granted } };
    }
    const challenge = `Bearer scope="${scopes.join(' ')}" error="insufficient_scope" error_description="the token does not have a required scope"`;
    return refuse(403, 'Forbidden', challenge);
  };
}

/** The claims as a function sees them: all text, a list as `[a b]`. */
function asText(claims: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}

function describe(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return 'the token does not have a valid issuer';
    if (error.claim === 'nbf') return 'the token is not valid yet';
    return `the token does not have a valid ${error.claim}`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'the token is signed with an unknown key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the token does not have a valid signature';
  return 'the token cannot be decoded';
}

function invalidToken(description: string): Verdict {
  return refuse(401, 'Unauthorized', `Bearer scope="" error="invalid_token" error_description="${description}"`);
}

function refuse(status: number, message: string, challenge: string): Verdict {
  return { allowed: false, answer: gatewayAnswer(status, message, [['www-authenticate', challenge]]) };
}
