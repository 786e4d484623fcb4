import * as z from 'zod';
import { defineNoun } from '../entity/noun-fields.ts';
import { lazily } from '../lazily.ts';
import { OrganisationId } from '../organisation/organisation.ts';
import type { Refusal } from '../record/refusal.ts';
import { IsoDate, idOf, Slug } from '../text.ts';
import { PersonField } from './person.ts';

/** Why data on a person may be kept: UK GDPR, article 6(1). */
export const LAWFUL_BASES = ['consent', 'contract', 'legal-obligation', 'public-task', 'legitimate-interests'] as const;
export const LawfulBasis = lazily(() => z.enum(LAWFUL_BASES).meta({ id: 'LawfulBasis' }));

/** What data on a person is kept for. A choice and no text, so that no name can stand in it. */
export const PURPOSES = [
  'partnership-management',
  'research-collaboration',
  'education-and-training',
  'knowledge-exchange',
  'trade-and-investment',
  'events-and-visits',
] as const;
export const Purpose = lazily(() => z.enum(PURPOSES).meta({ id: 'Purpose' }));

/** Why a person was erased. */
export const ERASURE_REASONS = [
  'asked-by-the-person',
  'consent-withdrawn',
  'retention-ended',
  'no-longer-needed',
  'kept-by-mistake',
] as const;
export const ErasureReason = lazily(() => z.enum(ERASURE_REASONS).meta({ id: 'ErasureReason' }));
export type ErasureReason = (typeof ERASURE_REASONS)[number];

/**
 * Which state of the person's own data stands: the id of the event that it was written for. The data itself is in the store of people;
 * this says which fields it has, and which of them the event changed, never what they hold.
 */
const Personal = lazily(() =>
  z
    .strictObject({
      version: idOf('evt'),
      holds: z.array(PersonField()).min(1),
      changed: z.array(PersonField()).min(1),
    })
    .meta({ id: 'Personal' }),
);
export type Personal = z.infer<ReturnType<typeof Personal>>;

/** Fields of a person that an event may carry: ids, dates and choices about the keeping of the data, never the person. */
export const contact = defineNoun({
  noun: 'contact',
  idPrefix: 'con',
  required: () => ({
    organisations: z
      .array(z.strictObject({ id: OrganisationId }))
      .min(1, 'At least one organisation.')
      .max(10, 'At most 10.')
      .meta({ description: 'By id: log a new organisation first.' }),
    purpose: Purpose(),
    lawfulBasis: LawfulBasis(),
    collectedIn: Slug.meta({ description: 'The place where the data was collected; it determines which law applies.' }),
    noticeLanguage: z
      .enum(['en', 'zh-CN'])
      .meta({ description: 'The language of the privacy notice given to the person.' }),
    retainUntil: IsoDate.meta({ description: 'The data is due for erasure after this day.' }),
  }),
  optional: () => ({
    /** Set by the function that keeps people, never by a request. */
    personal: Personal(),
    /** Set by an erasure alone. */
    erasedOn: IsoDate,
    erasureReason: ErasureReason(),
  }),
});

/** Whether nothing is kept of a contact's person any more. */
export const isErased = ({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): boolean =>
  fields['erasedOn'] !== undefined;

/** Which state of the person's data stands; undefined where none does. */
export const personalOf = ({ fields }: { readonly fields: Readonly<Record<string, unknown>> }): Personal | undefined =>
  fields['personal'] as Personal | undefined;

/** What whoever changes such a contact is told. */
export const refusedErased = (id: string): Refusal => ({
  code: 'erased',
  detail: `The person of ${id} has been erased; the contact can no longer be changed.`,
});
