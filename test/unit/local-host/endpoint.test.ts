import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBus } from '#infra/local/bus/bus.ts';
import type { Bus } from '#infra/local/bus/types.ts';
import { dynamoClient } from '#infra/local/dynamodb/client.ts';
import { callersOf } from '#infra/local/endpoint/callers.ts';
import { dynamoGrants, writtenTables } from '#infra/local/endpoint/dynamodb-grants.ts';
import { type Endpoint, listenEndpoint } from '#infra/local/endpoint/server.ts';
import type { PolicyDocument } from '#infra/local/iam.ts';
import type { FunctionModel } from '#infra/local/template/model.ts';
import { eventsWire } from '#infra/local/wire/events.ts';
import { queuesWire } from '#infra/local/wire/queues.ts';
import { otherServices } from './support/endpoint.ts';

const region = 'eu-west-2';
const account = '000000000000';
const tables = `arn:aws:dynamodb:${region}:${account}:table/`;

describe('what a DynamoDB call needs to be granted', () => {
  const needs = (operation: string, input: object) =>
    dynamoGrants(operation, input, tables).map((grant) => `${grant.action} ${grant.resource.slice(tables.length)}`);

  it.each<[string, object, string[]]>([
    ['GetItem', { TableName: 'records' }, ['dynamodb:GetItem records']],
    ['Query', { TableName: 'records', IndexName: 'byOwner' }, ['dynamodb:Query records/index/byOwner']],
    ['Scan', { TableName: `${tables}records` }, ['dynamodb:Scan records']],
    ['BatchGetItem', { RequestItems: { a: {}, b: {} } }, ['dynamodb:BatchGetItem a', 'dynamodb:BatchGetItem b']],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'a' } },
          { ConditionCheck: { TableName: 'b' } },
          { Put: { TableName: 'a' } },
        ],
      },
      ['dynamodb:PutItem a', 'dynamodb:ConditionCheckItem b'],
    ],
    ['TransactGetItems', { TransactItems: [{ Get: { TableName: 'a' } }] }, ['dynamodb:GetItem a']],
  ])('%s %j', (operation, input, expected) => {
    expect(needs(operation, input)).toEqual(expected);
  });

  it('a write names the tables whose stream it wakes, a read none', () => {
    expect(writtenTables('PutItem', { TableName: 'a' })).toEqual(['a']);
    expect(writtenTables('BatchWriteItem', { RequestItems: { a: [], b: [] } })).toEqual(['a', 'b']);
    expect(
      writtenTables('TransactWriteItems', {
        TransactItems: [{ Put: { TableName: 'a' } }, { Delete: { TableName: 'a' } }],
      }),
    ).toEqual(['a']);
    expect(writtenTables('Query', { TableName: 'a' })).toEqual([]);
  });
});

