import { createHash } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { environment } from '#shared/runtime/environment.ts';
import { atVersion } from './at-version.ts';
import { keys } from './keys.ts';
import { batchGet } from './records.ts';
import type { StoredEvent } from './stored-event.ts';
import { TABLE } from './table.ts';

export interface LoadedEntity {
  readonly state: EntityState;
  /** The event that made it what it is, in full: the proof that it was recorded. */
  readonly event: StoredEvent;
}

/** Partitions over which the entities of a noun are spread in their index. */
export const ENTITY_SHARDS = ['0', '1', '2', '3'] as const;

const shardOf = (id: string): string =>
  ENTITY_SHARDS[(createHash('sha256').update(id).digest()[0] as number) % ENTITY_SHARDS.length] as string;

/** The item of an entity: its state, and its latest event. */
export function toEntityItem({ kind, ...state }: EntityState, event: StoredEvent): Record<string, unknown> {
  const { recordedAt: _, version: __, data, ...told } = event;
  return {
    ...keys.entity(state.id),
    noun: kind,
    shard: shardOf(state.id),
    ...state,
    // The first event said what the fields say.
    event: { ...told, ...(event.verb === 'logged' ? {} : { data }) },
  };
}

/** State and latest event of an entity's item, the inverse of {@link toEntityItem}. */
export function fromEntityItem(item: Record<string, unknown>): LoadedEntity {
  const {
    pk: _,
    sk: __,
    shard: ___,
    noun,
    event,
    ...state
  } = item as Record<string, unknown> & {
    event: Omit<StoredEvent, 'recordedAt' | 'version' | 'data'> & { data?: StoredEvent['data'] };
  };
  const entity = { ...state, kind: noun as Noun } as unknown as EntityState;
  const { data = entity.fields, ...told } = event;
  return { state: entity, event: { ...told, data, recordedAt: entity.updatedAt, version: entity.version } };
}

/** An entity as it is now, by a consistent read. */
export async function loadEntity(table: DynamoDBDocumentClient, id: string): Promise<LoadedEntity | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.entity(id), ConsistentRead: true }),
  );
  return Item ? fromEntityItem(Item) : undefined;
}

/** Entities by id: those of them that exist. */
export async function loadEntities(
  table: DynamoDBDocumentClient,
  ids: Iterable<string>,
  options: { readonly consistent: boolean } = { consistent: false },
): Promise<Map<string, LoadedEntity>> {
  const distinct = [...new Set(ids)];
  const parts = Array.from({ length: Math.ceil(distinct.length / 100) }, (_, part) =>
    batchGet(table, distinct.slice(part * 100, (part + 1) * 100).map(keys.entity), options),
  );
  const items = (await Promise.all(parts)).flat();
  return new Map(items.map((item) => [item['pk'] as string, fromEntityItem(item)]));
}

/**
 * Writes an entity at its new version, together with the event that made it: one conditional write. Throws
 * `ConditionalCheckFailedException` where it has moved on, or was there already.
 */
export async function putEntity(
  table: DynamoDBDocumentClient,
  state: EntityState,
  event: StoredEvent,
  previousVersion: number | undefined,
): Promise<void> {
  await table.send(
    new PutCommand({
      TableName: environment('tableName'),
      Item: toEntityItem(state, event),
      ...atVersion(previousVersion),
    }),
  );
}

/** The place of an entity in a list by last change. */
export interface EntityPosition {
  readonly updatedAt: string;
  readonly id: string;
}

/** The newest entities of a noun after a position, by last change, newest first: at most `limit` of each shard, merged. */
export async function listEntities(
  table: DynamoDBDocumentClient,
  noun: Noun,
  { after, limit }: { readonly after: EntityPosition | undefined; readonly limit: number },
): Promise<{ positions: EntityPosition[]; ended: boolean }> {
  const { byNoun } = TABLE.indexes;
  const pages = await Promise.all(
    ENTITY_SHARDS.map((shard) =>
      table.send(
        new QueryCommand({
          TableName: environment('tableName'),
          IndexName: byNoun.name,
          // DynamoDB keeps the word for itself.
          KeyConditionExpression: 'noun = :noun AND #shard = :shard',
          ExpressionAttributeNames: { '#shard': 'shard' },
          ExpressionAttributeValues: { ':noun': noun, ':shard': shard },
          ScanIndexForward: false,
          Limit: limit,
          ...(after ? { ExclusiveStartKey: { ...keys.entity(after.id), noun, shard, ...after } } : {}),
        }),
      ),
    ),
  );
  const found = pages.flatMap(({ Items = [] }) =>
    Items.map(({ updatedAt, id }) => ({ updatedAt: updatedAt as string, id: id as string })),
  );
  const newest = found.sort((a, b) => compare(b.updatedAt, a.updatedAt) || compare(b.id, a.id));
  const ended = newest.length <= limit && pages.every(({ LastEvaluatedKey }) => !LastEvaluatedKey);
  return { positions: newest.slice(0, limit), ended };
}

/** Every entity of a noun, by last change within each shard. */
export const listAllEntities = (table: DynamoDBDocumentClient, noun: Noun): Promise<EntityPosition[]> =>
  walkShards(table, noun, undefined);

/** Those of a noun that changed at an instant or later. */
export const listEntitiesSince = (
  table: DynamoDBDocumentClient,
  noun: Noun,
  since: string,
): Promise<EntityPosition[]> => walkShards(table, noun, since);

async function walkShards(
  table: DynamoDBDocumentClient,
  noun: Noun,
  since: string | undefined,
): Promise<EntityPosition[]> {
  const walkShard = async (shard: string): Promise<EntityPosition[]> => {
    const pages = paginateQuery(
      { client: table },
      {
        TableName: environment('tableName'),
        IndexName: TABLE.indexes.byNoun.name,
        KeyConditionExpression: `#noun = :noun AND #shard = :shard${since === undefined ? '' : ' AND updatedAt >= :since'}`,
        ExpressionAttributeNames: { '#noun': 'noun', '#shard': 'shard' },
        ExpressionAttributeValues: {
          ':noun': noun,
          ':shard': shard,
          ...(since === undefined ? {} : { ':since': since }),
        },
      },
    );
    const found: EntityPosition[] = [];
    for await (const { Items = [] } of pages)
      found.push(...Items.map(({ updatedAt, id }) => ({ updatedAt: updatedAt as string, id: id as string })));
    return found;
  };
  return (await Promise.all(ENTITY_SHARDS.map(walkShard))).flat();
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
