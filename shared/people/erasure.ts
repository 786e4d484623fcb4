import { londonDay } from '#shared/domain/days.ts';
import { entryOf } from '#shared/events/contract.ts';
import { ENTITY_INTAKE } from '#shared/events/entities.ts';
import { hashId } from '#shared/runtime/ids.ts';
import type { Entry } from '#shared/runtime/publish.ts';
import type { Tombstone } from '#shared/store/people.ts';

/** The event of an erasure: one for each person, whoever asks how often, and whoever has to finish it. */
export const erasureEventId = (contactId: string): string => hashId('evt', 'erasure', contactId);

/** The day of an erasure, as it is shown. */
export const erasedOn = ({ erasedAt }: Tombstone): string => londonDay(erasedAt);

/** The event that tells of an erasure, ready for the bus. It follows from the tombstone alone. */
export function erasureEntry(tombstone: Tombstone): Entry {
  const { contactId, eventId, erasedAt, by, reason, correlationId } = tombstone;
  const contract = ENTITY_INTAKE.contact.amended;
  const metadata = {
    eventId,
    schemaVersion: contract.schemaVersion,
    occurredAt: erasedAt,
    receivedAt: erasedAt,
    actor: { type: 'user' as const, id: by },
    channel: 'api' as const,
    correlationId,
    recordId: contactId,
  };
  const fields = { erasedOn: erasedOn(tombstone), erasureReason: reason, personal: null };
  return entryOf(contract, { metadata, data: { fields } });
}