describe('the endpoint, called by real SDK clients', () => {
  let endpoint: Endpoint;
  let bus: Bus;
  const written: string[] = [];
  const passedOn: { authorization: string; body: string }[] = [];
  /** Stands in for the engine: says yes and remembers. */
  const engine = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      passedOn.push({ authorization: request.headers.authorization ?? '', body });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
  });
  const allow = (Action: string[], Resource: string): PolicyDocument => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource }],
  });
  const all: Record<string, PolicyDocument> = {
    put: allow(['dynamodb:PutItem'], `${tables}records`),
    query: allow(['dynamodb:Query'], `${tables}records/index/*`),
    batch: allow(['dynamodb:BatchWriteItem'], `${tables}records`),
    events: allow(['events:PutEvents'], `arn:aws:events:${region}:${account}:event-bus/bus`),
    send: allow(['sqs:SendMessage'], `arn:aws:sqs:${region}:${account}:queue`),
  };
  const fn = (name: string, policies: PolicyDocument[]) =>
    ({ name, role: { name: `${name}Role`, arn: 'x', policies } }) as FunctionModel;
  const functions = [
    fn('full', Object.values(all)),
    ...Object.keys(all).map((left) =>
      fn(
        `without-${left}`,
        Object.entries(all).flatMap(([name, one]) => (name === left ? [] : [one])),
      ),
    ),
    fn('denied', [...Object.values(all), { Statement: [{ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }] }]),
  ];
  const callers = callersOf(functions, account, 'control-key');
  const as = (name: string) => ({
    region,
    endpoint: endpoint.origin,
    credentials: callers.credentialsOf(name),
    maxAttempts: 1,
  });

  beforeAll(async () => {
    endpoint = await listenEndpoint();
    await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
    bus = openBus({ file: join(mkdtempSync(join(tmpdir(), 'endpoint-')), 'bus.db'), accountId: account, region });
    bus.defineQueue({
      name: 'queue',
      arn: `arn:aws:sqs:${region}:${account}:queue`,
      url: `${endpoint.origin}/${account}/queue`,
      visibilityTimeoutSeconds: 30,
      retentionSeconds: 3600,
      delaySeconds: 0,
    });
    bus.defineBus({ name: 'bus', arn: `arn:aws:events:${region}:${account}:event-bus/bus` });
    endpoint.serve({
      account,
      region,
      callers,
      dynamo: dynamoClient(new URL(`http://127.0.0.1:${(engine.address() as AddressInfo).port}`), 'ENGINEKEY', region),
      events: eventsWire(bus),
      queues: queuesWire(bus),
      ...otherServices(),
      onWrite: (table) => written.push(table),
      control: async () => {},
      log: () => {},
    });
  });
  afterAll(async () => {
    await endpoint.close();
    engine.closeAllConnections();
    engine.close();
    bus.close();
  });

  const put = (name: string) =>
    new DynamoDBClient(as(name)).send(new PutItemCommand({ TableName: 'records', Item: { pk: { S: 'a' } } }));
  const calls: Record<string, (name: string) => Promise<unknown>> = {
    put,
    query: (name) =>
      new DynamoDBClient(as(name)).send(new QueryCommand({ TableName: 'records', IndexName: 'byOwner' })),
    batch: (name) => new DynamoDBClient(as(name)).send(new BatchWriteItemCommand({ RequestItems: { records: [] } })),
    events: (name) =>
      new EventBridgeClient(as(name)).send(
        new PutEventsCommand({ Entries: [{ EventBusName: 'bus', Source: 's', DetailType: 't', Detail: '{}' }] }),
      ),
    send: (name) =>
      new SQSClient(as(name)).send(
        new SendMessageCommand({ QueueUrl: `${endpoint.origin}/${account}/queue`, MessageBody: 'x' }),
      ),
  };

  it.each(Object.keys(all))('takes the call %s with its grant, and refuses it without', async (grant) => {
    await calls[grant]?.('full');
    const refused = calls[grant]?.(`without-${grant}`);
    await expect(refused).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringMatching(
        new RegExp(
          `^User: arn:aws:sts::${account}:assumed-role/without-${grant}Role/without-${grant} is not authorized to perform: `,
        ),
      ),
    });
  });

  it('refuses what is denied though it is allowed elsewhere, and says which it was', async () => {
    await expect(put('denied')).rejects.toThrow(/with an explicit deny in an identity-based policy/);
    await expect(calls.put?.('without-put')).rejects.toThrow(
      /because no identity-based policy allows the dynamodb:PutItem action/,
    );
  });

  it('refuses a transaction for the one item of it that is not granted', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: 'records', Item: { pk: { S: 'a' } } } },
        { Delete: { TableName: 'records', Key: { pk: { S: 'b' } } } },
      ],
    });
    await expect(new DynamoDBClient(as('full')).send(transaction)).rejects.toThrow(/dynamodb:DeleteItem/);
  });

  it('hands a call on unchanged, under the key of the engine, and tells of the write', async () => {
    passedOn.length = 0;
    written.length = 0;
    await put('full');
    expect(passedOn[0]?.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=ENGINEKEY\/\d+\/eu-west-2\/dynamodb\//);
    expect(JSON.parse(passedOn[0]?.body ?? '')).toEqual({ TableName: 'records', Item: { pk: { S: 'a' } } });
    expect(written).toEqual(['records']);
    await expect(
      new DynamoDBClient(as('full')).send(new GetItemCommand({ TableName: 'records', Key: {} })),
    ).rejects.toThrow(/dynamodb:GetItem/);
    expect(written).toEqual(['records']);
  });

  it('knows no caller with a key of its own making', async () => {
    const client = new DynamoDBClient({
      ...as('full'),
      credentials: { accessKeyId: 'AKIAMINE', secretAccessKey: 'x' },
    });
    await expect(client.send(new GetItemCommand({ TableName: 'records', Key: {} }))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it('says which service or operation it does not serve', async () => {
    await expect(new LambdaClient(as('full')).send(new ListFunctionsCommand())).rejects.toThrow(
      /lambda:.* is not served by the local host/,
    );
    await expect(
      new DynamoDBClient(as('full')).send(new ExecuteStatementCommand({ Statement: 'SELECT 1' })),
    ).rejects.toThrow(/dynamodb:ExecuteStatement is not served/);
  });
});
