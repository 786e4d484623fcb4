/** Brings the engine's tables in line with the template's. */
import { isDeepStrictEqual } from 'node:util';
import { StartFailure } from '../failure.ts';
import type { KeyElement, Table } from '../template/model.ts';
import { type DynamoClient, DynamoError } from './client.ts';

interface Description {
  TableName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: IndexDescription[];
  StreamSpecification?: { StreamEnabled?: boolean; StreamViewType?: string };
  LatestStreamArn?: string;
}

interface IndexDescription {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  Projection: { ProjectionType: string; NonKeyAttributes?: string[] };
}

/** A table as it stands in the engine. */
export interface RunningTable {
  table: Table;
  /** The engine's own ARN of the table's stream, where it has one. */
  streamArn?: string;
}

/**
 * Creates what is missing. A table that stands there in another shape is not touched: it holds somebody's data, and the shapes are
 * told apart in a `StartFailure`.
 */
export async function ensureTable(client: DynamoClient, table: Table, dataDirectory: string): Promise<RunningTable> {
  let description = await describe(client, table.name);
  if (!description) {
    await client.call('CreateTable', definitionOf(table));
    description = await describe(client, table.name);
  }
  const differences = description ? differencesOf(table, description) : ['it could not be created'];
  differences.push(...(await ensureTimeToLive(client, table)));
  if (differences.length > 0) {
    throw new StartFailure(
      `table ${table.name} in ${dataDirectory} has another shape than the template:\n${differences.map((one) => `  ${one}`).join('\n')}\n` +
        'A local table is not migrated. Start with another DATA_DIR, or delete that one with all its data.',
    );
  }
  return { table, ...(description?.LatestStreamArn ? { streamArn: description.LatestStreamArn } : {}) };
}

/** Deletes a table with all its data. What does not exist is left so. */
export async function dropTable(client: DynamoClient, name: string): Promise<void> {
  if (await describe(client, name)) await client.call('DeleteTable', { TableName: name });
}

async function describe(client: DynamoClient, name: string): Promise<Description | undefined> {
  try {
    const answer = await client.call<{ Table: Description }>('DescribeTable', { TableName: name });
    return answer.Table;
  } catch (error) {
    if (error instanceof DynamoError && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Apart from the creation, which a crash may have cut off before it. Returns the difference if another attribute has it. */
async function ensureTimeToLive(client: DynamoClient, table: Table): Promise<string[]> {
  const answer = await client.call<{ TimeToLiveDescription?: { AttributeName?: string; TimeToLiveStatus?: string } }>(
    'DescribeTimeToLive',
    { TableName: table.name },
  );
  const { AttributeName: attribute, TimeToLiveStatus: status } = answer.TimeToLiveDescription ?? {};
  const current = status === 'ENABLED' || status === 'ENABLING' ? attribute : undefined;
  if (current === table.ttlAttribute) return [];
  if (current) return [`time to live: ${current} here, ${table.ttlAttribute ?? 'none'} in the template`];
  await client.call('UpdateTimeToLive', {
    TableName: table.name,
    TimeToLiveSpecification: { AttributeName: table.ttlAttribute, Enabled: true },
  });
  return [];
}

const schemaOf = (keys: KeyElement[]) => keys.map((key) => ({ AttributeName: key.attribute, KeyType: key.role }));

function definitionOf(table: Table) {
  const keys = [...table.keys, ...table.indexes.flatMap((index) => index.keys)];
  const types = new Map(keys.map((key) => [key.attribute, key.type]));
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: schemaOf(table.keys),
    ...(table.indexes.length > 0
      ? {
          GlobalSecondaryIndexes: table.indexes.map((index) => ({
            IndexName: index.name,
            KeySchema: schemaOf(index.keys),
            Projection: {
              ProjectionType: index.projection.type,
              ...(index.projection.type === 'INCLUDE' ? { NonKeyAttributes: index.projection.attributes } : {}),
            },
          })),
        }
      : {}),
    ...(table.stream ? { StreamSpecification: { StreamEnabled: true, StreamViewType: table.stream.viewType } } : {}),
  };
}

/** In words, one line each. */
function differencesOf(table: Table, found: Description): string[] {
  const wanted = definitionOf(table);
  const differences: string[] = [];
  const compare = (what: string, template: unknown, here: unknown): void => {
    if (!isDeepStrictEqual(template, here)) {
      differences.push(
        `${what}: ${JSON.stringify(here) ?? 'none'} here, ${JSON.stringify(template) ?? 'none'} in the template`,
      );
    }
  };
  const types = (definitions: { AttributeName: string; AttributeType: string }[]) =>
    Object.fromEntries(
      definitions.map((one) => [one.AttributeName, one.AttributeType]).sort(([a = ''], [b = '']) => a.localeCompare(b)),
    );
  compare('key', wanted.KeySchema, found.KeySchema);
  compare('key attribute types', types(wanted.AttributeDefinitions), types(found.AttributeDefinitions));
  compare('stream', table.stream?.viewType, found.StreamSpecification?.StreamViewType);
  const indexesOf = (indexes: IndexDescription[]) => new Map(indexes.map((index) => [index.IndexName, index]));
  const [here, there] = [indexesOf(found.GlobalSecondaryIndexes ?? []), indexesOf(wanted.GlobalSecondaryIndexes ?? [])];
  for (const name of new Set([...here.keys(), ...there.keys()])) {
    const comparable = (index: IndexDescription | undefined) =>
      index && {
        keys: index.KeySchema.map((key) => `${key.AttributeName} ${key.KeyType}`),
        projection: [index.Projection.ProjectionType, ...(index.Projection.NonKeyAttributes ?? []).toSorted()],
      };
    compare(`index ${name}`, comparable(there.get(name)), comparable(here.get(name)));
  }
  return differences;
}
