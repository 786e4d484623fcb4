import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { type ListPlace, listedIn, pageOfList } from './by-list.ts';
import { keys } from './keys.ts';

/** How long a delivery is kept after its last change, in seconds: 30 days, in which what is dead can be sent once more. */
const KEPT_SECONDS = 30 * 24 * 3600;
/** Attempts that the log of one delivery shows: those of three rounds. */
const ATTEMPTS_SHOWN = 30;

/**
 * `waiting` for its next attempt; `delivered`; `dead` after the last attempt, or with nobody to send it to; `withheld` since its
 * record is confidential by now.
 */
export const OUTGOING_STATUSES = ['waiting', 'delivered', 'dead', 'withheld'] as const;
export type OutgoingStatus = (typeof OUTGOING_STATUSES)[number];

/** One call of a subscriber. */
export interface OutgoingAttempt {
  /** An instant. */
  readonly at: string;
  readonly ms: number;
  /** What it answered, if it did. */
  readonly httpStatus?: number;
  /** Why it did not. */
  readonly failure?: string;
}

/** Something that one subscriber is told: what is sent, and how far that has come. */
export interface Outgoing {
  /** The `webhook-id`: the same in all attempts. */
  readonly deliveryId: string;
  readonly subscription: string;
  readonly type: string;
  /** Of the outcome; a test has none. */
  readonly eventId?: string;
  readonly recordId?: string;
  /** The very text that is sent. */
  readonly body: string;
  readonly createdAt: string;
  readonly status: OutgoingStatus;
  /** Attempts made in all: what a message in the queue is known by as the next one or as stale. */
  readonly attempt: number;
  /** At which attempt the present round of the schedule began: 0, unless it was sent once more. */
  readonly since: number;
  /** Attempts that a round has. */
  readonly tries: number;
  /** When the next attempt is due; only while it waits. */
  readonly nextAt?: string;
  /** Somebody is at it until then (milliseconds since 1970). */
  readonly claimedUntil?: number;
  readonly log: readonly OutgoingAttempt[];
}

/** A delivery as it was read: a change is written only if it is still so. */
export interface KeptOutgoing extends Outgoing {
  readonly revision: number;
}

const listOf = (subscription: string) => `outgoing#${subscription}`;

export async function loadOutgoing(
  table: DynamoDBDocumentClient,
  deliveryId: string,
): Promise<KeptOutgoing | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.outgoing(deliveryId), ConsistentRead: true }),
  );
  return Item ? fromItem(Item) : undefined;
}

/** Keeps a new delivery (without `before`), or the next state of one that was read. False where somebody else was quicker. */
export async function putOutgoing(
  table: DynamoDBDocumentClient,
  next: Outgoing,
  now: number,
  before?: KeptOutgoing,
): Promise<boolean> {
  const { deliveryId, subscription, createdAt } = next;
  const condition = before
    ? {
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': before.revision },
      }
    : { ConditionExpression: 'attribute_not_exists(pk)' };
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: {
          ...next,
          ...keys.outgoing(deliveryId),
          log: next.log.slice(-ATTEMPTS_SHOWN),
          revision: (before?.revision ?? 0) + 1,
          ...listedIn(listOf(subscription), { at: createdAt, id: deliveryId }),
          expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
        },
        ...condition,
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** A page of a subscription's deliveries, newest first, after the one with that place in the list. */
export async function listOutgoing(
  table: DynamoDBDocumentClient,
  subscription: string,
  { limit, after }: { readonly limit: number; readonly after?: ListPlace | undefined },
): Promise<{ readonly deliveries: readonly KeptOutgoing[]; readonly next: ListPlace | undefined }> {
  const page = { keyOf: keys.outgoing, descending: true, after, limit };
  const { items, next } = await pageOfList(table, listOf(subscription), page);
  return { deliveries: items.map(fromItem), next };
}

const fromItem = ({
  pk: _,
  sk: __,
  inList: ___,
  listedAt: ____,
  expiresAt: _____,
  ...delivery
}: Record<string, unknown>) => delivery as unknown as KeptOutgoing;
