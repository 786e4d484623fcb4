import type { Scheme } from '#shared/domain/partner/partner.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { hashId } from '#shared/runtime/ids.ts';
import {
  activeOf,
  adding,
  expiring,
  type KeptSecret,
  newPlainSecret,
  newStandardSecret,
  SECRETS_AT_MOST,
  type SecretOwner,
  SecretsBusyError,
} from '#shared/webhooks/secrets.ts';
import { type Answer, notFound, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { ProblemError } from '../problems.ts';
import { claim } from '../settings/claim.ts';
import { type Partnering, partnerOf } from './partners.ts';

export type Keeping = Pick<Partnering, 'table' | 'secrets'>;

/**
 * `POST /v1/partners/{id}/secrets`: makes a secret, or takes one that the partner issued, and answers it this once. A repeat with the same
 * key gets the same one: its answer may have been lost.
 */
export async function makeSecret({ table, secrets }: Keeping, call: Call): Promise<Answer> {
  const { id: partnerId, scheme } = await partnerOf(table, call);
  const given = (call.body as { secret?: string }).secret;
  if (given !== undefined) checkForm(scheme, given);
  const make = () => given ?? (scheme === 'standard-webhooks' ? newStandardSecret() : newPlainSecret());
  return makeSecretOf({ table, secrets }, call, `partner/${partnerId}`, make);
}

/** Makes a secret of that owner, or answers the one that a repeat of this call made. */
export async function makeSecretOf(
  { table, secrets }: Keeping,
  call: Call,
  owner: SecretOwner,
  make: () => string,
): Promise<Answer> {
  const { eventId } = await claim(table, call);
  const id = hashId('sec', eventId);
  const made: KeptSecret = { id, secret: make(), createdAt: toInstant(call.receivedAt) };
  const after = await changed(() =>
    secrets.change(owner, (before) => {
      const now = adding(made)(before);
      if (now !== before && activeOf(before, call.receivedAt).length >= SECRETS_AT_MOST) throw tooMany();
      return now;
    }),
  );
  const kept = after.find((each) => each.id === id) ?? made;
  return { status: 201, body: { id, secret: kept.secret }, log: { secretId: id } };
}

/** Standard Webhooks: a shared key of 24 to 64 bytes, or the public half of an ed25519 pair. */
function checkForm(scheme: Scheme, secret: string): void {
  if (scheme !== 'standard-webhooks' || isStandardForm(secret)) return;
  const detail =
    'whsec_ followed by 24 to 64 bytes in base64, or whpk_ followed by a 32-byte ed25519 public key in base64.';
  throw new ProblemError('validation', `/secret: ${detail}`, [{ pointer: '/secret', detail }]);
}

function isStandardForm(secret: string): boolean {
  const [, prefix, base64 = ''] = /^(whsec|whpk)_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const { length } = Buffer.from(base64, 'base64');
  return prefix === 'whpk' ? length === 32 : prefix === 'whsec' && length >= 24 && length <= 64;
}

const tooMany = () =>
  new ProblemError('too-many-secrets', `At most ${SECRETS_AT_MOST} secrets can be active at a time; expire one first.`);

/** `GET /v1/partners/{id}/secrets`: which there are, without themselves. */
export async function listSecrets({ table, secrets }: Keeping, call: Call): Promise<Answer> {
  const { id } = await partnerOf(table, call);
  return listSecretsOf(secrets, call, `partner/${id}`);
}

export async function listSecretsOf(secrets: Keeping['secrets'], call: Call, owner: SecretOwner): Promise<Answer> {
  const kept = await secrets.list(owner);
  const items = kept
    .map((each) => viewOf(each, call.receivedAt))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return { status: 200, body: { items, next: null } };
}

/** `POST /v1/partners/{id}/secrets/{secretId}/expiries`: it holds until then; now unless said. Never longer than it did. */
export async function expireSecret({ table, secrets }: Keeping, call: Call): Promise<Answer> {
  const { id } = await partnerOf(table, call);
  return expireSecretOf({ table, secrets }, call, `partner/${id}`);
}

export async function expireSecretOf({ table, secrets }: Keeping, call: Call, owner: SecretOwner): Promise<Answer> {
  const { secretId = '' } = call.params;
  const { expiresAt } = call.body as { expiresAt?: string };
  await claim(table, call);
  const at = Math.max(call.receivedAt, expiresAt === undefined ? 0 : Date.parse(expiresAt));
  const after = await changed(() =>
    secrets.change(owner, (before) => {
      if (!before.some((each) => each.id === secretId)) throw notFound('There is no such secret.');
      return expiring(secretId, at)(before);
    }),
  );
  const expired = after.find((each) => each.id === secretId) as KeptSecret;
  return { status: 200, body: viewOf(expired, call.receivedAt), log: { secretId } };
}

const viewOf = (kept: KeptSecret, now: number) => {
  const { secret: _, ...view } = kept;
  return { ...view, active: activeOf([kept], now).length > 0 };
};

async function changed<Result>(change: () => Promise<Result>): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    throw error instanceof SecretsBusyError
      ? unavailable('These secrets are being changed by another request.')
      : error;
  }
}
