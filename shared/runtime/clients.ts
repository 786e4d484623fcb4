import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Every call is tried a bounded number of times: what is left is the queue's to deliver again. */
const retrying = { maxAttempts: 4 } as const;

export const openTable = (): DynamoDBDocumentClient => documentsOf(new DynamoDBClient(retrying));

/** A client that speaks of items as they are. */
export function documentsOf(client: DynamoDBClient): DynamoDBDocumentClient {
  // It goes through all of every answer, for a log that nobody keeps.
  client.middlewareStack.remove('loggerMiddleware');
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

export const openBus = (): EventBridgeClient => new EventBridgeClient(retrying);

export const openQueue = (): SQSClient => new SQSClient(retrying);

/** A bucket is a part of the path where the endpoint is one machine, which has no name for each bucket. */
export const openFiles = (): S3Client => {
  const { AWS_ENDPOINT_URL_S3: own, AWS_ENDPOINT_URL: common } = process.env;
  return new S3Client({ ...retrying, forcePathStyle: Boolean(own ?? common) });
};

export const openSecrets = (): SecretsManagerClient => new SecretsManagerClient(retrying);

export const openMail = (): SESv2Client => new SESv2Client(retrying);

export const openScheduler = (): SchedulerClient => new SchedulerClient(retrying);
