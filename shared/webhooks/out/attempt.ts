import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Webhook } from 'standardwebhooks';
import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import type { Subscription } from '#shared/domain/subscription/subscription.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import {
  type KeptOutgoing,
  loadOutgoing,
  type Outgoing,
  type OutgoingAttempt,
  putOutgoing,
} from '#shared/store/outgoing.ts';
import { loadRecord } from '#shared/store/records.ts';
import { disableSubscription, loadSubscription } from '#shared/store/subscriptions.ts';
import type { Secrets } from '../secrets.ts';
import type { Breather } from './breather.ts';
import type { Post, Posted } from './post.ts';
import { enqueue, type Turn } from './queue.ts';
import { nextDue, retryAfterOf } from './schedule.ts';
import { TEST_TYPE } from './told.ts';

/** What deliveries are made with. */
export interface Delivering {
  readonly table: DynamoDBDocumentClient;
  readonly queue: SQSClient;
  readonly secrets: Pick<Secrets, 'active'>;
  readonly post: Post;
  readonly breather: Breather;
  readonly clock: Clock;
  readonly log: {
    info(message: string, details: Record<string, unknown>): void;
    warn(message: string, details: Record<string, unknown>): void;
    error(message: string, details: Record<string, unknown>): void;
  };
  readonly count: (metric: MetricName) => void;
}

/**
 * How long an attempt keeps its delivery to itself, in milliseconds: longer than the function lives (30 seconds), so that whoever holds
 * one that ran out is not running any more.
 */
export const CLAIM_MS = 40_000;

/** Statuses by which a receiver may say how long it wants to be left alone. */
const PUTS_OFF: readonly (number | undefined)[] = [429, 503];

/**
 * Takes one turn: makes the attempt that it is for, or brings it back to the queue where that is not due. Whatever is delivered twice, or
 * dies in between, an attempt is made by one at a time, and a delivery that waits has a turn in the queue.
 */
export async function takeTurn(delivering: Delivering, turn: Turn): Promise<void> {
  const { table, queue, clock } = delivering;
  const now = clock();
  if (turn.dueAt > now) return enqueue(queue, turn, now);
  const found = await loadOutgoing(table, turn.deliveryId);
  if (found?.status !== 'waiting' || found.attempt < turn.attempt) return;
  if (found.attempt > turn.attempt) {
    // The attempt was made and kept; whether its successor came into the queue is not known. One too many is stale by then.
    return enqueue(queue, { ...turn, attempt: found.attempt, dueAt: Date.parse(found.nextAt ?? '') || now }, now);
  }
  // Somebody has it, or had it and died: then it is looked at again.
  if (found.claimedUntil !== undefined && found.claimedUntil > now)
    return enqueue(queue, { ...turn, dueAt: found.claimedUntil }, now);
  const pause = delivering.breather.pauseOf(found.subscription);
  if (pause > 0) return enqueue(queue, { ...turn, dueAt: now + pause }, now);
  const claimed = { ...found, claimedUntil: now + CLAIM_MS };
  if (!(await putOutgoing(table, claimed, now, found))) return enqueue(queue, { ...turn, dueAt: now + CLAIM_MS }, now);
  await attempt(delivering, { ...claimed, revision: found.revision + 1 });
}

