import * as z from 'zod';
import { OrganisationId } from '#shared/domain/organisation/organisation.ts';

/** An amount in major units, signed when negative, with all digits of its currency. */
export const decimal = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?$/)
  .meta({ examples: ['123.45'] });

/** The id of a record of any kind. */
export const recordReference = z.string().meta({ examples: ['eng_01JD3Q8M5V7X9Z1B3D5F7H9K2M'] });

export const ListedOrganisation = z
  .strictObject({ id: OrganisationId, name: z.string().nullable() })
  .meta({ id: 'ReportOrganisation' });
export type ListedOrganisation = z.infer<typeof ListedOrganisation>;
