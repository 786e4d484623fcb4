import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '#shared/http/answer.ts';
import { type Entry, publish } from '#shared/runtime/publish.ts';
import { loadPartner } from '#shared/store/partners.ts';
import { changeQuarantined, replayQuarantined } from '#shared/store/quarantine.ts';
import type { Quarantined, QuarantineReason } from '#shared/store/receipts.ts';
import type { Evaluator } from './jsonata/evaluator.ts';
import type { Flaw } from './plain-form.ts';
import { loadRawBody } from './raw-bodies.ts';
import { readMessage } from './take-in.ts';

export interface Replaying {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly files: S3Client;
  readonly evaluator: Pick<Evaluator, 'evaluate'>;
}

type Found =
  | { readonly ok: true; readonly entries: readonly Entry[]; readonly mappingVersion?: number }
  | {
      readonly ok: false;
      readonly reason: QuarantineReason;
      readonly errors: readonly Flaw[];
      readonly mappingVersion?: number;
    };

/**
 * Sends something in quarantine on again: a partner's message from its raw body by the mapping as it is now, with the ids that it would
 * have had at first; anything else as it was. What still cannot be taken stays, with what is wrong now. Who repeats it sends the same
 * events, which recording takes for the duplicates they are.
 *
 * @throws `ProblemError` (503) where the bus does not take it: it stays as it was
 */
export async function replay(
  parts: Replaying,
  found: Quarantined,
  by: { readonly id: string; readonly at: string },
): Promise<Quarantined | undefined> {
  if (found.quarantine !== 'waiting') return found;
  const again = await lookAgain(parts, found);
  if (!again.ok) {
    const { ok: _, ...news } = again;
    return changeQuarantined(parts.table, found.eventId, (now) =>
      now.quarantine === 'waiting' && now.at === found.at ? { ...now, ...news } : undefined,
    );
  }
  return replayQuarantined(parts.table, found, by, async () => {
    if ((await publish(parts.bus, again.entries)).length > 0)
      throw unavailable('It could not be published; try again.');
  });
}

async function lookAgain(parts: Replaying, found: Quarantined): Promise<Found> {
  const { partner: partnerId, deliveryId, event, eventId } = found;
  if (partnerId === undefined || deliveryId === undefined) return asItWas(event);
  const [partner, body] = await Promise.all([
    loadPartner(parts.table, partnerId),
    loadRawBody(parts.files, { partner: partnerId, deliveryId }),
  ]);
  if (!partner || !body) return asItWas(event);
  const origin = { partner: partnerId, deliveryId, receivedAt: found.receivedAt ?? found.at };
  const read = await readMessage(parts, partner, origin, body);
  const { mappingVersion } = partner;
  if (!read.ok) return { ok: false, reason: read.reason, errors: read.errors, mappingVersion };
  // Of a message that came through the door whole, only the event that was set aside is sent again.
  const events = event === undefined ? read.events : read.events.filter((each) => each.eventId === eventId);
  if (events.length === 0)
    return {
      ok: false,
      reason: 'mapping-failed',
      errors: [{ pointer: '', detail: 'The mapping now returns fewer events, and this one is not among them.' }],
      mappingVersion,
    };
  return { ok: true, entries: events.map(({ entry }) => replayed(entry)), mappingVersion };
}

/** What did not come from a partner, or what came so long ago that its body is gone. */
function asItWas(event: string | undefined): Found {
  if (event === undefined)
    return {
      ok: false,
      reason: 'malformed',
      errors: [{ pointer: '', detail: 'The raw body has expired; this item can only be discarded.' }],
    };
  const { 'detail-type': DetailType, detail } = JSON.parse(event) as { 'detail-type': string; detail: unknown };
  return {
    ok: true,
    entries: [replayed({ Source: 'partnership.intake', DetailType, Detail: JSON.stringify(detail) })],
  };
}

/** Whoever reads the record's timeline sees that it came by way of a replay. */
function replayed(entry: Entry): Entry {
  const detail = JSON.parse(entry.Detail) as { metadata?: object };
  return { ...entry, Detail: JSON.stringify({ ...detail, metadata: { ...detail.metadata, channel: 'replay' } }) };
}
