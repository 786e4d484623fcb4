import { randomBytes } from 'node:crypto';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Partner } from '#shared/domain/partner/partner.ts';
import { Slug } from '#shared/domain/text.ts';
import { unavailable } from '#shared/http/answer.ts';
import type { Cache } from '#shared/runtime/cache.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { fingerprint, hashId } from '#shared/runtime/ids.ts';
import { publish } from '#shared/runtime/publish.ts';
import { type Delivery, isSettled, keepDelivery, loadDelivery } from '#shared/store/deliveries.ts';
import { putReceipt, type QuarantineReason } from '#shared/store/receipts.ts';
import { eventIdOf, type Origin, type ReadyEvent, toEvents } from './events.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import { mapMessage } from './mapping.ts';
import type { Flaw } from './plain-form.ts';
import { keepRawBody, putRawBody } from './raw-bodies.ts';
import type { Forgery, SignedRequest, Verdict } from './scheme.ts';
import { verifySignature } from './schemes.ts';
import type { Secrets } from './secrets.ts';

export interface Door {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly files: S3Client;
  readonly partners: Cache<Partner | undefined>;
  readonly secrets: Pick<Secrets, 'active'>;
  readonly evaluator: Pick<Evaluator, 'evaluate'>;
  /** After how many seconds this partner may send again; 0 for now. Takes what it gives. */
  readonly throttle: (partner: string, now: number) => number;
}

/** A message as it came. */
export interface Message extends Omit<SignedRequest, 'secrets' | 'settings'> {
  readonly partnerId: string;
  readonly correlationId: string;
}

export type Taken =
  /** Not authentic: why is for the log. */
  | { readonly outcome: 'refused'; readonly reason: Forgery | 'unknown-partner' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'taken'; readonly delivery: Delivery; readonly isRepeat: boolean };

/** Stands for the secret of a partner that is not there, so that a message to it makes the same work. It fits nothing. */
const NOBODYS_SECRET = randomBytes(32).toString('base64');

/**
 * Takes in one message of a partner. Nothing of it is parsed, and nothing is kept, before its bytes are verified. Whatever then dies on
 * the way, a repeat of the message does the rest with the same ids:
 *
 * 1. the message is mapped to events, whose ids follow from the message's;
 * 2. the delivery is kept by a conditional put: who is second takes over from the first;
 * 3. at the same time the raw body is kept, unless a repeat has kept it;
 * 4. with both done, its events are published, or it is set aside as a whole.
 *
 * @throws `ProblemError` (503) where the bus does not take its events: the sender repeats it
 */
export async function takeIn(door: Door, message: Message): Promise<Taken> {
  const { partnerId, now } = message;
  const isId = Slug.safeParse(partnerId).success;
  const [found, secrets] = isId
    ? await Promise.all([door.partners.get(partnerId), door.secrets.active(`partner/${partnerId}`)])
    : [undefined, []];
  const partner = found?.active ? found : undefined;
  const verdict = verify(partner, secrets, message);
  if (!partner) return { outcome: 'refused', reason: 'unknown-partner' };
  if (!verdict.ok) return { outcome: 'refused', reason: verdict.reason };
  // Only what is authentic uses up what a partner may send, so nobody can do it in its place.
  const retryAfterSeconds = door.throttle(partnerId, now);
  if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
  return { outcome: 'taken', ...(await deliver(door, partner, message, verdict.messageId)) };
}

function verify(partner: Partner | undefined, secrets: readonly string[], message: Message): Verdict {
  if (!partner) return verifySignature('standard-webhooks', { ...message, secrets: [NOBODYS_SECRET] });
  const { scheme, settings } = partner;
  return verifySignature(scheme, { ...message, url: settings?.url ?? message.url, secrets, settings });
}

/** The id that all repeats of a message share: by the sender's own id of it, or else by its bytes. */
const deliveryIdOf = (partner: string, messageId: string | undefined, body: Buffer): string =>
  messageId === undefined
    ? hashId('dlv', partner, 'body', fingerprint(body.toString('base64')))
    : hashId('dlv', partner, 'id', messageId);

async function deliver(
  door: Door,
  partner: Partner,
  message: Message,
  messageId: string | undefined,
): Promise<{ delivery: Delivery; isRepeat: boolean }> {
  const { table, files } = door;
  const { body, headers, now, correlationId } = message;
  const contentType = headers['content-type'];
  const bodyHash = fingerprint(body.toString('base64'));
  const common = {
    partner: partner.id,
    receivedAt: toInstant(now),
    ...(messageId === undefined ? {} : { messageId }),
    ...(contentType === undefined ? {} : { contentType }),
    bytes: body.length,
    bodyHash,
    mappingVersion: partner.mappingVersion,
    correlationId,
  };
  const deliveryId = deliveryIdOf(partner.id, messageId, body);
  const origin: Origin = { partner: partner.id, deliveryId, receivedAt: common.receivedAt };
  const keeping = keepRawBody(files, origin, body, contentType);
  // It is waited for below; until then its failure is nobody's.
  keeping.catch(() => {});
  const read = await readMessage(door, partner, origin, body);
  const delivery = deliveryOf(common, origin, read);
  const isFirst = await keepDelivery(table, delivery);
  const isBodyKept = await keeping;
  if (isFirst) {
    // Another message under the same id may have stored its body in between: then this one is the message, and that one is reused.
    if (!isBodyKept) await putRawBody(files, origin, body, contentType);
    await finish(door, delivery, read);
    return { delivery, isRepeat: false };
  }
  const first = (await loadDelivery(table, deliveryId)) ?? delivery;
  if (first.bodyHash === bodyHash) return { delivery: await takeOver(door, partner, first, body), isRepeat: true };
  return quarantineReused(door, { ...common, body });
}

