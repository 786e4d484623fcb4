import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Organisation } from '#shared/domain/organisation/organisation.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { batchGet } from './records.ts';

/** The organisations of these ids that exist, by id. */
export async function loadOrganisations(
  table: DynamoDBDocumentClient,
  ids: Iterable<string>,
  options: { readonly consistent: boolean } = { consistent: false },
): Promise<Map<string, Organisation>> {
  const distinct = [...new Set(ids)];
  const found = new Map<string, Organisation>();
  const parts = Array.from({ length: Math.ceil(distinct.length / 100) }, (_, part) =>
    batchGet(table, distinct.slice(part * 100, (part + 1) * 100).map(keys.organisation), options),
  );
  for (const items of await Promise.all(parts))
    for (const item of items)
      found.set(item['pk'] as string, {
        id: item['pk'] as string,
        name: item['name'] as string,
        place: item['place'] as string,
      });
  return found;
}

/** Keeps an organisation that was given by name. The first one stands: its id follows from name and place. */
export async function ensureOrganisation(
  table: DynamoDBDocumentClient,
  organisation: Organisation,
  recordedAt: string,
): Promise<void> {
  const { id, name, place } = organisation;
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: { ...keys.organisation(id), name, place, recordedAt },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}
