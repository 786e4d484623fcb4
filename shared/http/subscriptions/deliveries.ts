import { toInstant } from '#shared/runtime/clock.ts';
import { hashId } from '#shared/runtime/ids.ts';
import type { ListPlace } from '#shared/store/by-list.ts';
import {
  type KeptOutgoing,
  listOutgoing,
  loadOutgoing,
  type OutgoingStatus,
  putOutgoing,
} from '#shared/store/outgoing.ts';
import { enqueue } from '#shared/webhooks/out/queue.ts';
import { SCHEDULE_MS } from '#shared/webhooks/out/schedule.ts';
import { TEST_TYPE, testBodyOf } from '#shared/webhooks/out/told.ts';
import { type Answer, notFound, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { cursorAt, decodeCursor, IN_BODY, placeOf } from '../cursor.ts';
import { MAX_LIMIT } from '../schemas.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';
import type { OutgoingView, RedeliverMany } from '../subscription-schemas.ts';
import { type Subscribing, subscriptionOf } from './subscriptions.ts';

type Sending = Pick<Subscribing, 'table' | 'queue'>;

/** `POST /v1/subscriptions/{id}/tests`: something to receive, sent once, whether the subscription is active or not. */
export async function testSubscription({ table, queue }: Sending, call: Call): Promise<Answer> {
  const subscription = await subscriptionOf(table, call);
  const { eventId } = await claim(table, call);
  const deliveryId = hashId('dlv', 'test', subscription.id, eventId);
  const now = call.receivedAt;
  const createdAt = toInstant(now);
  await putOutgoing(
    table,
    {
      deliveryId,
      subscription: subscription.id,
      type: TEST_TYPE,
      body: testBodyOf(subscription, createdAt),
      createdAt,
      status: 'waiting',
      attempt: 0,
      since: 0,
      tries: 1,
      nextAt: createdAt,
      log: [],
    },
    now,
  );
  // The repeat of a request that broke off here makes the turn; one too many is stale.
  await enqueue(queue, { deliveryId, attempt: 0, dueAt: now }, now);
  return { status: 202, body: { id: deliveryId }, log: { deliveryId } };
}

/** Queries that one page makes at most: where few fit it comes back short, with a cursor to go on from. */
const QUERIES_AT_MOST = 10;
const AT_ONCE = 100;

/** Deliveries of a status, as many as asked for, and where to go on. */
async function find(
  table: Sending['table'],
  subscription: string,
  options: {
    readonly status: OutgoingStatus | undefined;
    readonly limit: number;
    readonly after: ListPlace | undefined;
  },
): Promise<{ found: KeptOutgoing[]; next: ListPlace | undefined }> {
  const { status, limit } = options;
  const found: KeptOutgoing[] = [];
  let { after } = options;
  for (let query = 0; query < QUERIES_AT_MOST; query++) {
    const page = await listOutgoing(table, subscription, {
      limit: status === undefined ? limit - found.length : AT_ONCE,
      after,
    });
    for (const each of page.deliveries) {
      if (status !== undefined && each.status !== status) continue;
      found.push(each);
      if (found.length < limit) continue;
      const isLast = !page.next && each === page.deliveries.at(-1);
      return { found, next: isLast ? undefined : { at: each.createdAt, id: each.deliveryId } };
    }
    if (!page.next) return { found, next: undefined };
    after = page.next;
  }
  return { found, next: after };
}

/** `GET /v1/subscriptions/{id}/deliveries`: newest first, each with every attempt. */
export async function listOutgoingDeliveries({ table }: Pick<Sending, 'table'>, call: Call): Promise<Answer> {
  const { id } = await subscriptionOf(table, call);
  const { cursor, limit = MAX_LIMIT, status } = call.query;
  const boundTo = { outgoing: id, status, user: viewerIn(call).id };
  const { found, next } = await find(table, id, {
    status: status as OutgoingStatus | undefined,
    limit: Number(limit),
    after: cursor === undefined ? undefined : placeOf(decodeCursor(cursor, boundTo)),
  });
  return { status: 200, body: { items: found.map(viewOf), next: cursorAt(next, boundTo) } };
}

/** `POST /v1/subscriptions/{id}/deliveries/{deliveryId}/redeliveries`: sends it once more, by the whole schedule. */
export async function redeliver(parts: Sending, call: Call): Promise<Answer> {
  const { id } = await subscriptionOf(parts.table, call);
  const found = await loadOutgoing(parts.table, call.params['deliveryId'] ?? '');
  if (found?.subscription !== id) throw notFound('There is no such delivery.');
  const { isRepeat } = await claim(parts.table, call);
  // What a repeat finds done is what the first one did.
  const begun =
    isRepeat && found.status !== 'dead' && found.status !== 'waiting' ? found : await begin(parts, found, call);
  return { status: 202, body: viewOf(begun), log: { deliveryId: found.deliveryId } };
}

/** What one call sends again at most. */
const REDELIVERIES_AT_MOST = 50;

/** `POST /v1/subscriptions/{id}/redeliveries`: sends all that are dead once more, as many as one call may; then a cursor. */
export async function redeliverMany(parts: Sending, call: Call): Promise<Answer> {
  const { id } = await subscriptionOf(parts.table, call);
  const { cursor, status } = call.body as RedeliverMany;
  const boundTo = { redeliveries: id, user: viewerIn(call).id };
  const after = cursor === undefined ? undefined : placeOf(decodeCursor(cursor, boundTo, IN_BODY));
  await claim(parts.table, call);
  const { found, next } = await find(parts.table, id, { status, limit: REDELIVERIES_AT_MOST, after });
  const items = await Promise.all(found.map((each) => begin(parts, each, call)));
  return {
    status: 202,
    body: { items: items.map(viewOf), next: cursorAt(next, boundTo) },
    log: { redelivered: items.length },
  };
}

/** How often a delivery is begun anew where an attempt of it comes in between. */
const ATTEMPTS = 4;

/** A new round of the schedule, for one that does not wait already; that one only gets its turn once more, which is stale if it has it. */
async function begin({ table, queue }: Sending, found: KeptOutgoing, call: Call): Promise<KeptOutgoing> {
  const now = call.receivedAt;
  let before = found;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (before.status === 'waiting') {
      const dueAt = Math.max(now, Date.parse(before.nextAt ?? '') || 0);
      await enqueue(queue, { deliveryId: before.deliveryId, attempt: before.attempt, dueAt }, now);
      return before;
    }
    const next = {
      ...before,
      status: 'waiting',
      since: before.attempt,
      tries: before.type === TEST_TYPE ? 1 : SCHEDULE_MS.length,
      nextAt: toInstant(now),
    } as const;
    const written = await putOutgoing(table, next, now, before);
    const after = written ? { ...next, revision: before.revision + 1 } : await loadOutgoing(table, found.deliveryId);
    if (!after) throw notFound('There is no such delivery.');
    before = after;
  }
  throw unavailable('It is being delivered right now.');
}

const viewOf = ({
  deliveryId,
  type,
  eventId,
  recordId,
  createdAt,
  status,
  nextAt,
  log,
}: KeptOutgoing): OutgoingView => ({
  id: deliveryId,
  type,
  ...(eventId === undefined ? {} : { eventId }),
  ...(recordId === undefined ? {} : { recordId }),
  createdAt,
  status,
  ...(nextAt === undefined ? {} : { nextAt }),
  attempts: [...log],
});
