import * as z from 'zod';
import { Subscription } from '#shared/domain/subscription/subscription.ts';
import { Instant, idOf } from '#shared/domain/text.ts';
import { EventId, RecordId } from '#shared/events/envelope.ts';
import { OUTGOING_STATUSES } from '#shared/store/outgoing.ts';
import { BodyCursor } from './partner-schemas.ts';
import { pageQuery } from './schemas.ts';

const next = z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' });

export const SubscriptionList = z.strictObject({ items: z.array(Subscription), next }).meta({ id: 'SubscriptionList' });

export const OutgoingId = idOf('dlv').meta({
  id: 'OutgoingId',
  description: 'Sent as `webhook-id` with every attempt.',
});

const OutgoingStatus = z.enum(OUTGOING_STATUSES).meta({
  id: 'OutgoingStatus',
  description:
    '`waiting` for its next attempt; `delivered`; `dead`: given up, can be resent on request; `withheld`: not sent, because its record has become confidential.',
});

export const OutgoingView = z
  .strictObject({
    id: OutgoingId,
    type: z.string(),
    eventId: EventId.optional().meta({ description: 'The outcome event; absent for a test message.' }),
    recordId: RecordId.optional(),
    createdAt: Instant,
    status: OutgoingStatus,
    nextAt: Instant.optional().meta({ description: 'When the next attempt is due.' }),
    attempts: z
      .array(
        z.strictObject({
          at: Instant,
          ms: z.int().meta({ description: 'Duration of the attempt in milliseconds.' }),
          httpStatus: z.int().optional(),
          failure: z.string().optional().meta({
            description:
              'Why there is no HTTP status: `timeout`, `no-secret`, `not-active`, `forbidden:…`, or the error code of a broken connection.',
          }),
        }),
      )
      .meta({ description: 'The last 30, oldest first.' }),
  })
  .meta({ id: 'OutgoingDelivery' });
export type OutgoingView = z.infer<typeof OutgoingView>;
export const OutgoingList = z.strictObject({ items: z.array(OutgoingView), next }).meta({ id: 'OutgoingDeliveryList' });

export const outgoingQuery = pageQuery.extend({ status: OutgoingStatus.optional() });

export const RedeliverMany = z
  .strictObject({
    status: z.literal('dead'),
    cursor: BodyCursor.optional(),
  })
  .meta({ id: 'RedeliverMany' });
export type RedeliverMany = z.infer<typeof RedeliverMany>;
