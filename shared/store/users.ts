import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
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
