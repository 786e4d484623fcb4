import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Every call is tried a bounded number of times: what is left is the queue's to deliver again. */
const retrying = { maxAttempts: 4 } as const;

export const openTable = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient(retrying), { marshallOptions: { removeUndefinedValues: true } });

export const openBus = (): EventBridgeClient => new EventBridgeClient(retrying);

export const openQueue = (): SQSClient => new SQSClient(retrying);
