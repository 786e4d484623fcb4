import * as z from 'zod';
import { EventId } from '#shared/events/envelope.ts';

const DeliveryStatus = z.enum(['accepted', 'quarantined']);

/** What the sender of a message gets: the receipt of its first event, and those of all where the message became several. */
export const DeliveryReceipt = z
  .strictObject({
    eventId: EventId,
    status: DeliveryStatus,
    events: z
      .array(z.strictObject({ eventId: EventId, status: DeliveryStatus }))
      .min(2)
      .meta({ description: 'For a message mapped to several events: one receipt per event, in order.' })
      .optional(),
  })
  .meta({ id: 'DeliveryReceipt' });
export type DeliveryReceipt = z.infer<typeof DeliveryReceipt>;
