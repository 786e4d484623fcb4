import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';
import { environment } from '#shared/runtime/environment.ts';
import { openMatcher } from '#shared/runtime/matcher.ts';
import { batchWrite, put } from './batch-write.ts';
import { type LoadedEntity, loadEntities } from './entities.ts';
import { keys } from './keys.ts';

/** An organisation as it is matched. */
export const partyOf = ({ id, fields }: Pick<EntityState, 'id' | 'fields'>): Party => ({ ...fields, id }) as Party;

/** That an organisation may be found under the key of a name. */
interface NameItem {
  readonly pk: string;
  readonly sk: string;
  readonly place: string;
}

/**
 * The items under which an organisation is found by its names, at most 30: one for each of its keys. They say where to look and nothing
 * more: whoever finds it by one compares it as it is now. So none need ever be taken away, and in no order can they be wrong.
 */
export async function nameItemsOf(organisation: Pick<EntityState, 'id' | 'fields'>): Promise<NameItem[]> {
  const { keysOf } = await openMatcher();
  const place = organisation.fields['place'] as string;
  return keysOf(partyOf(organisation)).map((key) => ({ ...keys.organisationName(key, organisation.id), place }));
}

/** Keeps them; a second time changes nothing. */
export async function keepNames(
  table: DynamoDBDocumentClient,
  organisation: Pick<EntityState, 'id' | 'fields'>,
): Promise<void> {
  const items = await nameItemsOf(organisation);
  await batchWrite(
    table,
    items.map((item) => put({ ...item })),
  );
}

/** Organisations that one key finds at most: those that have the name in other places are left out before they are read. */
const FOUND_AT_MOST = 100;
/** Of those, so many are compared. */
const COMPARED_AT_MOST = 20;

/**
 * The organisation that certainly has this name in this place, by consistent reads: one query for each of its keys (three at most) and one
 * read of those found. Where several certainly have it, as duplicates do, it is the one that was logged first, whatever was merged into
 * what: so a merge that is undone leaves nothing behind. Undefined where there is none.
 */
export async function findByName(
  table: DynamoDBDocumentClient,
  given: { readonly name: string; readonly place: string },
): Promise<LoadedEntity | undefined> {
  const { keysOf, matchOrganisations, placesAgree } = await openMatcher();
  const found = await Promise.all(keysOf(given).map((key) => underKey(table, key)));
  const ids = found.flat().filter(({ place }) => placesAgree(place, given.place) !== 'different');
  const candidates = await loadEntities(table, [...new Set(ids.map(({ sk }) => sk))].slice(0, COMPARED_AT_MOST), {
    consistent: true,
  });
  const certain = [...candidates.values()].filter(
    ({ state }) => matchOrganisations(given, partyOf(state)).verdict === 'certain',
  );
  const [first] = certain.sort(
    (a, b) => compare(a.state.createdAt, b.state.createdAt) || compare(a.state.id, b.state.id),
  );
  return first;
}

async function underKey(table: DynamoDBDocumentClient, key: string): Promise<NameItem[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.organisationName(key, '').pk },
      ConsistentRead: true,
      Limit: FOUND_AT_MOST,
    }),
  );
  return Items as unknown as NameItem[];
}

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
