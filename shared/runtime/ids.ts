import { createHash, randomFillSync } from 'node:crypto';
import { ulid } from 'ulid';

export type IdPrefix = 'eng' | 'ipl' | 'trd' | 'org' | 'con' | 'act' | 'agr' | 'need' | 'evt' | 'rep' | 'dlv' | 'sec';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const chance = new Uint8Array(4096);
let used = chance.length;

/** Between 0 and 1, in steps of 1/256: fresh chance is drawn for many ids at a time, since each draw is a call to the system. */
function random(): number {
  if (used === chance.length) {
    randomFillSync(chance);
    used = 0;
  }
  return (chance[used++] as number) / 256;
}

/** A new id: a prefix and a ULID of that instant (milliseconds since 1970; now unless given). */
export const newId = (prefix: IdPrefix, at?: number): string => `${prefix}_${ulid(at, random)}`;

/**
 * The id where repeats must meet: the same parts always give the same id. A hash (SHA-256, 128 bits of it) in the form of a ULID;
 * unlike one, it says nothing about time.
 */
export function hashId(prefix: IdPrefix, ...parts: readonly string[]): string {
  let bits = BigInt(`0x${fingerprint(...parts).slice(0, 32)}`);
  let text = '';
  for (let place = 0; place < 26; place++) {
    text = CROCKFORD[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${prefix}_${text}`;
}

/**
 * The id of a record that has a name in a partner's system: the same whoever logs it, so that a message, its repeat and a user who logs
 * the same thing meet at one record.
 */
export const idOfRef = (
  prefix: IdPrefix,
  { partner, ref }: { readonly partner: string; readonly ref: string },
): string => hashId(prefix, 'partner', partner, ref);

/** SHA-256 in hex of the parts, each with its length, so that no two lists of parts run together. */
export function fingerprint(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:${part}`);
  return hash.digest('hex');
}
