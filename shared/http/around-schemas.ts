import * as z from 'zod';
import { ACTIVITY_TYPES, ActivityType, DIRECTIONS, PipelineRecordId } from '#shared/domain/activity/activity.ts';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { OrganisationId } from '#shared/domain/organisation/organisation.ts';
import { KINDS } from '#shared/domain/pipeline/ladders.ts';
import { ContactId } from '#shared/domain/record/fields.ts';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { IsoDate, Slug } from '#shared/domain/text.ts';
import { asOfFields, next, pageQuery } from './schemas.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

const counts = (names: readonly string[]) => z.strictObject(Object.fromEntries(names.map((name) => [name, count])));

/** Why there is no index, where there is none. */
export const NO_INDEX_REASONS = ['fewer-than-5-activities', 'no-directed-activities'] as const;

/** The relationship indicator with everything that it is made of. */
export const RelationshipView = lazily(() =>
  z
    .strictObject({
      place: Slug.optional(),
      organisation: OrganisationId.optional(),
      asOf: IsoDate,
      window: z.strictObject({ from: IsoDate, to: IsoDate }).meta({
        description: 'The 36 months up to the date, both ends included. An activity counts on its first day.',
      }),
      activities: count.meta({
        description: 'Activities of the six non-economic types in the window: the n of the indicator.',
      }),
      byType: counts(ACTIVITY_TYPES).meta({ description: 'Activities in the window by type, all types.' }),
      byDirection: counts(DIRECTIONS).meta({ description: 'The n activities by direction.' }),
      since: IsoDate.nullable().meta({
        description: 'The earlier of the first signed agreement and the first activity of any type.',
      }),
      years: z.number().min(0).meta({ description: 'Years from `since` to the date.' }),
      variety: share.meta({
        description: 'exp(H) / 6, where H is the entropy over the six types; 0 if there are none.',
      }),
      reciprocity: share
        .nullable()
        .meta({ description: '1 - |out - in| / (out + in), ignoring mutual activities; null if there are no others.' }),
      duration: share.meta({ description: '1 - exp(-years / 10).' }),
      index: share.nullable().meta({ description: 'The cube root of the product of the three parts.' }),
      noIndexBecause: z.enum(NO_INDEX_REASONS).optional(),
      unvalidated: z.literal(true).meta({
        description: 'Our own measure. Nobody has tested whether it predicts success.',
      }),
    })
    .meta({ id: 'Relationship' }),
);
export type RelationshipView = z.infer<ReturnType<typeof RelationshipView>>;

const page = (item: () => z.ZodType, id: string) =>
  lazily(() => z.strictObject({ items: z.array(item()), next }).meta({ id }));

const AnyRecord = lazily(() =>
  z.union(KINDS.map((kind) => KIND_SCHEMAS[kind].view) as [z.ZodType, ...z.ZodType[]]).meta({ id: 'AnyRecord' }),
);

export const RecordPage = page(AnyRecord, 'RecordPage');
export const ActivityPage = page(() => NOUN_SCHEMAS.activity.view, 'ActivityPage');
export const AgreementPage = page(() => NOUN_SCHEMAS.agreement.view, 'AgreementPage');
/** Who it is stands with the contact: here are ids alone. */
export const ContactIdPage = page(() => z.strictObject({ id: ContactId }).meta({ id: 'ContactOf' }), 'ContactIdPage');

const with_ = (noun: Noun, id: string, more: () => Readonly<Record<string, z.ZodType>>) =>
  lazily(() => (NOUN_SCHEMAS[noun].view as unknown as z.ZodObject).extend(more()).meta({ id }));

/** What stands around it: the newest few of each, and the cursor with which its own list goes on. */
export const OrganisationInFull = with_('organisation', 'OrganisationInFull', () => ({
  records: RecordPage().optional(),
  activities: ActivityPage().optional(),
  agreements: AgreementPage().optional(),
  contacts: ContactIdPage().optional(),
  relationship: RelationshipView().optional(),
}));

const Renewal = lazily(() =>
  z
    .strictObject({
      dueOn: IsoDate.meta({ description: 'The day from which renewal is due: the last day minus the notice period.' }),
      due: z.boolean().meta({ description: 'Whether renewal is due today and the agreement is still in force.' }),
    })
    .meta({ id: 'Renewal' }),
);

export const AgreementInFull = with_('agreement', 'AgreementInFull', () => ({
  renewal: Renewal().optional(),
  records: RecordPage().optional(),
  activities: ActivityPage().optional(),
}));

export const activitiesQuery = lazily(() =>
  pageQuery.extend({
    organisation: OrganisationId.optional(),
    place: Slug.optional(),
    record: PipelineRecordId.optional(),
    type: ActivityType.optional(),
    from: IsoDate.meta({ description: 'First day on or after this date.' }).optional(),
    to: IsoDate.meta({ description: 'First day on or before this date.' }).optional(),
  }),
);

export const agreementsQuery = lazily(() =>
  pageQuery.extend({
    organisation: OrganisationId.optional(),
    place: Slug.optional(),
    expiringBefore: IsoDate.meta({ description: 'In force today, with a last day before this date.' }).optional(),
    renewalDue: z.literal('true', 'Only "true".').meta({ description: 'In force today, with renewal due.' }).optional(),
  }),
);

export const relationshipsQuery = lazily(() =>
  z
    .strictObject({ place: Slug.optional(), organisation: OrganisationId.optional(), asOf: asOfFields.asOf })
    .refine(({ place, organisation }) => (place === undefined) !== (organisation === undefined), {
      path: ['place'],
      error: 'Give either a place or an organisation, not both.',
    }),
);
