import { type DynamoDBDocumentClient, GetCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { atVersion } from './at-version.ts';
import { type Key, keys } from './keys.ts';

/** A setting as it is kept: its content and how often it has been written. */
export interface Setting<Content> {
  readonly version: number;
  readonly recordedAt: string;
  readonly content: Content;
}

/** Who changes a setting, and when. */
export interface Author {
  readonly userId: string;
  /** An instant. */
  readonly at: string;
  readonly correlationId: string;
}

export const fromSettingItem = <Content>(item: Record<string, unknown>): Setting<Content> => ({
  version: item['version'] as number,
  recordedAt: item['recordedAt'] as string,
  content: item['content'] as Content,
});

export async function loadSetting<Content>(
  table: DynamoDBDocumentClient,
  key: Key,
): Promise<Setting<Content> | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: { ...key }, ConsistentRead: true }),
  );
  return Item ? fromSettingItem<Content>(Item) : undefined;
}

/**
 * Writes a setting at the version after the previous one (0 for none) together with its audit entry: both or neither. False where
 * somebody else was quicker.
 */
export async function writeSetting(
  table: DynamoDBDocumentClient,
  setting: {
    readonly key: Key;
    readonly content: Readonly<Record<string, unknown>>;
    readonly previous: Setting<unknown> | undefined;
    readonly previousVersion: number;
    readonly author: Author;
    /** Names the entry in the audit trail. */
    readonly eventId: string;
  },
): Promise<boolean> {
  const { key, content, previous, previousVersion, author, eventId } = setting;
  const TableName = environment('tableName');
  const version = previousVersion + 1;
  const item = { ...key, version, recordedAt: author.at, content };
  const entry = {
    ...keys.audit(`${key.pk}#${key.sk}`, author.at, eventId),
    ...author,
    version,
    before: previous?.content,
    after: content,
  };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: item, ...atVersion(previous?.version) } },
          { Put: { TableName, Item: entry } },
        ],
      }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict')) return false;
    throw error;
  }
}
