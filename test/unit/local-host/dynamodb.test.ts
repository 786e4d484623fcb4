import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoClient } from '#infra/local/dynamodb/client.ts';
import { type Engine, startEngine } from '#infra/local/dynamodb/engine.ts';
import { findJava, parseJavaVersion } from '#infra/local/dynamodb/java.ts';
import { endOrphan, writePidFile } from '#infra/local/dynamodb/orphan.ts';
import { ensureTable } from '#infra/local/dynamodb/tables.ts';
import type { Table } from '#infra/local/template/model.ts';

const dataDirectory = mkdtempSync(join(tmpdir(), 'engine-'));
const log = () => {};
let engine: Engine;
let client: DynamoClient;

beforeAll(async () => {
  engine = await startEngine({ dataDirectory, log });
  client = engine.connect('eu-west-2');
});
afterAll(async () => {
  client.close();
  await engine.stop();
});

const table: Table = {
  origin: { stack: 's', logicalId: 'Table', type: 'AWS::DynamoDB::GlobalTable', path: 'Table' },
  name: 'records',
  arn: 'arn:aws:dynamodb:eu-west-2:000000000000:table/records',
  keys: [
    { attribute: 'pk', type: 'S', role: 'HASH' },
    { attribute: 'sk', type: 'S', role: 'RANGE' },
  ],
  indexes: [
    {
      name: 'byOwner',
      keys: [
        { attribute: 'owner', type: 'S', role: 'HASH' },
        { attribute: 'kind', type: 'S', role: 'HASH' },
        { attribute: 'updatedAt', type: 'S', role: 'RANGE' },
      ],
      projection: { type: 'INCLUDE', attributes: ['title'] },
    },
  ],
  stream: { arn: 'arn', viewType: 'NEW_AND_OLD_IMAGES' },
  ttlAttribute: 'expiresAt',
};

describe('tables', () => {
  it('are made as the template has them, and found again on the next start', async () => {
    const made = await ensureTable(client, table, dataDirectory);
    expect(made.streamArn).toContain('/records/stream/');
    const { TimeToLiveDescription: ttl } = await client.call<{ TimeToLiveDescription: object }>('DescribeTimeToLive', {
      TableName: 'records',
    });
    expect(ttl).toMatchObject({ AttributeName: 'expiresAt', TimeToLiveStatus: 'ENABLED' });
    expect((await ensureTable(client, table, dataDirectory)).streamArn).toBe(made.streamArn);
  });

  it('answer queries on indexes with keys of several attributes', async () => {
    const text = (values: Record<string, string>) =>
      Object.fromEntries(Object.entries(values).map(([name, S]) => [name, { S }]));
    await client.call('PutItem', {
      TableName: 'records',
      Item: text({ pk: 'a', sk: 'record', owner: 'li', kind: 'trade-deal', updatedAt: '2026', title: 'T', other: 'x' }),
    });
    const { Items: items } = await client.call('Query', {
      TableName: 'records',
      IndexName: 'byOwner',
      KeyConditionExpression: '#owner = :o AND kind = :k',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: text({ ':o': 'li', ':k': 'trade-deal' }),
    });
    expect(items).toEqual([
      text({ pk: 'a', sk: 'record', owner: 'li', kind: 'trade-deal', updatedAt: '2026', title: 'T' }),
    ]);
  });

  it.each<[string, Partial<Table>, RegExp]>([
    [
      'another key',
      { keys: [{ attribute: 'id', type: 'S', role: 'HASH' }] },
      /key: .*pk.* here, .*id.* in the template/,
    ],
    [
      'a new index',
      { indexes: [...table.indexes, { ...table.indexes[0], name: 'byKind' } as never] },
      /index byKind: none here/,
    ],
    [
      'another projection',
      { indexes: [{ ...table.indexes[0], projection: { type: 'ALL', attributes: [] } } as never] },
      /index byOwner: .*INCLUDE.*ALL/,
    ],
    [
      'another stream',
      { stream: { arn: 'arn', viewType: 'NEW_IMAGE' } },
      /stream: "NEW_AND_OLD_IMAGES" here, "NEW_IMAGE" in the template/,
    ],
    ['another time to live', { ttlAttribute: 'gone' }, /time to live: expiresAt here, gone in the template/],
  ])('that changed to %s are left alone, and the difference is told', async (_, changed, message) => {
    const attempt = ensureTable(client, { ...table, ...changed }, dataDirectory);
    await expect(attempt).rejects.toThrow(message);
    await expect(attempt).rejects.toThrow(/DATA_DIR/);
  });
});

describe('the engine', () => {
  it('keeps its data under a key that only the owner of the directory can read', () => {
    const file = join(dataDirectory, 'dynamodb', 'access-key');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(existsSync(join(dataDirectory, 'dynamodb', `${readFileSync(file, 'utf8').trim()}_eu-west-2.db`))).toBe(true);
  });

  it('is replaced by the endpoint that LOCAL_DYNAMODB_URL names', async () => {
    const environment = { LOCAL_DYNAMODB_URL: client.url.href };
    const other = await startEngine({ dataDirectory: mkdtempSync(join(tmpdir(), 'other-')), log, environment });
    expect(other.pid).toBeUndefined();
    const { TableNames: names } = await other.connect('eu-west-2').call('ListTables', {});
    expect(names).toEqual([]);
    await other.stop();
  });

  it.each(['not a url', 'http://127.0.0.1:9'])('says when nothing is at LOCAL_DYNAMODB_URL %s', async (url) => {
    const attempt = startEngine({
      dataDirectory: mkdtempSync(join(tmpdir(), 'none-')),
      log,
      environment: { LOCAL_DYNAMODB_URL: url },
      patienceMillis: 200,
    });
    await expect(attempt).rejects.toThrow(/LOCAL_DYNAMODB_URL/);
  });
});

describe('an engine of an earlier run', () => {
  it('is not taken for ours when its process id now belongs to something else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'orphan-'));
    const pidFile = join(directory, 'java.pid');
    writePidFile(pidFile, process.pid);
    expect(await endOrphan(pidFile, '/some/DynamoDBLocal.jar', directory)).toBeUndefined();
    expect(existsSync(pidFile)).toBe(false);
  });

  it('is ended when it still runs on our data', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'orphan-'));
    const left = await startEngine({ dataDirectory: directory, log });
    const said: string[] = [];
    const next = await startEngine({ dataDirectory: directory, log: (_, message) => said.push(message) });
    expect(said).toEqual([expect.stringContaining(`earlier run (process ${left.pid})`)]);
    await next.stop();
  });
});

describe('Java', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_202"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['something else', undefined],
  ])('%s is version %s', (output, version) => {
    expect(parseJavaVersion(output)).toBe(version);
  });

  it('that is too old is named, with what to install', async () => {
    const home = mkdtempSync(join(tmpdir(), 'java-'));
    mkdirSync(join(home, 'bin'));
    writeFileSync(join(home, 'bin', 'java'), '#!/bin/sh\necho \'openjdk version "11.0.2"\' >&2\n', { mode: 0o755 });
    await expect(findJava({ JAVA_HOME: home, PATH: home })).rejects.toThrow(
      /needs Java 17 or later: .*bin\/java is version 11\.\n.*apt install openjdk-17/,
    );
  });
});
