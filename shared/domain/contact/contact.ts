import * as z from 'zod';
import { defineNoun } from '../entity/noun-fields.ts';
import { OrganisationRef } from '../organisation/organisation.ts';
import { IsoDate, Slug, text } from '../text.ts';

/** Why data on a person may be kept: UK GDPR, article 6(1). */
export const LAWFUL_BASES = ['consent', 'contract', 'legal-obligation', 'public-task', 'legitimate-interests'] as const;
export const LawfulBasis = z.enum(LAWFUL_BASES).meta({ id: 'LawfulBasis' });

/** Fields of a person that an event may carry: about the keeping of the data, never the person. */
export const contact = defineNoun({
  noun: 'contact',
  idPrefix: 'con',
  required: () => ({
    organisations: z.array(OrganisationRef).min(1, 'At least one organisation.').max(10, 'At most 10.'),
    purpose: text(1, 500).meta({ description: 'What the data is kept for.' }),
    lawfulBasis: LawfulBasis,
    collectedIn: Slug.meta({ description: 'The place where the data was collected: it decides which law applies.' }),
    noticeLanguage: z
      .enum(['en', 'zh-CN'])
      .meta({ description: 'The language of the privacy notice that the person was given.' }),
    retainUntil: IsoDate.meta({ description: 'After this day the data is to be erased.' }),
  }),
  optional: () => ({
    /** Set by erasure alone, never by a request. */
    erasedOn: IsoDate,
  }),
});

/** What is kept of a person in the store of its own: no event, log, report or webhook carries any of it. */
export const personalFields = {
  name: text(1, 200),
  nameChinese: text(1, 200),
  email: z.email().max(254),
  phone: text(3, 50),
  wechat: text(1, 100),
  jobTitle: text(1, 200),
  about: text(1, 5_000),
} as const;
