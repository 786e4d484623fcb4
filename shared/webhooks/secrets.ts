import { randomBytes } from 'node:crypto';
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createCache } from '#shared/runtime/cache.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { giveBackLease, takeLease } from '#shared/store/leases.ts';

/** One secret of a partner, or of a subscription. */
export interface KeptSecret {
  readonly id: string;
  readonly secret: string;
  /** An instant. */
  readonly createdAt: string;
  /** An instant, from which on it is worth nothing. */
  readonly expiresAt?: string;
}

/** Whose secrets: their name in Secrets Manager is this after the stage's prefix. */
export type SecretOwner = `partner/${string}` | `subscription/${string}`;

/** Secrets that one owner may have at a time: a rotation needs two. */
export const SECRETS_AT_MOST = 10;

/** What a change makes of a list; the same list for no change. */
type Change = (secrets: readonly KeptSecret[]) => readonly KeptSecret[];

/** The secrets by which messages are signed. They are in Secrets Manager and in a function's memory, and nowhere else. */
export interface Secrets {
  /** Those that hold now, newest first, as they were at most 30 seconds ago; none where there is no such owner. */
  active(owner: SecretOwner): Promise<readonly string[]>;
  /** All of them as they are now, those that ran out lately among them. */
  list(owner: SecretOwner): Promise<readonly KeptSecret[]>;
  /**
   * Changes the list, one change after the other: none is lost to another at the same time. Answers the list after it.
   * @throws `SecretsBusyError` where others kept changing it
   */
  change(owner: SecretOwner, change: Change): Promise<readonly KeptSecret[]>;
}

/** Others change the same secrets, and went on doing so for seconds. */
export class SecretsBusyError extends Error {
  override readonly name = 'SecretsBusyError';
}

/** How old what is known of secrets may be where messages are verified, in milliseconds: 30 seconds. */
const SECRET_AGE_MS = 30_000;
const OWNERS_AT_MOST = 1_000;

/**
 * How long a change may hold its lease, in milliseconds. Longer than the 15 seconds after which Lambda ends a function behind the
 * API: whoever had a lease that ran out is not running any more, and cannot write over what came after.
 */
const LEASE_MS = 20_000;
/** How long a change waits for those before it, in milliseconds, and between two looks. */
const PATIENCE_MS = 5_000;
const LOOK_MS = 50;

/** What ran out is shown so long, in milliseconds: 30 days; then it is taken out with the next change. */
const KEPT_MS = 30 * 24 * 3_600_000;

export function openSecretsOf(parts: {
  readonly client: SecretsManagerClient;
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
}): Secrets {
  const { client, table, clock } = parts;
  const cache = createCache({
    load: (owner) => load(client, owner as SecretOwner),
    clock,
    ms: SECRET_AGE_MS,
    atMost: OWNERS_AT_MOST,
  });
  const isRecent = ({ expiresAt }: KeptSecret) => !expiresAt || Date.parse(expiresAt) + KEPT_MS > clock();
  return {
    active: async (owner) => activeOf((await cache.get(owner)) ?? [], clock()).map(({ secret }) => secret),
    list: async (owner) => (await load(client, owner)) ?? [],
    change: async (owner, change) => {
      const holder = randomBytes(12).toString('hex');
      await waitForLease(parts, owner, holder);
      try {
        const before = await load(client, owner);
        const after = change(before ?? []);
        if (after !== before) await save(client, owner, before !== undefined, after.filter(isRecent));
        return after;
      } finally {
        cache.drop(owner);
        await giveBackLease(table, leaseOf(owner), holder);
      }
    },
  };
}

/** Those of the secrets that hold at that time (milliseconds since 1970), newest first. */
export const activeOf = (secrets: readonly KeptSecret[], now: number): readonly KeptSecret[] =>
  secrets
    .filter(({ expiresAt }) => !expiresAt || Date.parse(expiresAt) > now)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));

/** A list with one more secret; the one with the same id, put by a repeat of the same request, stays as it is. */
export const adding =
  (secret: KeptSecret): Change =>
  (secrets) =>
    secrets.some(({ id }) => id === secret.id) ? secrets : [...secrets, secret];

/** A list in which a secret runs out at that time; one that runs out earlier already stays as it is. */
export const expiring =
  (id: string, at: number): Change =>
  (secrets) => {
    const expiresAt = toInstant(at);
    const isLater = (each: KeptSecret) => each.id === id && (!each.expiresAt || each.expiresAt > expiresAt);
    return secrets.some(isLater) ? secrets.map((each) => (isLater(each) ? { ...each, expiresAt } : each)) : secrets;
  };

const leaseOf = (owner: SecretOwner) => `secrets/${owner}`;
const nameOf = (owner: SecretOwner) => `${environment('secretsPrefix')}${owner}`;

async function waitForLease(
  { table, clock }: { readonly table: DynamoDBDocumentClient; readonly clock: Clock },
  owner: SecretOwner,
  holder: string,
): Promise<void> {
  const since = clock();
  for (;;) {
    const now = clock();
    if (await takeLease(table, { of: leaseOf(owner), holder, now, until: now + LEASE_MS })) return;
    if (now - since > PATIENCE_MS) throw new SecretsBusyError(`${owner} is being changed by others.`);
    // Loaded here: two who change the same secrets at once are rare.
    const { setTimeout: pause } = await import('node:timers/promises');
    await pause(LOOK_MS * (1 + Math.random()));
  }
}

async function load(client: SecretsManagerClient, owner: SecretOwner): Promise<readonly KeptSecret[] | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: nameOf(owner) }));
    return JSON.parse(SecretString ?? '[]') as KeptSecret[];
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function save(
  client: SecretsManagerClient,
  owner: SecretOwner,
  isThere: boolean,
  secrets: readonly KeptSecret[],
): Promise<void> {
  const SecretString = JSON.stringify(secrets);
  if (isThere) await client.send(new PutSecretValueCommand({ SecretId: nameOf(owner), SecretString }));
  else await client.send(new CreateSecretCommand({ Name: nameOf(owner), SecretString }));
}

/** A new secret of Standard Webhooks: `whsec_` and 32 random bytes in base64. */
export const newStandardSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** A new secret of any other scheme: 32 random bytes as text that needs no escaping anywhere. */
export const newPlainSecret = (): string => randomBytes(32).toString('base64url');
