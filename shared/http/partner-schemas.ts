import * as z from 'zod';
import { Mapping, Partner } from '#shared/domain/partner/partner.ts';
import { Instant, Slug, text } from '#shared/domain/text.ts';
import { EventId, RecordId } from '#shared/events/envelope.ts';
import { QUARANTINE_REASONS, QUARANTINE_STATES } from '#shared/store/receipts.ts';
import { pageQuery } from './schemas.ts';

const next = z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' });
const Flaw = z
  .strictObject({
    pointer: z.string().meta({ description: "JSON Pointer into the body, or into the mapping's result." }),
    detail: z.string(),
  })
  .meta({ id: 'Flaw' });

export const PartnerList = z.strictObject({ items: z.array(Partner), next }).meta({ id: 'PartnerList' });

export const SecretId = z
  .string()
  .regex(/^sec_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, 'A secret id.')
  .meta({ id: 'SecretId', examples: ['sec_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] });

export const PutSecret = z
  .strictObject({
    secret: z
      .string()
      .regex(/^[\x21-\x7e](?:[\x20-\x7e]{14,998}[\x21-\x7e])$/, '16 to 1,000 visible ASCII characters.')
      .meta({ description: 'A secret that the partner issued; if omitted, one is generated.' })
      .optional(),
  })
  .meta({ id: 'PutSecret' });

export const NewSecret = z
  .strictObject({ id: SecretId, secret: z.string().meta({ description: 'Shown only once.' }) })
  .meta({ id: 'NewSecret' });

export const SecretView = z
  .strictObject({ id: SecretId, createdAt: Instant, expiresAt: Instant.optional(), active: z.boolean() })
  .meta({ id: 'Secret', description: 'A secret, without its value.' });
export const SecretList = z.strictObject({ items: z.array(SecretView), next }).meta({ id: 'SecretList' });

export const Expiry = z
  .strictObject({ expiresAt: Instant.meta({ description: 'When the secret expires; now if omitted.' }).optional() })
  .meta({ id: 'Expiry' });

export const DryRun = z
  .strictObject({
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())], {
      error: 'The body as text, exactly as signed; or as JSON if the signature need not be checked.',
    }),
    headers: z
      .record(z.string().min(1).max(200), z.string().max(4_000))
      .meta({ description: 'The request headers; names are case-insensitive.' })
      .optional(),
    mapping: Mapping.meta({ description: "Used instead of the partner's own mapping." }).optional(),
  })
  .meta({ id: 'DryRun' });
export type DryRun = z.infer<typeof DryRun>;

export const DryRunResult = z
  .strictObject({
    signature: z.strictObject({
      authentic: z.boolean(),
      reason: z.string().optional().meta({ description: 'Why the signature was not accepted.' }),
      messageId: z.string().optional(),
    }),
    outcome: z.enum(['accepted', 'quarantined']).meta({ description: 'The outcome if the message were authentic.' }),
    reason: z.enum(QUARANTINE_REASONS).optional(),
    errors: z.array(Flaw),
    events: z.array(
      z.strictObject({
        type: z.string(),
        recordId: RecordId,
        occurredAt: Instant,
        data: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .meta({ id: 'DryRunResult' });

const DELIVERY_STATUSES = ['accepted', 'quarantined', 'replayed', 'discarded'] as const;
export const DeliveryView = z
  .strictObject({
    id: z.string().meta({ examples: ['dlv_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] }),
    messageId: z.string().optional().meta({ description: "The sender's id for the message." }),
    receivedAt: Instant,
    status: z.enum(DELIVERY_STATUSES).meta({
      description: 'Accepted onto the bus, or quarantined, with its status there. The receipts show what was recorded.',
    }),
    eventId: EventId.meta({ description: 'The event id returned to the sender.' }),
    events: z.array(z.strictObject({ eventId: EventId, type: z.string(), recordId: RecordId })),
    bytes: z.int(),
    mappingVersion: z.int(),
  })
  .meta({ id: 'PartnerDelivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;
export const DeliveryList = z.strictObject({ items: z.array(DeliveryView), next }).meta({ id: 'PartnerDeliveryList' });

const quarantined = {
  id: EventId,
  partner: Slug.optional().meta({ description: 'Absent if it did not come from a partner.' }),
  eventId: EventId,
  type: z
    .string()
    .meta({ description: 'The event type, or `webhook` for a message that was never mapped to an event.' }),
  receivedAt: Instant,
  reason: z.enum(QUARANTINE_REASONS),
  errors: z.array(Flaw),
  mappingVersion: z.int().optional(),
  status: z.enum(QUARANTINE_STATES),
  settled: z
    .strictObject({ by: z.string(), at: Instant, reason: z.string().optional() })
    .optional()
    .meta({ description: 'Who replayed or discarded it, when, and why.' }),
};
export const QuarantineEntry = z.strictObject(quarantined).meta({ id: 'QuarantineEntry' });
export type QuarantineEntry = z.infer<typeof QuarantineEntry>;
export const QuarantineList = z.strictObject({ items: z.array(QuarantineEntry), next }).meta({ id: 'QuarantineList' });
export const QuarantineDetail = z
  .strictObject({
    ...quarantined,
    contentType: z.string().optional(),
    body: z.string().optional().meta({ description: 'The raw body; absent once it has been deleted.' }),
    bodyBase64: z.string().optional().meta({ description: 'The raw body in base64, if it is not UTF-8.' }),
    event: z.unknown().optional().meta({ description: 'The event as published on the bus, if it got that far.' }),
  })
  .meta({ id: 'QuarantineDetail' });

const Status = z.enum(QUARANTINE_STATES).meta({ default: 'waiting', description: 'The status; `waiting` by default.' });
export const quarantineQuery = pageQuery.extend({
  partner: Slug.optional(),
  reason: z.enum(QUARANTINE_REASONS).optional(),
  status: Status.optional(),
});

/** A cursor in a body, in the form that cursors have; whether it is one of this list is looked at later. */
export const BodyCursor = z
  .string()
  .regex(/^[\w-]{1,1000}$/, 'Not a valid cursor.')
  .meta({ description: 'The `next` of the previous call.' });

export const ReplayMany = z
  .strictObject({
    partner: Slug.optional(),
    reason: z.enum(QUARANTINE_REASONS).optional(),
    cursor: BodyCursor.optional(),
  })
  .meta({ id: 'ReplayMany' });
export type ReplayMany = z.infer<typeof ReplayMany>;

export const Discard = z.strictObject({ reason: text(1, 2_000) }).meta({ id: 'Discard' });
