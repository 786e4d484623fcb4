import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { startEngine } from '#infra/local/dynamodb/engine.ts';
import { type StreamClient, streamClient } from '#infra/local/sources/stream/records.ts';
import { TABLE } from '#shared/store/table.ts';
import { inMemory } from './in-memory.ts';

export interface RealTable {
  readonly client: DynamoDBDocumentClient;
  /** What the stream has told since the last call, as a function is told it. */
  readonly nextChanges: () => Promise<DynamoDBRecord[]>;
  readonly stop: () => Promise<void>;
}

const REGION = 'eu-west-2';

/** The product's table, without its indexes unless asked, on a DynamoDB Local of its own. Sets `TABLE_NAME`. */
export async function startRealTable(
  name: string,
  { withIndexes = false }: { readonly withIndexes?: boolean } = {},
): Promise<RealTable> {
  const dataDirectory = mkdtempSync(join(inMemory(), 'table-'));
  const engine = await startEngine({ dataDirectory, log: () => {} });
  const plain = engine.connect(REGION);
  const connection = {
    region: REGION,
    endpoint: plain.url.href,
    credentials: { accessKeyId: plain.accessKeyId, secretAccessKey: 'local' },
  };
  const dynamo = new DynamoDBClient(connection);
  const { TableDescription } = await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: attributes(withIndexes),
      KeySchema: [
        { AttributeName: TABLE.partitionKey.name, KeyType: 'HASH' },
        { AttributeName: TABLE.sortKey.name, KeyType: 'RANGE' },
      ],
      ...(withIndexes ? { GlobalSecondaryIndexes: indexes() } : {}),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  await dynamo.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: TABLE.ttlAttribute, Enabled: true },
    }),
  );
  process.env['TABLE_NAME'] = name;
  const arn = TableDescription?.LatestStreamArn as string;
  return {
    client: DynamoDBDocumentClient.from(dynamo, { marshallOptions: { removeUndefinedValues: true } }),
    nextChanges: followStream(streamClient(plain, arn, arn, REGION)),
    async stop() {
      dynamo.destroy();
      plain.close();
      await engine.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

function attributes(withIndexes: boolean) {
  const keys = [TABLE.partitionKey, TABLE.sortKey];
  if (withIndexes)
    for (const { partitionKey, sortKey } of Object.values(TABLE.indexes)) keys.push(...partitionKey, ...sortKey);
  return [...new Set(keys.map(({ name }) => name))].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S' as const,
  }));
}

const indexes = () =>
  Object.values(TABLE.indexes).map(({ name, partitionKey, sortKey, projection }) => ({
    IndexName: name,
    KeySchema: [
      ...partitionKey.map((key) => ({ AttributeName: key.name, KeyType: 'HASH' as const })),
      ...sortKey.map((key) => ({ AttributeName: key.name, KeyType: 'RANGE' as const })),
    ],
    Projection:
      projection === 'KEYS_ONLY'
        ? { ProjectionType: 'KEYS_ONLY' as const }
        : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...projection] },
  }));

function followStream(stream: StreamClient): () => Promise<DynamoDBRecord[]> {
  let iterator: string | undefined;
  return async () => {
    iterator ??= await stream.iterator((await stream.shards())[0]?.ShardId ?? '', undefined, 'TRIM_HORIZON');
    const found: DynamoDBRecord[] = [];
    for (;;) {
      const { records, next } = await stream.records(iterator ?? '', 1000);
      iterator = next;
      found.push(...(records as unknown as DynamoDBRecord[]));
      if (records.length === 0) return found;
    }
  };
}
