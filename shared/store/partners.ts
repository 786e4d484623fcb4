import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Partner } from '#shared/domain/partner/partner.ts';
import { type Cache, createCache } from '#shared/runtime/cache.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { fromSettingItem, loadSetting, type Setting } from './settings.ts';

/** A partner as it is kept: a versioned setting. */
export type KeptPartner = Setting<Omit<Partner, 'id'>>;

export const loadPartnerSetting = (table: DynamoDBDocumentClient, id: string): Promise<KeptPartner | undefined> =>
  loadSetting(table, keys.partner(id));

/** A partner by a consistent read; undefined for one that nobody has put. */
export async function loadPartner(table: DynamoDBDocumentClient, id: string): Promise<Partner | undefined> {
  const kept = await loadPartnerSetting(table, id);
  return kept && { id, ...kept.content };
}

/** Every partner in order of id: tens. */
export async function listPartners(table: DynamoDBDocumentClient): Promise<Partner[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :partner',
      ExpressionAttributeValues: { ':partner': keys.partner('').pk },
    },
  );
  const partners: Partner[] = [];
  for await (const { Items = [] } of pages)
    for (const item of Items)
      partners.push({ id: item['sk'] as string, ...fromSettingItem<Omit<Partner, 'id'>>(item).content });
  return partners;
}

/** How old what is known of a partner may be where messages come in, in milliseconds: 30 seconds. */
const PARTNER_AGE_MS = 30_000;
/** Partners that are kept in mind, those among them that do not exist. */
const PARTNERS_AT_MOST = 1_000;

/** Partners by id as they were at most 30 seconds ago; undefined for one that nobody has put. */
export const openPartners = (table: DynamoDBDocumentClient, clock: Clock): Cache<Partner | undefined> =>
  createCache({ load: (id) => loadPartner(table, id), clock, ms: PARTNER_AGE_MS, atMost: PARTNERS_AT_MOST });
