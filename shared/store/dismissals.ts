import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Dismissal } from '#shared/domain/organisation/proposal.ts';
import { environment } from '#shared/runtime/environment.ts';
import { type Key, keys } from './keys.ts';
import { type Author, fromSettingItem, loadSetting, writeSetting } from './settings.ts';

type Kept = Pick<Dismissal, 'dismissed' | 'by' | 'at' | 'reason'>;

/** Two organisations are the same two whichever is named first. */
const pairOf = (one: string, other: string) => (one < other ? ([one, other] as const) : ([other, one] as const));

const keyOf = (one: string, other: string): Key => keys.dismissal(...pairOf(one, other));

/** Two organisations as one text, in either order. */
export const pairName = (one: string, other: string): string => pairOf(one, other).join('#');

/** Every dismissal that stands, by the {@link pairName} of its organisations. There are as many as people have looked at: hundreds. */
export async function loadDismissals(table: DynamoDBDocumentClient): Promise<Map<string, Dismissal>> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.dismissal('', '').pk },
      ConsistentRead: true,
    },
  );
  const found = new Map<string, Dismissal>();
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const { content } = fromSettingItem<Kept>(item);
      const name = item['sk'] as string;
      if (content.dismissed) found.set(name, { organisations: name.split('#'), ...content });
    }
  return found;
}

/** How often it is written anew where somebody else was quicker. */
const ATTEMPTS = 4;

/** Says that two organisations are two, or takes it back, with an audit entry. What is so already stays as it was said first. */
export async function dismiss(
  table: DynamoDBDocumentClient,
  pair: readonly [string, string],
  told: Pick<Kept, 'dismissed' | 'reason'>,
  author: Author & { readonly eventId: string },
): Promise<Dismissal> {
  const [one, other] = pairOf(...pair);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const previous = await loadSetting<Kept>(table, keyOf(one, other));
    if (previous?.content.dismissed === told.dismissed) return { organisations: [one, other], ...previous.content };
    const content: Kept = {
      dismissed: told.dismissed,
      by: author.userId,
      at: author.at,
      ...(told.reason === undefined ? {} : { reason: told.reason }),
    };
    const isWritten = await writeSetting(table, {
      key: keyOf(one, other),
      content,
      previous,
      previousVersion: previous?.version ?? 0,
      author,
      eventId: author.eventId,
    });
    if (isWritten) return { organisations: [one, other], ...content };
  }
  throw Object.assign(new Error('Others were quicker again and again.'), { name: 'ThrottlingException' });
}
