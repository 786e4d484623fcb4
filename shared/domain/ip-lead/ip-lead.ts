import * as z from 'zod';
import { ContactId, distinct, type KindFields } from '../record/fields.ts';
import { IsoDate, line } from '../text.ts';

export const IP_TYPES = ['patent', 'know-how', 'software', 'design', 'copyright', 'plant-variety', 'other'] as const;
export const IpType = z.enum(IP_TYPES).meta({ id: 'IpType' });

export const IP_ROUTES = ['licence', 'assignment', 'spin-out', 'undecided'] as const;
export const IpRoute = z.enum(IP_ROUTES).meta({ id: 'IpRoute' });

/** An invention or other intellectual property looking for a route to use. */
export const ipLead = {
  kind: 'ip-lead',
  idPrefix: 'ipl',
  required: { ipType: IpType },
  optional: {
    trl: z.int('A whole number.').min(1).max(9).meta({ description: 'Technology readiness level.' }),
    caseRef: line(1, 100),
    inventors: distinct(ContactId, 50),
    college: line(1, 200),
    priorityDate: IsoDate,
    route: IpRoute,
    confidential: z.boolean().meta({
      description:
        'An explicit true keeps the lead confidential even after protection and release. Responses show whether it is confidential now.',
    }),
  },
} as const satisfies KindFields;
