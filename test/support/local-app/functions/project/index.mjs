// Counts the records of the stream, exactly once: the sum and the place in the shard are written together.
import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export const handler = async ({ Records, state, shardId }) => {
  for (const { dynamodb } of Records) {
    try {
      await client.send(
        new UpdateItemCommand({
          TableName: process.env.TABLE_NAME,
          Key: { pk: { S: 'total' }, sk: { S: `sum#${shardId}` } },
          UpdateExpression: 'SET seq = :seq ADD #total :count',
          ConditionExpression: 'attribute_not_exists(seq) OR seq < :seq',
          ExpressionAttributeNames: { '#total': 'total' },
          ExpressionAttributeValues: {
            ':seq': { S: dynamodb.SequenceNumber },
            ':count': dynamodb.NewImage?.count ?? { N: '0' },
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
  return { state: { seen: (state?.seen ?? 0) + Records.length }, batchItemFailures: [] };
};
