import * as z from 'zod';
import { defineNoun } from '../entity/noun-fields.ts';
import { OrganisationRef } from '../organisation/organisation.ts';
import { AgreementId, ContactId, distinct } from '../record/fields.ts';
import { IsoDate, idOf, line, Slug, text, UserId } from '../text.ts';

/** Activity that is not economic: what variety and reciprocity of a relationship are measured by. */
export const NON_ECONOMIC_TYPES = ['delegation', 'exchange', 'training', 'teaching', 'culture', 'civic'] as const;
export const ACTIVITY_TYPES = [...NON_ECONOMIC_TYPES, 'visit', 'meeting', 'signing', 'business'] as const;
export const ActivityType = z.enum(ACTIVITY_TYPES).meta({ id: 'ActivityType' });
export type ActivityType = z.infer<typeof ActivityType>;

/** Seen from Birmingham: outbound goes there, inbound comes here. */
export const DIRECTIONS = ['outbound', 'inbound', 'mutual'] as const;
export const ActivityDirection = z.enum(DIRECTIONS).meta({ id: 'ActivityDirection' });
export type ActivityDirection = z.infer<typeof ActivityDirection>;

/** Records of the pipeline that an activity belongs to. */
export const PipelineRecordId = z.union([idOf('eng'), idOf('ipl'), idOf('trd')], {
  error: 'The id of an engagement, an IP lead or a trade deal.',
});

const People = z.strictObject({ ours: z.int().min(0).max(100_000), theirs: z.int().min(0).max(100_000) }).meta({
  id: 'People',
  description: 'The number of participants from the University (`ours`) and from others (`theirs`).',
});

/** One thing that happened. Most are not commercial, and that is the point. */
export const activity = defineNoun({
  noun: 'activity',
  idPrefix: 'act',
  required: () => ({
    title: line(1, 200),
    type: ActivityType,
    direction: ActivityDirection,
    on: IsoDate.meta({ description: 'The day it took place, or its first day.' }),
    organisations: z.array(OrganisationRef).min(1, 'At least one organisation.').max(50, 'At most 50.'),
  }),
  optional: () => ({
    until: IsoDate.meta({ description: 'Its last day.' }),
    place: Slug,
    people: People,
    records: distinct(PipelineRecordId, 50),
    agreementId: AgreementId,
    contacts: distinct(ContactId, 50),
    staff: distinct(UserId, 50),
    notes: text(1, 10_000),
  }),
  check: ({ on, until }) =>
    typeof on === 'string' && typeof until === 'string' && until < on
      ? [{ pointer: '/until', detail: `It cannot end before ${on}, its first day.` }]
      : [],
});
