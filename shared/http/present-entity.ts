import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { type Organisation, shownOrganisations } from '#shared/domain/organisation/organisation.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';

const organisationsOf = ({ fields }: EntityState) => (fields['organisations'] ?? []) as readonly string[];

/** The organisation that an organisation is part of. */
const parentOf = ({ kind, fields }: EntityState): readonly string[] =>
  kind === 'organisation' && fields['parent'] !== undefined ? [fields['parent'] as string] : [];

/** Entities as they are answered, their organisations with their names: those already `known` are not read again. */
export async function presentEntities(
  table: DynamoDBDocumentClient,
  states: readonly EntityState[],
  known: ReadonlyMap<string, Organisation> = new Map(),
): Promise<Record<string, unknown>[]> {
  const unnamed = states
    .flatMap((state) => [...organisationsOf(state), ...parentOf(state)])
    .filter((id) => !known.has(id));
  const named = new Map([...known, ...(unnamed.length > 0 ? await loadOrganisations(table, unnamed) : [])]);
  return states.map((state) => {
    const { id, kind, version, fields, createdAt, recordedAt, updatedAt } = state;
    const organisations = fields['organisations']
      ? { organisations: shownOrganisations(organisationsOf(state), named) }
      : {};
    // What it is part of may have been merged since, and even into itself: then that is no part of anything.
    const [parent] = parentOf(state).map((each) => named.get(each)?.id ?? each);
    const { parent: _, ...others } = fields;
    const within = parent === undefined || parent === id ? {} : { parent };
    return { id, kind, version, ...others, ...within, ...organisations, createdAt, recordedAt, updatedAt };
  });
}
