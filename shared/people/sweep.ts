import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isErased, personalOf } from '#shared/domain/contact/contact.ts';
import { londonDay } from '#shared/domain/days.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { publish } from '#shared/runtime/publish.ts';
import { loadEntities, loadEntity } from '#shared/store/entities.ts';
import {
  deleteKey,
  deletePerson,
  isTombstone,
  loadKeyItems,
  scanKeyItems,
  scanPeople,
  type Tombstone,
} from '#shared/store/people.ts';
import { standingAt } from '#shared/store/standing.ts';
import { erasureEntry } from './erasure.ts';

/** What a sweep found and did: numbers alone. */
export interface Sweep {
  /** Erasures whose event was not recorded yet, told once more. */
  readonly erasuresTold: number;
  /** States of people that were deleted: of the erased, replaced, refused, or never recorded. */
  readonly statesDeleted: number;
  /** Keys of people whose contact was never recorded, deleted. */
  readonly keysDeleted: number;
  /** People who are kept though their retention has ended. */
  readonly retentionEnded: number;
  /** Contacts whose person ought to be there and is not. */
  readonly peopleMissing: number;
  /** How many keys each master key wraps. */
  readonly byMasterKey: Readonly<Record<string, number>>;
}

/**
 * How long something may wait for its event, in milliseconds: 15 days. What was taken in may lie in a queue for 14 of them and be
 * sent back to its way by a person; after that nothing can refer to it any more but a replay of the archive.
 */
const WAITING_MS = 15 * 24 * 3_600_000;

export interface Sweeping {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly clock: Clock;
}

/**
 * Finishes erasures that were cut short, deletes what nothing refers to, and counts whose retention has ended. It reads nobody: it has
 * no master key. Whom to erase is a person's decision, so of retention it tells and does nothing.
 */
export async function sweepPeople(parts: Sweeping): Promise<Sweep> {
  const { standing, statesDeleted, lost } = await sweepStates(parts);
  const keys = await sweepKeys(parts, standing);
  return { ...keys, statesDeleted, peopleMissing: keys.peopleMissing + lost };
}

/** Every state of a person: kept where its contact refers to it, or may still come to. */
async function sweepStates(parts: Sweeping) {
  const { table, clock } = parts;
  const standing = new Set<string>();
  let statesDeleted = 0;
  let lost = 0;
  const oldest = toInstant(clock() - WAITING_MS);
  for await (const page of scanPeople(table)) {
    const ids = page.map(({ contactId }) => contactId);
    const contacts = await loadEntities(table, ids, { consistent: true });
    const keyItems = await loadKeyItems(table, ids);
    for (const { contactId, version, keyId, writtenAt } of page) {
      const state = contacts.get(contactId)?.state;
      const key = keyItems.get(contactId);
      const isGone = (state && isErased(state)) || (key && isTombstone(key));
      if (!isGone && state && personalOf(state)?.version === version) {
        standing.add(contactId);
        // Without its key, or under another one, nobody can read it any more.
        if (!key || (!isTombstone(key) && key.keyId !== keyId)) lost += 1;
        continue;
      }
      if (!isGone && writtenAt >= oldest && !(await isSettled(table, contactId, version))) continue;
      if (!isGone && (await standsNow(table, contactId, version))) continue;
      await deletePerson(table, { contactId, version });
      statesDeleted += 1;
    }
  }
  return { standing, statesDeleted, lost };
}

/** Whether the event that a state was written for was recorded or refused: then only the contact as it is decides. */
async function isSettled(table: DynamoDBDocumentClient, contactId: string, eventId: string): Promise<boolean> {
  const { recorded, receipt } = await standingAt(table, loadEntity, contactId, eventId);
  return recorded || receipt?.status === 'rejected';
}

/** Whether a contact refers to a state after all: it may have been recorded since it was looked at first. */
async function standsNow(table: DynamoDBDocumentClient, contactId: string, version: string): Promise<boolean> {
  const state = (await loadEntity(table, contactId))?.state;
  return state !== undefined && personalOf(state)?.version === version;
}

/** Every key and every tombstone, beside the contact that it belongs to. */
async function sweepKeys(parts: Sweeping, standing: ReadonlySet<string>) {
  const { table, clock } = parts;
  const oldest = toInstant(clock() - WAITING_MS);
  const today = londonDay(toInstant(clock()));
  const byMasterKey: Record<string, number> = {};
  const unfinished: Tombstone[] = [];
  let [keysDeleted, retentionEnded, peopleMissing] = [0, 0, 0];
  for await (const page of scanKeyItems(table)) {
    const contacts = await loadEntities(
      table,
      page.map(({ contactId }) => contactId),
      { consistent: true },
    );
    for (const item of page) {
      const state = contacts.get(item.contactId)?.state;
      if ('erasedAt' in item) {
        if (state && !isErased(state)) unfinished.push(item);
        continue;
      }
      byMasterKey[item.masterKeyId] = (byMasterKey[item.masterKeyId] ?? 0) + 1;
      if (!state && item.madeAt < oldest && (await deleteKey(table, item))) keysDeleted += 1;
      // None is left of somebody who was erased.
      if (state && isErased(state) && (await deleteKey(table, item))) keysDeleted += 1;
      if (!state || isErased(state)) continue;
      if ((state.fields['retainUntil'] as string) < today) retentionEnded += 1;
      // One that was recorded after the states were looked at is no loss.
      if (!standing.has(item.contactId) && isOlder(state, clock())) peopleMissing += 1;
    }
  }
  const untaken = await publish(parts.bus, unfinished.map(erasureEntry));
  return { erasuresTold: unfinished.length - untaken.length, keysDeleted, retentionEnded, peopleMissing, byMasterKey };
}

const AN_HOUR_MS = 3_600_000;
const isOlder = ({ updatedAt }: EntityState, now: number) => updatedAt < toInstant(now - AN_HOUR_MS);
