import * as z from 'zod';
import { idOf, line, Slug } from '../text.ts';

export const OrganisationId = idOf('org').meta({ id: 'OrganisationId' });
export type OrganisationId = z.infer<typeof OrganisationId>;

const named = { name: line(1, 200), place: Slug };

/** An organisation as a request names it: by its id, or by name and place. */
export const OrganisationRef = z
  .union([z.strictObject({ id: OrganisationId }), z.strictObject(named)], {
    error: 'An organisation is {"id"} or {"name","place"}.',
  })
  .meta({ id: 'OrganisationRef' });
export type OrganisationRef = z.infer<typeof OrganisationRef>;

/** An organisation as an event names it: always by id; with name and place where it may be new. */
export const ResolvedOrganisation = z
  .strictObject({ id: OrganisationId, name: named.name.optional(), place: named.place.optional() })
  .meta({ id: 'ResolvedOrganisation' });
export type ResolvedOrganisation = z.infer<typeof ResolvedOrganisation>;

/** An organisation as it is kept and shown beside a record. */
export const Organisation = z
  .strictObject({ id: OrganisationId, name: named.name, place: named.place })
  .meta({ id: 'OrganisationName' });
export type Organisation = z.infer<typeof Organisation>;

/**
 * What "the same name" means until names are matched across scripts: equal letters, whatever their case, width and spacing.
 * The id of an organisation given by name is the hash of this and its place.
 */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * Organisations as they are shown: in the place of a duplicate the one that it was merged into, and each once. `named` gives each id the
 * organisation that stands for it.
 */
export const shownOrganisations = (
  ids: readonly string[],
  named: ReadonlyMap<string, Organisation>,
): readonly (Organisation | { readonly id: string })[] => [
  ...new Map(ids.map((id) => named.get(id) ?? { id }).map((shown) => [shown.id, shown])).values(),
];
