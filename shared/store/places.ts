import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { FIRST_PLACES, type Place } from '#shared/domain/place.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { batchGet } from './records.ts';
import { fromSettingItem, loadSetting, type Setting } from './settings.ts';

export type VersionedPlace = Place & { readonly version: number };

/** The version of the places that are there from the start, until somebody changes them. */
const FIRST_VERSION = 1;

const first = new Map<string, VersionedPlace>(
  FIRST_PLACES.map((place) => [place.id, { ...place, version: FIRST_VERSION }]),
);

type Kept = Omit<Place, 'id'>;

const toPlace = (id: string, { content, version }: Setting<Kept>): VersionedPlace => ({ id, ...content, version });

/** A place, and what is kept of it: nothing for one from the start that nobody has changed. */
export async function loadPlace(
  table: DynamoDBDocumentClient,
  id: string,
): Promise<{ place: VersionedPlace | undefined; kept: Setting<Kept> | undefined }> {
  const kept = await loadSetting<Kept>(table, keys.place(id));
  return { place: kept ? toPlace(id, kept) : first.get(id), kept };
}

/** Those of the places that exist, by a consistent read. */
export async function loadPlaces(table: DynamoDBDocumentClient, ids: readonly string[]): Promise<VersionedPlace[]> {
  const items = await batchGet(table, [...new Set(ids)].map(keys.place));
  const kept = new Map(items.map((item) => [item['sk'] as string, fromSettingItem<Kept>(item)]));
  return [...new Set(ids)].flatMap((id) => {
    const setting = kept.get(id);
    const place = setting ? toPlace(id, setting) : first.get(id);
    return place ? [place] : [];
  });
}

/** Every place in order of id. There are as many as an administrator has put: tens. */
export async function listPlaces(table: DynamoDBDocumentClient): Promise<VersionedPlace[]> {
  const places = new Map(first);
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :place',
      ExpressionAttributeValues: { ':place': keys.place('').pk },
    },
  );
  for await (const page of pages)
    for (const item of page.Items ?? []) {
      const id = item['sk'] as string;
      places.set(id, toPlace(id, fromSettingItem<Kept>(item)));
    }
  return [...places.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
