import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { Instant, Slug, text, UserId } from '../text.ts';
import { OrganisationType } from './fields.ts';
import { OrganisationId } from './organisation.ts';

/** What speaks for two organisations being one, and against it. */
const MatchReason = lazily(() =>
  z
    .strictObject({
      code: z.string().meta({ examples: ['same-name'] }),
      text: z.string().meta({ description: 'The reason in English, with the values it refers to.' }),
    })
    .meta({ id: 'MatchReason' }),
);

/** Enough of an organisation to tell it from another at a look. */
const MatchedOrganisation = lazily(() =>
  z
    .strictObject({
      id: OrganisationId,
      name: z.string(),
      place: Slug,
      english: z.string().optional(),
      chinese: z.string().optional(),
      type: OrganisationType.optional(),
      createdAt: Instant,
    })
    .meta({ id: 'MatchedOrganisation' }),
);
export type MatchedOrganisation = z.infer<ReturnType<typeof MatchedOrganisation>>;

const judged = () => ({
  verdict: z.enum(['certain', 'likely']),
  reasons: z.array(MatchReason()).min(1),
});

/** An organisation that has a name, or may have it. */
export const OrganisationMatches = lazily(() =>
  z
    .strictObject({
      items: z.array(
        z.strictObject({ ...judged(), organisation: MatchedOrganisation() }).meta({ id: 'OrganisationMatch' }),
      ),
      next: z.null(),
    })
    .meta({ id: 'OrganisationMatches' }),
);
export type OrganisationMatches = z.infer<ReturnType<typeof OrganisationMatches>>;

/** That somebody has looked at two organisations and found them to be two. */
export const Dismissal = lazily(() =>
  z
    .strictObject({
      organisations: z.array(OrganisationId).length(2),
      dismissed: z.boolean().meta({ description: 'False after the dismissal was withdrawn.' }),
      by: UserId,
      at: Instant,
      reason: z.string().optional(),
    })
    .meta({ id: 'Dismissal' }),
);
export type Dismissal = z.infer<ReturnType<typeof Dismissal>>;

export const Dismiss = lazily(() =>
  z
    .strictObject({
      organisations: z
        .array(OrganisationId)
        .length(2, 'Two organisations.')
        .refine((ids) => new Set(ids).size === ids.length, 'Two different organisations.')
        .meta({ uniqueItems: true }),
      dismissed: z.boolean().meta({ description: '`false` withdraws the dismissal.', default: true }).optional(),
      reason: text(1, 2_000).optional(),
    })
    .meta({ id: 'Dismiss' }),
);

/** Two organisations that are one, or may be. */
export const OrganisationDuplicates = lazily(() =>
  z
    .strictObject({
      items: z.array(
        z
          .strictObject({
            ...judged(),
            organisations: z
              .array(MatchedOrganisation())
              .length(2)
              .meta({ description: 'The organisation logged first comes first.' }),
            dismissal: Dismissal().optional(),
          })
          .meta({ id: 'OrganisationDuplicate' }),
      ),
      next: z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' }),
    })
    .meta({ id: 'OrganisationDuplicates' }),
);
export type OrganisationDuplicates = z.infer<ReturnType<typeof OrganisationDuplicates>>;
