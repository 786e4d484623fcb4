import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Bytes that were encrypted by AES-256-GCM: nonce, authentication tag, text, in that order. */
export type Sealed = Uint8Array;

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export const newKey = (): Uint8Array => randomBytes(KEY_BYTES);

/**
 * Encrypts and authenticates bytes. `about` is authenticated with them: what was sealed about one thing cannot be opened about another. The
 * nonce is drawn anew each time: a person's key seals a few hundred texts, a master key some ten thousand keys, far below the 2^32 that
 * random nonces of 96 bits bear (NIST SP 800-38D, 8.3).
 */
export function seal(key: Uint8Array, about: string, bytes: Uint8Array): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(about));
  const text = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** What could not be opened: another key, about something else, or altered. Says nothing of what is in it. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

/** The inverse of {@link seal}. @throws `UnsealError` */
export function open(key: Uint8Array, about: string, sealed: Sealed): Uint8Array {
  const bytes = Buffer.from(sealed);
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(about));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    throw new UnsealError('It cannot be opened.');
  }
}
