import * as z from 'zod';
import { Instant, idOf, Slug, UserId } from '#shared/domain/text.ts';

export const CHANNELS = ['api', 'webhook', 'import', 'replay'] as const;

export const Actor = z
  .strictObject({ type: z.enum(['user', 'partner', 'system']), id: UserId })
  .meta({ id: 'Actor', description: 'Who did it, as a pseudonym, never a name.' });
export type Actor = z.infer<typeof Actor>;

export const EventId = idOf('evt').meta({ id: 'EventId' });

/** The id of what an event is about: a record of whatever kind, or a report. */
export const RecordId = z
  .string()
  .regex(/^(?:eng|ipl|trd|org|con|act|agr|need|rep)_[0-7][0-9A-HJKMNP-TV-Z]{25}$/)
  .meta({ id: 'RecordId', examples: ['trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] });

/** What every event says about itself, whatever it tells. */
export const Metadata = z
  .strictObject({
    eventId: EventId.meta({ description: 'Unique per event: a second message with the same id is a repeat.' }),
    schemaVersion: z.int().min(1),
    occurredAt: Instant.meta({ description: 'When it happened.' }),
    receivedAt: Instant.meta({ description: 'When we received it.' }),
    actor: Actor,
    channel: z.enum(CHANNELS),
    correlationId: z.string().min(1).max(128),
    recordId: RecordId,
    partner: Slug.optional(),
    expectedVersion: z.int().min(1).optional().meta({
      description:
        'The version its author saw. If the record has moved on, the event is refused; if the record is not there yet, the event waits.',
    }),
  })
  .meta({ id: 'Metadata' });
export type Metadata = z.infer<typeof Metadata>;
