import { type DynamoDBDocumentClient, paginateQuery, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { environment } from '#shared/runtime/environment.ts';
import { atVersion } from './at-version.ts';
import { type LoadedEntity, loadEntities, loadEntity, toEntityItem } from './entities.ts';
import { keys } from './keys.ts';
import type { StoredEvent } from './stored-event.ts';

/** The organisation that an organisation was merged into. Merges make trees: that one may have been merged into another since. */
export const mergedInto = ({ fields }: Pick<EntityState, 'fields'>): string | undefined =>
  fields['mergedInto'] as string | undefined;

/** Recording lets no ring come about; should there be one all the same, nobody goes round in it. */
const MOST_STEPS = 100;

/**
 * Who stands for organisations: each that is not merged for itself, a duplicate's by the duplicate's id. All go one step up at a time, so
 * this is one read more for each storey of the tallest tree, and none where nothing is merged.
 */
export async function loadSurvivors(
  table: DynamoDBDocumentClient,
  found: ReadonlyMap<string, LoadedEntity>,
  options: { readonly consistent: boolean },
): Promise<Map<string, LoadedEntity>> {
  const standing = new Map(found);
  const known = new Map(found);
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const up = [...standing].flatMap(([id, { state }]) => {
      const into = mergedInto(state);
      return into === undefined ? [] : [[id, into] as const];
    });
    if (up.length === 0) break;
    const unread = up.map(([, into]) => into).filter((into) => !known.has(into));
    for (const [id, entity] of await loadEntities(table, unread, options)) known.set(id, entity);
    const climbing = up.filter(([, into]) => known.has(into));
    if (climbing.length === 0) break;
    for (const [id, into] of climbing) standing.set(id, known.get(into) as LoadedEntity);
  }
  return standing;
}

/** The organisation that stands for this one, by consistent reads: itself, unless it is merged; undefined where there is none. */
export async function loadSurvivor(table: DynamoDBDocumentClient, id: string): Promise<LoadedEntity | undefined> {
  const entity = await loadEntity(table, id);
  return entity && (await loadSurvivors(table, new Map([[id, entity]]), { consistent: true })).get(id);
}

/** An organisation's id, and those of all that were merged into it and into those, by consistent reads: one for each of them. */
export async function familyOf(table: DynamoDBDocumentClient, id: string): Promise<string[]> {
  const family = new Set([id]);
  for (let generation = [id]; generation.length > 0; ) {
    const children = await Promise.all(generation.map((each) => duplicatesOf(table, each)));
    generation = children.flat().filter((child) => !family.has(child));
    for (const child of generation) family.add(child);
  }
  return [...family];
}

async function duplicatesOf(table: DynamoDBDocumentClient, id: string): Promise<string[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.merged(id, '').pk },
      ConsistentRead: true,
    },
  );
  const found: string[] = [];
  for await (const { Items = [] } of pages) found.push(...Items.map(({ sk }) => sk as string));
  return found;
}

/** Every organisation that the family of this one has, whether it is the survivor or one of the duplicates; none where there is none. */
export async function wholeFamilyOf(table: DynamoDBDocumentClient, id: string): Promise<string[]> {
  const survivor = await loadSurvivor(table, id);
  return survivor ? familyOf(table, survivor.state.id) : [];
}

/**
 * Writes an organisation at a version that is merged, or no longer is, and what its survivor is found by from the other side: all or
 * nothing, and only while the survivor is merged into nothing itself. DynamoDB puts transactions in one order, so of two merges that
 * would make a ring the second fails. Throws `ConditionalCheckFailedException` where either has moved on.
 */
export async function putMerge(
  table: DynamoDBDocumentClient,
  state: EntityState,
  event: StoredEvent,
  previousVersion: number,
): Promise<void> {
  const TableName = environment('tableName');
  const { from, to } = (event.changes['mergedInto'] ?? {}) as { readonly from?: string; readonly to?: string };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: toEntityItem(state, event),
              ...atVersion(previousVersion),
            },
          },
          ...(from === undefined || from === to ? [] : [{ Delete: { TableName, Key: keys.merged(from, state.id) } }]),
          ...(to === undefined
            ? []
            : [
                { Put: { TableName, Item: keys.merged(to, state.id) } },
                {
                  ConditionCheck: {
                    TableName,
                    Key: keys.entity(to),
                    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(#fields.mergedInto)',
                    ExpressionAttributeNames: { '#fields': 'fields' },
                  },
                },
              ]),
        ],
      }),
    );
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict')) throw error;
    const moved = new Error(`${state.id}, or what it is merged into, has moved on.`, { cause: error });
    throw Object.assign(moved, { name: 'ConditionalCheckFailedException' });
  }
}
