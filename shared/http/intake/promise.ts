import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isNoun, nounFields } from '#shared/domain/entity/nouns.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { hashId, newId } from '#shared/runtime/ids.ts';
import { IDEMPOTENCY_SECONDS, keepPromise, loadPromised, type Promised } from '#shared/store/idempotency.ts';
import { eventHash, keyReused } from '../idempotency.ts';
import { subjectId, type WriteRequest } from './request.ts';

/** The promise under a request's key, and whether it still binds: an expired one is only replaced. */
export interface Found {
  readonly promised: Promised;
  readonly live: boolean;
}

/** What an earlier request with the same key left. Refuses (422) a key that belongs to another request. */
export async function findPromise(table: DynamoDBDocumentClient, request: WriteRequest): Promise<Found | undefined> {
  const { key, call } = request;
  const promised = key && (await loadPromised(table, key.hash));
  if (!key || !promised) return undefined;
  const live = promised.expiresAt * 1_000 > call.receivedAt;
  if (live && promised.requestHash !== key.requestHash) throw keyReused();
  return { promised, live };
}

/**
 * The ids of a first attempt. With a key they are hashes of user, key and attempt, so that whoever repeats it comes to the same
 * event; an attempt is told from an earlier one under the same key by its count and its time.
 */
export function newPromise(request: WriteRequest, replaced: Promised | undefined): Promised {
  const { call, key, kind, viewer } = request;
  const firstAt = toInstant(call.receivedAt);
  const attempt = replaced ? replaced.attempt + 1 : 1;
  const prefix = isNoun(kind) ? nounFields(kind).idPrefix : idPrefixOf(kind);
  const parts = [viewer.id, key?.value ?? '', firstAt, String(attempt)];
  return {
    eventId: key ? hashId('evt', ...parts) : newId('evt', call.receivedAt),
    recordId: subjectId(request) ?? (key ? hashId(prefix, ...parts) : newId(prefix, call.receivedAt)),
    user: viewer.id,
    requestHash: key?.requestHash ?? '',
    firstAt,
    attempt,
    expiresAt: Math.floor(call.receivedAt / 1_000) + IDEMPOTENCY_SECONDS,
  };
}

/** Keeps a promise before its event is published. False where a repeat was first. */
export const keep = (
  table: DynamoDBDocumentClient,
  request: WriteRequest,
  promised: Promised,
  replaced: Promised | undefined,
): Promise<boolean> => (request.key ? keepPromise(table, request.key.hash, promised, replaced) : Promise.resolve(true));

/** Keeps a promise under its event's id, so that the receipt that a 202 points to is there from the start. */
export const keepForReceipt = (table: DynamoDBDocumentClient, promised: Promised): Promise<boolean> =>
  keepPromise(table, eventHash(promised.eventId), promised);
