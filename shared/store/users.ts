import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { batchGet } from './records.ts';
import { fromSettingItem, loadSetting, type Setting } from './settings.ts';

/** What a user has set; the role is the one of the token with which they last did so. */
export interface UserSettings {
  readonly role: string;
  readonly name?: string;
  readonly language?: string;
  readonly timeZone?: string;
}

export const loadUser = (table: DynamoDBDocumentClient, id: string): Promise<Setting<UserSettings> | undefined> =>
  loadSetting<UserSettings>(table, keys.user(id));

/** Names of those of the users who have given one, by id. */
export async function loadUserNames(
  table: DynamoDBDocumentClient,
  ids: readonly string[],
): Promise<Record<string, string>> {
  const names: Record<string, string> = {};
  for (let start = 0; start < ids.length; start += 100)
    for (const item of await batchGet(table, ids.slice(start, start + 100).map(keys.user), { consistent: false })) {
      const { name } = fromSettingItem<UserSettings>(item).content;
      if (name !== undefined) names[item['sk'] as string] = name;
    }
  return names;
}

/** A page of users in order of id, those after `after`. */
export async function listUsers(
  table: DynamoDBDocumentClient,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<{ users: { id: string; settings: UserSettings }[]; more: boolean }> {
  const { Items, LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      KeyConditionExpression: after === undefined ? 'pk = :user' : 'pk = :user AND sk > :after',
      ExpressionAttributeValues: { ':user': keys.user('').pk, ...(after === undefined ? {} : { ':after': after }) },
      Limit: limit,
    }),
  );
  const users = (Items ?? []).map((item) => ({
    id: item['sk'] as string,
    settings: fromSettingItem<UserSettings>(item).content,
  }));
  return { users, more: LastEvaluatedKey !== undefined };
}
