import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';

/** How long a key is kept, in seconds: 24 hours. */
export const IDEMPOTENCY_SECONDS = 24 * 3600;

/** What a first request with an idempotency key left for its repeats, written before its event is published. */
export interface Promised {
  readonly eventId: string;
  readonly recordId: string;
  /** Whose receipt it is. */
  readonly user: string;
  /** What was asked: method, path, body and condition, hashed. */
  readonly requestHash: string;
  /** When the first was received: a repeat's event says the same. */
  readonly firstAt: string;
  /** Counts up where a refused request is tried anew, with new ids. */
  readonly attempt: number;
  /** Seconds since 1970. Checked on reading, since DynamoDB deletes late. */
  readonly expiresAt: number;
}

export async function loadPromised(table: DynamoDBDocumentClient, hash: string): Promise<Promised | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.idempotency(hash), ConsistentRead: true }),
  );
  return Item as Promised | undefined;
}

/**
 * Keeps a promise under its key: where there is none, or in place of `replaced`, an expired or refused one. False where somebody
 * else was first; their promise is then the one to take over.
 */
export async function keepPromise(
  table: DynamoDBDocumentClient,
  hash: string,
  promised: Promised,
  replaced?: Promised,
): Promise<boolean> {
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: { ...keys.idempotency(hash), ...promised },
        ...(replaced
          ? {
              ConditionExpression: 'attribute_not_exists(pk) OR eventId = :replaced',
              ExpressionAttributeValues: { ':replaced': replaced.eventId },
            }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
