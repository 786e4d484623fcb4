import * as z from 'zod';
import { EventId } from '#shared/events/envelope.ts';

const DeliveryStatus = z.enum(['accepted', 'quarantined']);

import { QUARANTINE_REASONS } from '#shared/store/receipts.ts';

/** What the sender of a message gets: the receipt of its first event, and those of all where the message became several. */
export const DeliveryReceipt = z
  .strictObject({
    eventId: EventId,
    status: DeliveryStatus,
    reason: z.enum(QUARANTINE_REASONS).optional().meta({ description: 'Why the message was quarantined.' }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'What was wrong when the message arrived: the first 10 places.' }),
    events: z
      .array(z.strictObject({ eventId: EventId, status: DeliveryStatus }))
      .min(2)
      .meta({ description: 'For a message mapped to several events: one receipt per event, in order.' })
      .optional(),
  })
  .meta({ id: 'DeliveryReceipt' });
export type DeliveryReceipt = z.infer<typeof DeliveryReceipt>;
