import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startEngine } from '#infra/local/dynamodb/engine.ts';
import { documentsOf } from '#shared/runtime/clients.ts';
import { type IndexDefinition, type KeyPart, TABLE } from '#shared/store/table.ts';
import type { Medium } from './place.ts';

/** A DynamoDB Local that the product and what it is measured against share. */
export interface SharedEngine {
  readonly url: string;
  /** A client that signs with that access key; the engine keeps a file of its own for each. */
  connect(accessKeyId: string): DynamoDBClient;
  stop(): Promise<void>;
}

export const REGION = 'eu-west-2';

export async function startSharedEngine(directory: string, medium: Medium): Promise<SharedEngine> {
  const engine = await startEngine({
    dataDirectory: directory,
    log: () => {},
    environment: { ...process.env, LOCAL_DYNAMODB_URL: '', LOCAL_DYNAMODB_IN_MEMORY: medium === 'memory' ? '1' : '' },
  });
  const plain = engine.connect(REGION);
  const url = plain.url.href;
  plain.close();
  const clients: DynamoDBClient[] = [];
  return {
    url,
    connect(accessKeyId) {
      const credentials = { accessKeyId, secretAccessKey: 'local' };
      const client = new DynamoDBClient({ region: REGION, endpoint: url, credentials });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.destroy();
      await engine.stop();
    },
  };
}

/** As the functions do it. */
export const documents: (client: DynamoDBClient) => DynamoDBDocumentClient = documentsOf;

/** The access key under which a server keeps its tables. */
export const accessKeyOf = (dataDirectory: string): string =>
  readFileSync(join(dataDirectory, 'dynamodb', 'access-key'), 'utf8').trim();

/** The product's table: its keys, indexes and, unless it is not wanted, its stream. Answers the stream's ARN. */
export async function createTable(client: DynamoDBClient, name: string, { stream = true } = {}): Promise<string> {
  const { partitionKey, sortKey } = TABLE;
  const indexes = Object.values<IndexDefinition>(TABLE.indexes);
  const keys = [partitionKey, sortKey, ...indexes.flatMap((index) => [...index.partitionKey, ...index.sortKey])];
  const schema = (partition: readonly KeyPart[], sort: readonly KeyPart[]) => [
    ...partition.map((key) => ({ AttributeName: key.name, KeyType: 'HASH' as const })),
    ...sort.map((key) => ({ AttributeName: key.name, KeyType: 'RANGE' as const })),
  ];
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...new Map(keys.map((key) => [key.name, key])).values()].map(({ name: key, type }) => ({
        AttributeName: key,
        AttributeType: type === 'number' ? 'N' : 'S',
      })),
      KeySchema: schema([partitionKey], [sortKey]),
      GlobalSecondaryIndexes: indexes.map((index) => ({
        IndexName: index.name,
        KeySchema: schema(index.partitionKey, index.sortKey),
        Projection:
          index.projection === 'KEYS_ONLY'
            ? { ProjectionType: 'KEYS_ONLY' as const }
            : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.projection] },
      })),
      ...(stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } } : {}),
    }),
  );
  return TableDescription?.LatestStreamArn as string;
}

/** An empty table of the same shape as another: keys, indexes, stream. */
export async function copyTable(from: DynamoDBClient, table: string, to: DynamoDBClient, name: string): Promise<void> {
  const { Table } = await from.send(new DescribeTableCommand({ TableName: table }));
  await to.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map(({ IndexName, KeySchema, Projection }) => ({
        IndexName,
        KeySchema,
        Projection,
      })),
      StreamSpecification: Table?.StreamSpecification,
    }),
  );
}
