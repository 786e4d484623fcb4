import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Subscription } from '#shared/domain/subscription/subscription.ts';
import { createCache } from '#shared/runtime/cache.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { newId } from '#shared/runtime/ids.ts';
import { keys } from './keys.ts';
import { fromSettingItem, loadSetting, type Setting, writeSetting } from './settings.ts';

/** A subscription as it is kept: a versioned setting. */
type KeptSubscription = Setting<Omit<Subscription, 'id'>>;

export const loadSubscriptionSetting = (
  table: DynamoDBDocumentClient,
  id: string,
): Promise<KeptSubscription | undefined> => loadSetting(table, keys.subscription(id));

/** A subscription by a consistent read; undefined for one that nobody has put. */
export async function loadSubscription(table: DynamoDBDocumentClient, id: string): Promise<Subscription | undefined> {
  const kept = await loadSubscriptionSetting(table, id);
  return kept && { id, ...kept.content };
}

/** Every subscription in order of id: tens. */
export async function listSubscriptions(table: DynamoDBDocumentClient): Promise<Subscription[]> {
  const { pk } = keys.subscription('');
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :subscription',
      ExpressionAttributeValues: { ':subscription': pk },
    },
  );
  const subscriptions: Subscription[] = [];
  for await (const { Items = [] } of pages)
    for (const item of Items)
      subscriptions.push({ id: item['sk'] as string, ...fromSettingItem<Omit<Subscription, 'id'>>(item).content });
  return subscriptions;
}

/** How old what is known of subscriptions may be where outcomes are handed out, in milliseconds: 30 seconds. */
const SUBSCRIPTION_AGE_MS = 30_000;

/** All subscriptions as they were at most 30 seconds ago. */
export function openSubscriptions(table: DynamoDBDocumentClient, clock: Clock): () => Promise<readonly Subscription[]> {
  const cache = createCache({ load: () => listSubscriptions(table), clock, ms: SUBSCRIPTION_AGE_MS, atMost: 1 });
  return () => cache.get('all');
}

/** How often a subscription is disabled anew where somebody puts it at the same time. */
const ATTEMPTS = 4;

/**
 * Its receiver is gone: nothing is sent there any more until somebody puts it active again. False where it is not active already, or
 * leads somewhere else by now.
 */
export async function disableSubscription(
  table: DynamoDBDocumentClient,
  gone: { readonly id: string; readonly url: string; readonly at: string; readonly deliveryId: string },
): Promise<boolean> {
  const { id, url, at, deliveryId } = gone;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const kept = await loadSubscriptionSetting(table, id);
    if (!kept?.content.active || kept.content.url !== url) return false;
    const written = await writeSetting(table, {
      key: keys.subscription(id),
      content: { ...kept.content, active: false, disabled: { at, reason: 'gone' } },
      previous: kept,
      previousVersion: kept.version,
      author: { userId: 'deliver', at, correlationId: deliveryId },
      eventId: newId('evt', Date.parse(at)),
    });
    if (written) return true;
  }
  throw new Error(`${id} was put again and again while it was being disabled.`);
}
