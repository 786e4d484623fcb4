// Stores the event of each message; a message that says so fails.
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const client = new DynamoDBClient({});

export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const record of Records) {
    const { detail } = JSON.parse(record.body);
    if (detail.fail) batchItemFailures.push({ itemIdentifier: record.messageId });
    else {
      const item = { pk: { S: detail.id }, sk: { S: 'record' }, count: { N: String(detail.count ?? 1) } };
      await client.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: item }));
    }
  }
  return { batchItemFailures };
};
