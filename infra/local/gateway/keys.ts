/** The local issuer's signing key, kept in the data directory, so that a token outlives a restart. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';

export interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
  /** As in a key set. */
  jwk: JWK;
}

const alg = 'RS256';

export async function signingKey(file: string): Promise<SigningKey> {
  if (!existsSync(file)) {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    writeFileSync(file, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  }
  const secret = JSON.parse(readFileSync(file, 'utf8')) as JWK;
  const open: JWK = { kty: secret.kty ?? '', n: secret.n ?? '', e: secret.e ?? '' } as JWK;
  const kid = await calculateJwkThumbprint(open);
  return {
    kid,
    privateKey: (await importJWK(secret, alg)) as CryptoKey,
    publicKey: (await importJWK(open, alg)) as CryptoKey,
    jwk: { ...open, kid, alg, use: 'sig' },
  };
}
