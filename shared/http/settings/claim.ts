import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { toInstant } from '#shared/runtime/clock.ts';
import { newId } from '#shared/runtime/ids.ts';
import { IDEMPOTENCY_SECONDS, keepPromise, loadPromised, type Promised } from '#shared/store/idempotency.ts';
import { unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { keyHash, keyReused, requestHash } from '../idempotency.ts';
import { viewerIn } from '../sight.ts';

/** A write of a setting: under which id it is audited, and whether one like it was sent before under the same key. */
export interface Claim {
  readonly eventId: string;
  readonly isRepeat: boolean;
}

/** How often a key is looked at that others claim at the same time. */
const ROUNDS = 3;

/**
 * Claims the idempotency key of a write. Writing a setting sets it, so a repeat may simply be done again: it finds the setting as it
 * wants it. Refuses (422) a key that belongs to another request.
 */
export async function claim(table: DynamoDBDocumentClient, call: Call): Promise<Claim> {
  const first = { eventId: newId('evt', call.receivedAt), isRepeat: false };
  const { idempotencyKey } = call;
  if (idempotencyKey === undefined) return first;
  const { id: user } = viewerIn(call);
  const hash = keyHash(user, idempotencyKey);
  const promised: Promised = {
    eventId: first.eventId,
    recordId: call.path,
    user,
    requestHash: requestHash(call),
    firstAt: toInstant(call.receivedAt),
    attempt: 1,
    expiresAt: Math.floor(call.receivedAt / 1_000) + IDEMPOTENCY_SECONDS,
  };
  for (let round = 0; round < ROUNDS; round++) {
    const kept = await loadPromised(table, hash);
    if (kept && kept.expiresAt * 1_000 > call.receivedAt) {
      if (kept.requestHash !== promised.requestHash) throw keyReused();
      return { eventId: kept.eventId, isRepeat: true };
    }
    if (await keepPromise(table, hash, promised, kept)) return first;
  }
  throw unavailable('Too many requests under the same Idempotency-Key at once.');
}
