import * as z from 'zod';
import { KINDS, type Kind } from '../pipeline/ladders.ts';
import { distinct } from '../record/fields.ts';
import { Strand } from '../strand.ts';
import { Instant, Slug } from '../text.ts';

/** What a record can have become. A refusal or a quarantine says nothing of whether its record is confidential, and goes to nobody. */
const OUTCOME_VERBS = ['recorded', 'amended', 'stage-changed', 'noted', 'released', 'voided', 'restored'] as const;
export type SubscribedEventName = `${Kind}.${(typeof OUTCOME_VERBS)[number]}`;

export const SUBSCRIBED_EVENTS = KINDS.flatMap((kind) =>
  OUTCOME_VERBS.filter((verb) => verb !== 'released' || kind === 'ip-lead').map(
    (verb): SubscribedEventName => `${kind}.${verb}`,
  ),
);

const SubscribedEvent = z
  .enum(SUBSCRIBED_EVENTS)
  .meta({ id: 'SubscribedEvent', description: 'An outcome event that can be sent to subscribers.' });

/** Which records a subscriber is told of: those that every condition given here fits. */
const SubscriptionFilter = z
  .strictObject({
    strand: Strand.optional(),
    kind: z.enum(KINDS).optional(),
    place: Slug.optional(),
    ownRecords: z
      .boolean()
      .meta({ description: "Only records that have an id in the partner's system. Needs `partner`." })
      .optional(),
  })
  .meta({ id: 'SubscriptionFilter' });
export type SubscriptionFilter = z.infer<typeof SubscriptionFilter>;

/** What an administrator puts under a subscription's id. */
export const PutSubscription = z
  .strictObject({
    partner: Slug.meta({ description: 'The partner system it belongs to, if any.' }).optional(),
    url: z
      .string()
      .min(1)
      .max(1_000)
      .meta({ description: 'Where outcomes are posted: https, a public host name, port 443 or 8443.', format: 'uri' }),
    eventTypes: distinct(SubscribedEvent, SUBSCRIBED_EVENTS.length).min(1, 'At least one.'),
    filter: SubscriptionFilter.optional(),
    active: z.boolean().meta({ description: 'An inactive subscription receives nothing.' }),
  })
  .refine(({ partner, filter }) => !filter?.ownRecords || partner !== undefined, {
    path: ['partner'],
    error: '`ownRecords` needs a partner.',
  })
  .meta({ id: 'PutSubscription' });
export type PutSubscription = z.infer<typeof PutSubscription>;

/** Who is told of outcomes, of which, and where. */
export const Subscription = z
  .strictObject({
    id: Slug,
    ...PutSubscription.shape,
    disabled: z
      .strictObject({ at: Instant, reason: z.literal('gone') })
      .optional()
      .meta({
        description: 'Deactivated because its receiver responded 410. Set `active` to true to resume.',
      }),
  })
  .meta({ id: 'Subscription' });
export type Subscription = z.infer<typeof Subscription>;

/** What a subscription looks at in an outcome. */
interface ToldOf {
  readonly kind: Kind;
  readonly strand: string;
  readonly place?: string | undefined;
  readonly partner?: string | undefined;
  readonly confidential: boolean;
}

/** Whether a subscriber is told that this became of that record. A confidential one never leaves, whosesoever it is. */
export function isToldOf(subscription: Subscription, type: string, record: ToldOf): boolean {
  const { active, eventTypes, filter = {}, partner } = subscription;
  if (!active || record.confidential !== false) return false;
  if (!(eventTypes as readonly string[]).includes(type)) return false;
  if (filter.strand !== undefined && filter.strand !== record.strand) return false;
  if (filter.kind !== undefined && filter.kind !== record.kind) return false;
  if (filter.place !== undefined && filter.place !== record.place) return false;
  return !filter.ownRecords || (partner !== undefined && record.partner === partner);
}
