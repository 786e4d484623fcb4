import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { BadRequest } from './bad-requests.ts';

/** Tokens that must not be believed, made from one that must: signed by another key, out of date, or not signed at all. */
export async function badTokens(
  valid: string,
  dataDir: string,
): Promise<Record<BadRequest['token'], string | undefined>> {
  const claims = decodeJwt(valid);
  const { kid } = decodeProtectedHeader(valid);
  const header = { alg: 'RS256', ...(kid ? { kid } : {}) };
  const own = await importJWK(JSON.parse(await readFile(join(dataDir, 'issuer-key.json'), 'utf8')) as JWK, 'RS256');
  const { privateKey: strange } = await generateKeyPair('RS256');
  const yesterday = Math.floor(Date.now() / 1000) - 86_400;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return {
    valid,
    none: undefined,
    garbage: 'not.a.token',
    forged: await new SignJWT(claims).setProtectedHeader(header).sign(strange),
    expired: await new SignJWT({ ...claims, iat: yesterday - 3_600, exp: yesterday })
      .setProtectedHeader(header)
      .sign(own),
    unsigned: `${part({ alg: 'none' })}.${part(claims)}.`,
  };
}
