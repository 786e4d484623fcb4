import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { isToldOf, type Subscription } from '#shared/domain/subscription/subscription.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { loadOutgoing, putOutgoing } from '#shared/store/outgoing.ts';
import { type Delivering, takeTurn } from './attempt.ts';
import { enqueue } from './queue.ts';
import { SCHEDULE_MS } from './schedule.ts';
import { bodyOf, deliveryIdOf, type Told, toldIn } from './told.ts';

/** Beside what deliveries are made with: who wants to be told. */
export interface HandingOut extends Delivering {
  readonly subscriptions: () => Promise<readonly Subscription[]>;
}

/** What the queue carries: an outcome as the bus has it, or the turn of one delivery. */
const Message = z.union([
  z.object({ turn: z.object({ deliveryId: z.string(), attempt: z.int().min(0), dueAt: z.number() }) }),
  z.object({ 'detail-type': z.string(), detail: z.unknown() }),
]);

/** Takes one batch of the queue, each message by itself and all at the same time: one that waits holds up no other. */
export async function takeMessages(parts: HandingOut, messages: readonly SQSRecord[]): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    messages.map(async ({ messageId, body }) => {
      try {
        await takeMessage(parts, body);
        return [];
      } catch (error) {
        parts.log.error('failed; the queue will redeliver it', { messageId, ...failureOf(error) });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}

async function takeMessage(parts: HandingOut, body: string): Promise<void> {
  const message = Message.parse(JSON.parse(body));
  if ('turn' in message) return takeTurn(parts, message.turn);
  const told = toldIn(message['detail-type'], message.detail);
  if (!told) return;
  const { record } = told.data;
  const wanting = (await parts.subscriptions()).filter((each) => isToldOf(each, told.type, record));
  await Promise.all(wanting.map((each) => handOut(parts, told, each)));
}

/**
 * Makes the delivery of an outcome to one subscriber, and its first turn. The delivery first: if it dies in between, the repeat of the
 * outcome finds the delivery without an attempt and makes the turn. A turn too many is stale.
 */
async function handOut({ table, queue, clock, log }: HandingOut, told: Told, { id }: Subscription): Promise<void> {
  const { type, eventId, data } = told;
  const deliveryId = deliveryIdOf({ id }, eventId);
  const now = clock();
  const createdAt = toInstant(now);
  const isNew = await putOutgoing(
    table,
    {
      deliveryId,
      subscription: id,
      type,
      eventId,
      recordId: data.record.id,
      body: bodyOf(told),
      createdAt,
      status: 'waiting',
      attempt: 0,
      since: 0,
      tries: SCHEDULE_MS.length,
      nextAt: createdAt,
      log: [],
    },
    now,
  );
  const begun = isNew ? undefined : await loadOutgoing(table, deliveryId);
  if (begun && (begun.status !== 'waiting' || begun.attempt > 0)) return;
  await enqueue(queue, { deliveryId, attempt: 0, dueAt: now }, now);
  log.info('to be told', { deliveryId, subscription: id, type, eventId });
}