async function attempt(delivering: Delivering, delivery: KeptOutgoing): Promise<void> {
  const { table, clock } = delivering;
  const subscription = await loadSubscription(table, delivery.subscription);
  // A test is asked for before a subscription is switched on as well.
  if (!subscription || !(subscription.active || delivery.type === TEST_TYPE))
    return settle(delivering, delivery, {
      status: 'dead',
      entry: entryOf(clock(), clock(), { failure: 'not-active' }),
    });
  if (await isWithheld(table, delivery)) return settle(delivering, delivery, { status: 'withheld' });
  const startedAt = clock();
  const posted = await post(delivering, subscription, delivery, startedAt);
  const now = clock();
  const entry = entryOf(startedAt, now, posted);
  delivering.breather.note(delivery.subscription, entry.ms);
  const httpStatus = 'httpStatus' in posted ? posted.httpStatus : undefined;
  if (httpStatus !== undefined && httpStatus >= 200 && httpStatus < 300)
    return settle(delivering, delivery, { status: 'delivered', entry });
  if (httpStatus === 410) return gone(delivering, subscription, delivery, entry);
  const retryAfterMs =
    PUTS_OFF.includes(httpStatus) && 'retryAfter' in posted ? retryAfterOf(posted.retryAfter, now) : undefined;
  const made = delivery.attempt + 1 - delivery.since;
  const dueAt = nextDue(made, { tries: delivery.tries, now, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
  if (dueAt === undefined) return settle(delivering, delivery, { status: 'dead', entry });
  if (!(await keep(delivering, delivery, { status: 'waiting', entry, nextAt: toInstant(dueAt) }))) return;
  delivering.count(MetricName.notDelivered);
  delivering.log.warn('not delivered', { ...idsOf(delivery), ...entry, nextAt: toInstant(dueAt) });
  await enqueue(delivering.queue, { deliveryId: delivery.deliveryId, attempt: delivery.attempt + 1, dueAt }, now);
}

/** The record may have become confidential since, or may have been so before this came out of order. */
async function isWithheld(table: DynamoDBDocumentClient, { recordId }: KeptOutgoing): Promise<boolean> {
  if (!recordId?.startsWith('ipl_')) return false;
  const record = await loadRecord(table, recordId);
  return !record || isConfidential(record.state);
}

async function post(
  { secrets, post: send }: Delivering,
  { id, url }: Subscription,
  { deliveryId, body }: KeptOutgoing,
  now: number,
): Promise<Posted> {
  const active = await secrets.active(`subscription/${id}`);
  if (active.length === 0) return { failure: 'no-secret' };
  const at = new Date(now);
  return send({
    url,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'partnership-webhooks/1',
      'webhook-id': deliveryId,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': active.map((secret) => new Webhook(secret).sign(deliveryId, at, body)).join(' '),
    },
  });
}

/** Its receiver wants nothing any more: nothing goes there until somebody puts the subscription active again. */
async function gone(
  delivering: Delivering,
  { id, url }: Subscription,
  delivery: KeptOutgoing,
  entry: OutgoingAttempt,
): Promise<void> {
  const { table, clock, log, count } = delivering;
  const { deliveryId } = delivery;
  // First: if it dies after this, the repeat of this turn finds the subscription switched off, and ends as well.
  if (await disableSubscription(table, { id, url, at: toInstant(clock()), deliveryId })) {
    count(MetricName.subscriptionGone);
    log.warn('subscription disabled', { subscription: id, deliveryId, httpStatus: 410 });
  }
  await keep(delivering, delivery, { status: 'dead', entry });
}

type Next = Pick<Outgoing, 'status'> & { readonly entry?: OutgoingAttempt; readonly nextAt?: string };

/** False where it is not ours any more: we took too long, and somebody else has it. */
function keep({ table, clock }: Delivering, delivery: KeptOutgoing, { entry, ...next }: Next): Promise<boolean> {
  const { revision: _, claimedUntil: __, nextAt: ___, ...rest } = delivery;
  const log = entry ? [...rest.log, entry] : rest.log;
  return putOutgoing(table, { ...rest, ...next, attempt: rest.attempt + 1, log }, clock(), delivery);
}

async function settle(delivering: Delivering, delivery: KeptOutgoing, next: Next): Promise<void> {
  if (!(await keep(delivering, delivery, next))) return;
  const { status, entry } = next;
  const isExhausted = status === 'dead' && entry?.failure !== 'not-active' && delivery.type !== TEST_TYPE;
  if (status === 'delivered') delivering.count(MetricName.delivered);
  if (isExhausted) delivering.count(MetricName.deliveryDead);
  delivering.log[isExhausted ? 'error' : 'info'](status, { ...idsOf(delivery), ...entry });
}

const entryOf = (startedAt: number, now: number, posted: Posted): OutgoingAttempt => ({
  at: toInstant(startedAt),
  ms: now - startedAt,
  ...('failure' in posted ? { failure: posted.failure } : { httpStatus: posted.httpStatus }),
});

const idsOf = ({ deliveryId, subscription, type, eventId, attempt: made }: KeptOutgoing) => ({
  deliveryId,
  subscription,
  type,
  eventId,
  attempt: made + 1,
});