const deliveryOf = (common: Omit<Delivery, keyof Origin | FromMessage>, origin: Origin, read: Read): Delivery => ({
  ...common,
  ...origin,
  status: read.ok ? 'accepted' : 'quarantined',
  eventId: eventIdOf(origin, 0),
  events: read.ok ? read.events.map(({ entry: _, ...event }) => event) : [],
  ...(read.ok ? {} : { reason: read.reason, errors: read.errors.slice(0, ERRORS_IN_RECEIPT) }),
});

/** What a delivery says of what its message became. */
type FromMessage = 'status' | 'eventId' | 'events' | 'reason' | 'errors';

/** Enough for a sender to see what is wrong; all of them are in the quarantine. */
const ERRORS_IN_RECEIPT = 10;

/** A message id that comes again with another body: the sender has reused it, and neither message may be lost. */
async function quarantineReused(
  door: Door,
  { body, ...common }: Omit<Delivery, 'deliveryId' | FromMessage> & { readonly body: Buffer },
): Promise<{ delivery: Delivery; isRepeat: boolean }> {
  const { partner, messageId = '', bodyHash, contentType, receivedAt } = common;
  const origin: Origin = { partner, deliveryId: hashId('dlv', partner, 'reused', messageId, bodyHash), receivedAt };
  const detail = `The message id ${messageId} came before with another body. Use a new id for each message.`;
  const read: Read = { ok: false, reason: 'id-reused', errors: [{ pointer: '', detail }] };
  const delivery = deliveryOf(common, origin, read);
  await keepRawBody(door.files, origin, body, contentType);
  const isFirst = await keepDelivery(door.table, delivery);
  if (isFirst || !(await isSettled(door.table, delivery))) await finish(door, delivery, read);
  return {
    delivery: (isFirst ? undefined : await loadDelivery(door.table, origin.deliveryId)) ?? delivery,
    isRepeat: !isFirst,
  };
}

/** What a repeat does: nothing where the first came to its end, and otherwise the rest, as the first would have done it. */
async function takeOver(door: Door, partner: Partner, first: Delivery, body: Buffer): Promise<Delivery> {
  if (await isSettled(door.table, first)) return first;
  const { deliveryId, receivedAt } = first;
  const read = await readMessage(door, partner, { partner: partner.id, deliveryId, receivedAt }, body);
  await finish(door, { ...first, mappingVersion: partner.mappingVersion }, read);
  return first;
}

async function finish(door: Door, delivery: Delivery, read: Read): Promise<void> {
  if (read.ok) await publishAll(door.bus, read.events);
  else await setAside(door, delivery, read);
}

export type Read =
  | { readonly ok: true; readonly events: readonly ReadyEvent[] }
  | { readonly ok: false; readonly reason: QuarantineReason; readonly errors: readonly Flaw[] };

/** The events of a message by its partner's mapping as it is now, or why there are none. Publishes nothing. */
export async function readMessage(
  { table, evaluator }: Pick<Door, 'table' | 'evaluator'>,
  partner: Partner,
  origin: Origin,
  body: Buffer,
): Promise<Read> {
  const mapped = await mapMessage(evaluator, partner, { body, receivedAt: origin.receivedAt });
  return mapped.ok ? toEvents(table, origin, mapped.told) : mapped;
}

/** @throws `ProblemError` (503) where the bus does not take all of them */
export async function publishAll(bus: EventBridgeClient, events: readonly ReadyEvent[]): Promise<void> {
  const untaken = await publish(
    bus,
    events.map(({ entry }) => entry),
  );
  if (untaken.length > 0) throw unavailable('The message could not be processed; please send it again.');
}

/** What a message is called in the quarantine where it did not come to have an event's name. */
const UNREAD = 'webhook';

async function setAside({ table }: Door, delivery: Delivery, { reason, errors }: Read & { ok: false }): Promise<void> {
  const { eventId, partner, receivedAt, deliveryId, mappingVersion, correlationId } = delivery;
  await putReceipt(table, {
    status: 'quarantined',
    eventId,
    type: UNREAD,
    at: receivedAt,
    actor: { type: 'partner', id: partner },
    correlationId,
    partner,
    receivedAt,
    deliveryId,
    mappingVersion,
    reason,
    errors,
  });
}
