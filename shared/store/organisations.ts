import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Organisation } from '#shared/domain/organisation/organisation.ts';
import { type LoadedEntity, loadEntities, putEntity } from './entities.ts';
import { loadSurvivors } from './merges.ts';
import type { StoredEvent } from './stored-event.ts';

/** The organisations of these ids that exist, by id: who stands for each, and the name that it goes by. */
export async function loadOrganisations(
  table: DynamoDBDocumentClient,
  ids: Iterable<string>,
  options: { readonly consistent: boolean } = { consistent: false },
): Promise<Map<string, Organisation>> {
  const found = await loadSurvivors(table, await loadEntities(table, ids, options), options);
  return new Map([...found].map(([id, entity]) => [id, namedOrganisation(entity)]));
}

const namedOrganisation = ({ state: { id, fields } }: LoadedEntity): Organisation => ({
  id,
  name: fields['name'] as string,
  place: fields['place'] as string,
});

/**
 * Keeps an organisation that was given by name, as the first word on it. The first one stands: its id follows from name and place.
 * `told` is where the word came from; its event's id is the organisation's own. False where it is there already.
 */
export async function ensureOrganisation(
  table: DynamoDBDocumentClient,
  { id, ...fields }: Organisation,
  told: Omit<StoredEvent, 'verb' | 'version' | 'data' | 'changes'>,
): Promise<boolean> {
  const { occurredAt, recordedAt, eventId } = told;
  const state: EntityState = {
    id,
    kind: 'organisation',
    version: 1,
    createdAt: occurredAt,
    recordedAt,
    updatedAt: recordedAt,
    fields,
    base: { at: occurredAt, by: eventId },
    clocks: {},
  };
  try {
    await putEntity(table, state, { ...told, verb: 'logged', version: 1, data: fields, changes: {} }, undefined);
    return true;
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
    return false;
  }
}
