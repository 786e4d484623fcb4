import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Organisation } from '#shared/domain/organisation/organisation.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';

const organisationsOf = ({ fields }: EntityState) => (fields['organisations'] ?? []) as readonly string[];

/** Entities as they are answered, their organisations with their names: those already `known` are not read again. */
export async function presentEntities(
  table: DynamoDBDocumentClient,
  states: readonly EntityState[],
  known: ReadonlyMap<string, Organisation> = new Map(),
): Promise<Record<string, unknown>[]> {
  const unnamed = states.flatMap(organisationsOf).filter((id) => !known.has(id));
  const named = new Map([...known, ...(unnamed.length > 0 ? await loadOrganisations(table, unnamed) : [])]);
  return states.map((state) => {
    const { id, kind, version, fields, createdAt, recordedAt, updatedAt } = state;
    const organisations = fields['organisations']
      ? { organisations: organisationsOf(state).map((each) => named.get(each) ?? { id: each }) }
      : {};
    return { id, kind, version, ...fields, ...organisations, createdAt, recordedAt, updatedAt };
  });
}
