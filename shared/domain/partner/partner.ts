import * as z from 'zod';
import { EngagementType } from '../engagement/engagement.ts';
import { IpType } from '../ip-lead/ip-lead.ts';
import { KINDS, type Kind } from '../pipeline/ladders.ts';
import { distinct, optionalFields, requiredFields } from '../record/fields.ts';
import { recordIdOf } from '../record/kinds.ts';
import { line, Slug, verbatim } from '../text.ts';
import { Direction } from '../trade-deal/trade-deal.ts';

/** How a partner's system shows that a message is its own. */
export const SCHEMES = ['standard-webhooks', 'hubspot-v3', 'github', 'stripe', 'shared-key'] as const;
export const Scheme = z.enum(SCHEMES).meta({ id: 'Scheme', description: 'How messages are signed.' });
export type Scheme = z.infer<typeof Scheme>;

/** What a partner may tell of a record, once its `eventTypes` say so; to void, restore or release is for people. */
const PARTNER_VERBS = ['logged', 'amended', 'moved', 'noted'] as const;
type PartnerEventName = `${Kind}.${(typeof PARTNER_VERBS)[number]}`;

const PARTNER_EVENTS = KINDS.flatMap((kind) => PARTNER_VERBS.map((verb): PartnerEventName => `${kind}.${verb}`));

export const PartnerEvent = z
  .enum(PARTNER_EVENTS)
  .meta({ id: 'PartnerEvent', description: 'An event that partners may send.' });
export type PartnerEvent = z.infer<typeof PartnerEvent>;

/** Header names that mean something else to the HTTP between us: none of them can carry a key. */
const TAKEN_HEADERS: readonly string[] = ['host', 'content-length', 'content-type', 'connection', 'transfer-encoding'];

/** Under which header a `shared-key` is sent unless the partner's settings say otherwise. */
export const DEFAULT_KEY_HEADER = 'x-api-key';

/** What a scheme needs to know beyond its secrets. */
const SchemeSettings = z
  .strictObject({
    header: z
      .string()
      .toLowerCase()
      // HTTP would let names be of `!` and `|` too; no system names its header so, and proxies drop such.
      .regex(/^[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?$/, 'The name of a header, such as x-api-key.')
      .refine((name) => !TAKEN_HEADERS.includes(name), 'This header is reserved.')
      .meta({ description: 'For `shared-key`: the header that carries the key.', default: DEFAULT_KEY_HEADER })
      .optional(),
    url: z
      .url({ protocol: /^https?$/, error: 'A URL such as https://crm.example.org/webhooks/jitri.' })
      .max(500)
      .meta({
        description: 'For `hubspot-v3`, which signs the URL: the URL as the sender knows it, if a proxy changes it.',
      })
      .optional(),
  })
  .meta({ id: 'SchemeSettings' });
export type SchemeSettings = z.infer<typeof SchemeSettings>;

/** Fields that a record of this partner has where a message logs it without them. */
export const PartnerDefaults = z
  .strictObject({
    owner: optionalFields.owner.optional(),
    place: optionalFields.place.optional(),
    themes: optionalFields.themes.optional(),
    tags: optionalFields.tags.optional(),
    strand: requiredFields.strand.optional(),
    organisations: requiredFields.organisations.optional(),
    engagementType: EngagementType.optional(),
    ipType: IpType.optional(),
    direction: Direction.optional(),
  })
  .meta({ id: 'PartnerDefaults', description: 'Values used when a message that logs a record omits the field.' });
export type PartnerDefaults = z.infer<typeof PartnerDefaults>;

/** A page of JSONata, not a program. Kept to the letter: the names it looks for in a message are in nobody's normal form. */
export const Mapping = verbatim(20_000);

/** Records of others that a partner may be granted; more than that is a matter of its own. */
const GRANTS_AT_MOST = 500;

/** What an administrator puts under a partner's id. */
export const PutPartner = z
  .strictObject({
    name: line(1, 200),
    scheme: Scheme,
    settings: SchemeSettings.optional(),
    mapping: Mapping.meta({
      description:
        'A JSONata expression that turns the body into one event or a list of events. Without it, the default format applies.',
    }).optional(),
    defaults: PartnerDefaults.optional(),
    eventTypes: distinct(PartnerEvent, PARTNER_EVENTS.length)
      .min(1, 'At least one.')
      .meta({ description: 'The events it may send; anything else is quarantined.' }),
    grants: distinct(z.union(KINDS.map(recordIdOf), { error: 'A record id.' }), GRANTS_AT_MOST)
      .meta({ description: 'Records it may change although it did not create them.' })
      .optional(),
    active: z.boolean().meta({ description: 'Messages from an inactive partner are refused like forged ones.' }),
  })
  .meta({ id: 'PutPartner' });
export type PutPartner = z.infer<typeof PutPartner>;

/** A partner system: how it signs, what it may tell, and how its messages become events. */
export const Partner = PutPartner.extend({
  id: Slug,
  mappingVersion: z.int().min(1).meta({ description: 'Incremented with each change of `mapping` or `defaults`.' }),
}).meta({ id: 'Partner' });
export type Partner = z.infer<typeof Partner>;
