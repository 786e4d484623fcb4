import { createHmac, randomBytes } from 'node:crypto';
import { CreateSecretCommand, GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { newKey } from './sealing.ts';

/** A master key, by the id that every key it wraps carries. */
export interface MasterKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** The master keys as they are kept: the first wraps, all unwrap. */
interface KeptKeys {
  readonly keys: readonly { readonly id: string; readonly key: string }[];
  /** For fingerprints of requests; it wraps nothing and stays when master keys are changed. */
  readonly fingerprints: string;
}

export interface MasterKeys {
  /** The one that wraps today. */
  current(): Promise<MasterKey>;
  /** Undefined for one that is not kept any more. */
  find(id: string): Promise<MasterKey | undefined>;
  /** A fingerprint of text that nobody can test a guess against who has not the secret (HMAC-SHA-256, hex). */
  fingerprint(text: string): Promise<string>;
}

/** The secret's name after the stage's prefix. */
export const MASTER_SECRET = 'contacts/master';

/** How old what is known of the secret may be, in milliseconds: 5 minutes. Somebody who changes master keys waits so long. */
const AGE_MS = 5 * 60_000;

/** The master keys of Secrets Manager. The secret is made by whoever needs it first, and never changed by the product. */
export function openMasterKeys(parts: { readonly client: SecretsManagerClient; readonly clock: Clock }): MasterKeys {
  let known: { readonly since: number; readonly kept: Promise<KeptKeys> } | undefined;
  const kept = (newerThan = parts.clock() - AGE_MS): Promise<KeptKeys> => {
    if (!known || known.since < newerThan) {
      const loading = { since: parts.clock(), kept: ensure(parts.client) };
      known = loading;
      loading.kept.catch(() => {
        if (known === loading) known = undefined;
      });
    }
    return known.kept;
  };
  const among = ({ keys }: KeptKeys, id: string) => keys.find((each) => each.id === id);
  return {
    async current() {
      const [first] = (await kept()).keys;
      if (!first) throw new Error('The secret of master keys has none.');
      return asKey(first);
    },
    async find(id) {
      // One that is not known may have been added a moment ago.
      const found = among(await kept(), id) ?? among(await kept(parts.clock()), id);
      return found && asKey(found);
    },
    async fingerprint(text) {
      const { fingerprints } = await kept();
      return createHmac('sha256', Buffer.from(fingerprints, 'base64')).update(text).digest('hex');
    },
  };
}

const asKey = ({ id, key }: KeptKeys['keys'][number]): MasterKey => ({ id, key: Buffer.from(key, 'base64') });

const nameOf = () => `${environment('secretsPrefix')}${MASTER_SECRET}`;

/** The secret as it is; made where it is not there. Of two that make it at once, the first one's stands. */
async function ensure(client: SecretsManagerClient): Promise<KeptKeys> {
  const there = await load(client);
  if (there) return there;
  const made: KeptKeys = {
    keys: [{ id: newKeyId(), key: Buffer.from(newKey()).toString('base64') }],
    fingerprints: Buffer.from(newKey()).toString('base64'),
  };
  try {
    await client.send(new CreateSecretCommand({ Name: nameOf(), SecretString: JSON.stringify(made) }));
    return made;
  } catch (error) {
    if ((error as Error).name !== 'ResourceExistsException') throw error;
    const theirs = await load(client);
    if (!theirs) throw error;
    return theirs;
  }
}

async function load(client: SecretsManagerClient): Promise<KeptKeys | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: nameOf() }));
    return SecretString === undefined ? undefined : (JSON.parse(SecretString) as KeptKeys);
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Says nothing of the key. */
const newKeyId = () => `mk_${randomBytes(6).toString('hex')}`;
