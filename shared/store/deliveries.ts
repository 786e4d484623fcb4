import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { type ListPlace, listedIn, pageOfList } from './by-list.ts';
import { type Key, keys } from './keys.ts';
import type { QuarantineReason } from './receipts.ts';
import { batchGet } from './records.ts';

/** How long a delivery is remembered, in seconds: 90 days, more than the 96 hours in which a sender may repeat it. */
const DELIVERY_SECONDS = 90 * 24 * 3600;

/** An event that a message became. */
export interface DeliveredEvent {
  readonly eventId: string;
  readonly recordId: string;
  /** The `detail-type` that it was published under. */
  readonly type: string;
}

/** A message of a partner that was authentic, as it was when it came first. */
export interface Delivery {
  readonly deliveryId: string;
  readonly partner: string;
  /** When the first of its repeats came, an instant. */
  readonly receivedAt: string;
  /** The sender's own id of it, where the scheme has one. */
  readonly messageId?: string;
  readonly contentType?: string;
  /** Of its body. */
  readonly bytes: number;
  /** A hash of its body: a repeat has the same. */
  readonly bodyHash: string;
  readonly mappingVersion: number;
  readonly correlationId: string;
  /** Whether its events were published, or all of it set aside. */
  readonly status: 'accepted' | 'quarantined';
  /** Why it was quarantined. */
  readonly reason?: QuarantineReason;
  /** What was wrong with it when it came: the first places. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** That of its first event, or of its quarantine. */
  readonly eventId: string;
  /** In the order of the message; none of a message that was set aside. */
  readonly events: readonly DeliveredEvent[];
}

const listOf = (partner: string) => `deliveries#${partner}`;

export async function loadDelivery(table: DynamoDBDocumentClient, deliveryId: string): Promise<Delivery | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.delivery(deliveryId), ConsistentRead: true }),
  );
  return Item ? fromItem(Item) : undefined;
}

/** Keeps a delivery. False where a repeat of it was first; that one is then to be taken over. */
export async function keepDelivery(table: DynamoDBDocumentClient, delivery: Delivery): Promise<boolean> {
  const { deliveryId, partner, receivedAt } = delivery;
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: {
          ...keys.delivery(deliveryId),
          ...delivery,
          ...listedIn(listOf(partner), { at: receivedAt, id: deliveryId }),
          // Several may come in one millisecond; the id keeps them apart.
          expiresAt: Math.floor(Date.parse(receivedAt) / 1000) + DELIVERY_SECONDS,
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** A page of a partner's deliveries, newest first, after the one with that place in the list. */
export async function listDeliveries(
  table: DynamoDBDocumentClient,
  partner: string,
  { limit, after }: { readonly limit: number; readonly after?: ListPlace | undefined },
): Promise<{ readonly deliveries: readonly Delivery[]; readonly next: ListPlace | undefined }> {
  const page = { keyOf: keys.delivery, descending: true, after, limit };
  const { items, next } = await pageOfList(table, listOf(partner), page);
  return { deliveries: items.map(fromItem), next };
}

const fromItem = ({
  pk: _,
  sk: __,
  inList: ___,
  listedAt: ____,
  expiresAt: _____,
  ...delivery
}: Record<string, unknown>) => delivery as unknown as Delivery;

/** Whether all of its events have been recorded, refused or set aside: then there is nothing left to do for a repeat. */
export async function isSettled(
  table: DynamoDBDocumentClient,
  { events, eventId, status }: Delivery,
): Promise<boolean> {
  const traces: readonly (readonly Key[])[] =
    status === 'quarantined'
      ? [[keys.receipt(eventId)]]
      : events.map((event) => [
          keys.record(event.recordId),
          keys.history(event.recordId, event.eventId),
          keys.receipt(event.eventId),
        ]);
  const wanted = new Map(traces.flat().map((key) => [nameOf(key), key]));
  const found = new Map<string, Record<string, unknown>>();
  const all = [...wanted.values()];
  for (let start = 0; start < all.length; start += 100)
    for (const item of await batchGet(table, all.slice(start, start + 100)))
      found.set(nameOf(item as unknown as Key), item);
  const isTrace = (key: Key, id: string) => {
    const item = found.get(nameOf(key));
    if (!item) return false;
    return key.sk !== keys.record('').sk || (item['event'] as { eventId?: string } | undefined)?.eventId === id;
  };
  return traces.every((of, index) => of.some((key) => isTrace(key, events[index]?.eventId ?? eventId)));
}

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;
