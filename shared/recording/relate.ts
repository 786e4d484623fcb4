import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { Subject } from '#shared/domain/link/links.ts';
import { RecordId } from '#shared/events/envelope.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { loadFirst } from '#shared/store/history.ts';
import {
  type Listed,
  type ListedItem,
  type LoadedListed,
  listedItems,
  loadListed,
  nameOfKey,
  putItem,
  putListed,
  removeItem,
} from '#shared/store/links.ts';
import { keepNames } from '#shared/store/organisation-names.ts';

export interface Relating {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
  readonly log: { error(message: string, details: Record<string, unknown>): void };
}

/** How often somebody else may be faster before the queue is to deliver it again. */
const ATTEMPTS = 8;
/** Entries of lists that are written at once. */
const AT_ONCE = 16;

/** What the queue carries, as far as it matters: of which record or entity something became known. What it is, the table says. */
const Outcome = z.object({ detail: z.object({ metadata: z.object({ recordId: RecordId }) }) });

/** Takes one batch of the queue: each record or entity of it once, by itself and all at the same time. */
export async function takeOutcomes(parts: Relating, messages: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const byId = new Map<string, string[]>();
  const failed: string[] = [];
  for (const { messageId, body } of messages)
    try {
      const id = Outcome.parse(JSON.parse(body)).detail.metadata.recordId;
      byId.set(id, [...(byId.get(id) ?? []), messageId]);
    } catch (error) {
      parts.log.error('A message is not an outcome event; it will go to the dead-letter queue.', {
        messageId,
        ...failureOf(error),
      });
      failed.push(messageId);
    }
  // Where they cannot be looked at together, each looks for itself, and fails by itself.
  const loaded = await loadListed(parts.table, [...byId.keys()]).catch(() => undefined);
  await Promise.all(
    [...byId].map(async ([id, messageIds]) => {
      try {
        await relate(parts, id, loaded?.get(id));
      } catch (error) {
        parts.log.error('Links could not be indexed; the queue will redeliver the event.', {
          recordId: id,
          ...failureOf(error),
        });
        failed.push(...messageIds);
      }
    }),
  );
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * Lists a record or an entity where it belongs by its present state, and nowhere else: whatever is delivered twice, late, or by two at the
 * same time. Throws for what is not there, cannot be read, or is being listed by others again and again.
 *
 * Where it is to be listed is put beside it first, under a lock, together with where it stood before: so whoever repeats this after a crash
 * knows of every entry that may have been written. Of its first version that need not be said, since the event that it began with says it.
 * Each entry is written, or marked as gone, only over what an earlier version wrote: so one who was held up brings nothing back.
 */
export async function relate(parts: Relating, id: string, loaded?: LoadedListed): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = (attempt === 0 && loaded) || (await loadListed(parts.table, [id])).get(id);
    const state = read?.state();
    if (!state) throw new Error(`Aggregate ${id} not found for an outcome event.`);
    // What an organisation is found by needs no order: an item only says where to look.
    if (state.kind === 'organisation') await keepNames(parts.table, state);
    if (await list(parts, state, read?.listed)) return;
  }
  throw new Error(`Links of ${id} were changed concurrently ${ATTEMPTS} times.`);
}

/** False where somebody else was faster. */
async function list({ table, clock }: Relating, state: Subject, read: Listed | undefined): Promise<boolean> {
  const { id, version } = state;
  const items = listedItems(state);
  const writeAll = () => each(items, (item: ListedItem) => putItem(table, item));
  if (!read && version === 1) {
    await writeAll();
    return true;
  }
  const wanted = items.map(nameOfKey);
  const before = read ? [...read.stale, ...read.keys] : listedItems(await loadFirst(table, state)).map(nameOfKey);
  const stale = [...new Set(before)].filter((name) => !wanted.includes(name));
  // What is listed nowhere and never was leaves no trace.
  if (!read && items.length === 0 && stale.length === 0) return true;
  const next = { version, keys: wanted, stale };
  const isSame = read?.version === version && isDeepStrictEqual([read.keys, read.stale], [wanted, stale]);
  if (!isSame && !(await putListed(table, id, next, read))) return false;
  const v = isSame ? read.v : (read?.v ?? 0) + 1;
  await writeAll();
  if (stale.length === 0) return true;
  const now = clock();
  await each(stale, (name) => removeItem(table, name, { of: id, version, now }));
  // Somebody who has gone on from here takes these along, so it does not matter whether this is still so.
  await putListed(table, id, { ...next, stale: [] }, { ...next, v });
  return true;
}

async function each<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE)
    await Promise.all(items.slice(start, start + AT_ONCE).map(act));
}
