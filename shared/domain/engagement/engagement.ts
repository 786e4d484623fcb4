import * as z from 'zod';
import type { KindFields } from '../record/fields.ts';

export const ENGAGEMENT_TYPES = [
  'collaborative-research',
  'contract-research',
  'consultancy',
  'facilities',
  'training',
  'joint-programme',
  'scholarship',
  'student-exchange',
  'memorandum',
  'other',
] as const;
export const EngagementType = z.enum(ENGAGEMENT_TYPES).meta({ id: 'EngagementType' });

/** A relationship being turned into something agreed. */
export const engagement = {
  kind: 'engagement',
  idPrefix: 'eng',
  required: { engagementType: EngagementType },
  optional: {},
} as const satisfies KindFields;
