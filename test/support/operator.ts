import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';

export interface Operator {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly tableName: string;
  readonly busName: string;
}

/** AWS clients of the person who runs the server on this machine: they may do anything, as its control key lets them. */
export async function operatorOf(dataDir: string): Promise<Operator> {
  const { endpoint } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { endpoint: string };
  const key = (await readFile(join(dataDir, 'control-key'), 'utf8')).trim();
  const names = await fetch(`${endpoint}/_local/resources`, { headers: { authorization: `Bearer ${key}` } });
  const { tables, buses, region } = (await names.json()) as { tables: string[]; buses: string[]; region: string };
  const config = { endpoint, region, credentials: { accessKeyId: `operator-${key}`, secretAccessKey: key } };
  return {
    table: DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    bus: new EventBridgeClient(config),
    tableName: tables[0] as string,
    // Beside the account's own bus, on which AWS's services tell what they did.
    busName: buses.find((name) => name !== 'default') as string,
  };
}

/** Every item of the table. */
export async function scanAll({ table, tableName }: Operator): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.send(
      new ScanCommand({ TableName: tableName, ConsistentRead: true, ...(from ? { ExclusiveStartKey: from } : {}) }),
    );
    items.push(...((page.Items ?? []) as Record<string, unknown>[]));
    from = page.LastEvaluatedKey;
  } while (from);
  return items;
}
