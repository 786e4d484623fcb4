import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { firstStage } from '#shared/domain/pipeline/ladders.ts';
import { idPrefixOf } from '#shared/domain/record/kinds.ts';
import { entryOf } from '#shared/events/contract.ts';
import { intakeContract } from '#shared/events/intake.ts';
import { type References, resolveReferences } from '#shared/http/intake/references.ts';
import { hashId, idOfRef } from '#shared/runtime/ids.ts';
import type { Entry } from '#shared/runtime/publish.ts';
import type { DeliveredEvent } from '#shared/store/deliveries.ts';
import { findByName } from '#shared/store/organisation-names.ts';
import type { Flaw, RecordName, Told } from './plain-form.ts';

/** What an event's ids and times follow from: the same for every repeat of a message. */
export interface Origin {
  readonly partner: string;
  readonly deliveryId: string;
  /** When the first of the repeats came, an instant. */
  readonly receivedAt: string;
}

export interface ReadyEvent extends DeliveredEvent {
  readonly entry: Entry;
}

type Ready =
  | { readonly ok: true; readonly events: readonly ReadyEvent[] }
  | { readonly ok: false; readonly reason: 'unknown-reference' | 'invalid-event'; readonly errors: readonly Flaw[] };

/** EventBridge takes no entry above 256 KB; so much of it is left for what stands around the detail. */
const DETAIL_BYTES_AT_MOST = 255 * 1024;

/** The id of the event at that place in a message: of one that was set aside whole, the first. */
export const eventIdOf = ({ partner, deliveryId }: Pick<Origin, 'partner' | 'deliveryId'>, index: number): string =>
  hashId('evt', 'webhook', partner, deliveryId, String(index));

/**
 * The events of a message, ready for the bus: organisations and places looked up, ids that every repeat comes to as well. All or
 * nothing, as a message is mapped.
 */
export async function toEvents(table: DynamoDBDocumentClient, origin: Origin, told: readonly Told[]): Promise<Ready> {
  const found = await Promise.all(told.map(({ data }) => resolveReferences(table, data, { find: findByName })));
  const isList = told.length > 1;
  const unknown = found.flatMap(({ faults, erased }, index) =>
    [...faults, ...erased].map(({ pointer, detail }) => ({
      pointer: `${isList ? `/${index}` : ''}/data${pointer}`,
      detail,
    })),
  );
  if (unknown.length > 0) return { ok: false, reason: 'unknown-reference', errors: unknown };
  const events = told.map((each, index) => toEvent(origin, each, found[index] as References, index));
  const tooLarge = events.findIndex(({ entry }) => Buffer.byteLength(entry.Detail) > DETAIL_BYTES_AT_MOST);
  if (tooLarge >= 0) return { ok: false, reason: 'invalid-event', errors: [tooLargeAt(isList ? `/${tooLarge}` : '')] };
  return { ok: true, events };
}

const tooLargeAt = (pointer: string): Flaw => ({
  pointer,
  detail: `The event is larger than ${DETAIL_BYTES_AT_MOST} bytes.`,
});

function toEvent(origin: Origin, told: Told, { organisations }: References, index: number): ReadyEvent {
  const { partner, deliveryId, receivedAt } = origin;
  const { kind, verb, timestamp, record } = told;
  const contract = intakeContract(kind, verb);
  const eventId = eventIdOf(origin, index);
  const recordId = recordIdOf(origin, told, record, index);
  const metadata = {
    eventId,
    schemaVersion: contract.schemaVersion,
    occurredAt: timestamp ?? receivedAt,
    receivedAt,
    actor: { type: 'partner' as const, id: partner },
    channel: 'webhook' as const,
    // What is known of the event leads back to its message.
    correlationId: deliveryId,
    recordId,
    partner,
  };
  const data = { ...told.data, ...(organisations ? { organisations } : {}) };
  const entry = entryOf(contract, { metadata, data: dataOf(told, data) });
  return { eventId, recordId, type: contract.name, entry };
}

function dataOf({ kind, verb }: Told, data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  switch (verb) {
    case 'logged':
      return { stage: firstStage(kind), ...data };
    case 'amended':
      return { fields: data };
    default:
      return data;
  }
}

function recordIdOf({ partner, deliveryId }: Origin, { kind }: Told, record: RecordName | undefined, index: number) {
  const prefix = idPrefixOf(kind);
  if (!record) return hashId(prefix, 'webhook', partner, deliveryId, String(index));
  return 'id' in record ? record.id : idOfRef(prefix, { partner, ref: record.ref });
}
