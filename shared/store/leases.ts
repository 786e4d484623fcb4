import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';

/**
 * Takes the lease of something that only one may change at a time: until `until`, or until it is given back. False where somebody
 * else has it. `now` and `until` in milliseconds since 1970.
 */
export async function takeLease(
  table: DynamoDBDocumentClient,
  lease: { readonly of: string; readonly holder: string; readonly now: number; readonly until: number },
): Promise<boolean> {
  const { of, holder, now, until } = lease;
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: { ...keys.lease(of), holder, until, expiresAt: Math.ceil(until / 1_000) },
        ConditionExpression: 'attribute_not_exists(pk) OR #until < :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': now },
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** Gives a lease back, unless it ran out and is somebody else's by now. */
export async function giveBackLease(table: DynamoDBDocumentClient, of: string, holder: string): Promise<void> {
  try {
    await table.send(
      new DeleteCommand({
        TableName: environment('tableName'),
        Key: keys.lease(of),
        ConditionExpression: 'holder = :holder',
        ExpressionAttributeValues: { ':holder': holder },
      }),
    );
  } catch (error) {
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
}
