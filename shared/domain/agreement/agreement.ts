import * as z from 'zod';
import { defineNoun } from '../entity/noun-fields.ts';
import { OrganisationRef } from '../organisation/organisation.ts';
import { distinct } from '../record/fields.ts';
import { Strand } from '../strand.ts';
import { IsoDate, line, Slug, text, UserId } from '../text.ts';

export const AGREEMENT_TYPES = ['memorandum', 'framework', 'contract', 'licence', 'other'] as const;
export const AgreementType = z.enum(AGREEMENT_TYPES).meta({ id: 'AgreementType' });

/** Days before its expiry from which an agreement's renewal is due, unless it says otherwise. */
export const DEFAULT_NOTICE_DAYS = 180;

/** An area of an agreement in its own words, and the strands that it maps to: none where it maps to none. */
export const AgreementArea = z
  .strictObject({ name: line(1, 200), strands: distinct(Strand, 5) })
  .meta({ id: 'AgreementArea' });

/** A memorandum or a contract, with what it covers and for how long. */
export const agreement = defineNoun({
  noun: 'agreement',
  idPrefix: 'agr',
  required: () => ({
    title: line(1, 200),
    type: AgreementType,
    organisations: z
      .array(OrganisationRef)
      .min(1, 'At least one party other than the University.')
      .max(50, 'At most 50.')
      .meta({ description: 'The parties.' }),
  }),
  optional: () => ({
    place: Slug,
    areas: z.array(AgreementArea).min(1).max(30),
    signedOn: IsoDate,
    startsOn: IsoDate,
    expiresOn: IsoDate.meta({ description: 'The last day it is in force; without one it is open-ended.' }),
    renewalNoticeDays: z
      .int()
      .min(0)
      .max(3_660)
      .meta({ description: `How many days before expiry renewal becomes due; ${DEFAULT_NOTICE_DAYS} by default.` }),
    owner: UserId,
    document: line(1, 500).meta({ description: 'Where the signed document is stored.' }),
    notes: text(1, 10_000),
  }),
  check: ({ signedOn, startsOn, expiresOn }) => {
    const begins = startsOn ?? signedOn;
    return typeof begins === 'string' && typeof expiresOn === 'string' && expiresOn < begins
      ? [{ pointer: '/expiresOn', detail: `It cannot expire before ${begins}, its first day.` }]
      : [];
  },
});
