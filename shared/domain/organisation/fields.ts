import * as z from 'zod';
import { defineNoun } from '../entity/noun-fields.ts';
import { distinct } from '../record/fields.ts';
import { line, Slug } from '../text.ts';
import { CompaniesHouseNumber, Ror, UnifiedSocialCreditCode } from './identifiers.ts';
import { OrganisationId } from './organisation.ts';

export const ORGANISATION_TYPES = [
  'university',
  'research-institute',
  'government',
  'company',
  'agency',
  'charity',
  'other',
] as const;
export const OrganisationType = z.enum(ORGANISATION_TYPES).meta({ id: 'OrganisationType' });

/** Names beside the one it goes by, in the scripts in which people write them. */
const names = () => ({
  english: line(1, 200),
  chinese: line(1, 200).meta({ description: 'In simplified Chinese characters.' }),
  traditional: line(1, 200).meta({ description: 'In traditional Chinese characters, if the organisation uses them.' }),
  pinyin: line(1, 200),
});

/** A body that one does business with, under all the names by which it is known. */
export const organisation = defineNoun({
  noun: 'organisation',
  idPrefix: 'org',
  required: () => ({ name: line(1, 200), place: Slug }),
  optional: () => ({
    ...names(),
    abbreviations: distinct(line(1, 50), 10),
    formerNames: distinct(line(1, 200), 20),
    type: OrganisationType,
    ror: Ror,
    companiesHouse: CompaniesHouseNumber,
    creditCode: UnifiedSocialCreditCode,
    parent: OrganisationId,
    website: z.url({ protocol: /^https?$/ }).max(500),
    mergedInto: OrganisationId.meta({ description: 'The organisation that this duplicate was merged into.' }),
  }),
});
