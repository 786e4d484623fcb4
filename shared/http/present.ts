import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Organisation } from '#shared/domain/organisation/organisation.ts';
import { present } from '#shared/domain/record/present.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';

/** Records as they are answered, their organisations with their names: those already `known` are not read again. */
export async function presentRecords(
  table: DynamoDBDocumentClient,
  states: readonly RecordState[],
  known: ReadonlyMap<string, Organisation> = new Map(),
): Promise<Record<string, unknown>[]> {
  const unnamed = states.flatMap(({ fields }) => fields.organisations).filter((id) => !known.has(id));
  const loaded = unnamed.length > 0 ? await loadOrganisations(table, unnamed) : [];
  const named = new Map([...known, ...loaded]);
  return states.map((state) => present(state, named));
}

export async function presentRecord(
  table: DynamoDBDocumentClient,
  state: RecordState,
  known?: ReadonlyMap<string, Organisation>,
): Promise<Record<string, unknown>> {
  const [body] = await presentRecords(table, [state], known);
  return body as Record<string, unknown>;
}
