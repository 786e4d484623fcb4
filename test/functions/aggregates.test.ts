import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { openAggregates } from '#shared/store/aggregates.ts';
import { mockClient } from '#test/support/mock-client.ts';

process.env['TABLE_NAME'] = 'table';
const dynamo = mockClient(DynamoDBDocumentClient);
const aggregates = openAggregates(DynamoDBDocumentClient.from(new DynamoDBClient({ region: 'eu-west-2' })));
const failure = (name: string) => Object.assign(new Error(name), { name });
const remove = (sk: string) => ({ DeleteRequest: { Key: { pk: 'pipeline#1#capacity-building', sk } } });

beforeEach(() => dynamo.reset());

describe('the store of the aggregates', () => {
  it('tells a head that has moved on from a table that throttles', async () => {
    dynamo
      .on(PutCommand)
      .rejectsOnce(failure('ConditionalCheckFailedException'))
      .rejects(failure('ThrottlingException'));
    expect(await aggregates.putHead(1, 'capacity-building', {}, 4)).toBe(false);
    await expect(aggregates.putHead(1, 'capacity-building', {}, 4)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(dynamo.commandCalls(PutCommand)[0]?.args[0].input).toMatchObject({
      Item: { pk: 'pipeline#1#capacity-building', sk: 'head', v: 5 },
      ConditionExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': 4 },
    });
  });

  it('deletes again what the table left unprocessed, and that alone', async () => {
    const left = remove('histogram#S#ip-lead');
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { table: [left] } })
      .resolves({});
    await aggregates.deleteSnapshot(1, 'capacity-building', 'S', ['engagement', 'ip-lead']);
    const asked = dynamo.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.['table']);
    expect(asked).toEqual([[remove('histogram#S#engagement'), left], [left]]);
  });

  it('says so where the table leaves deletions unprocessed again and again', async () => {
    dynamo.on(BatchWriteCommand).callsFake(({ RequestItems }) => ({ UnprocessedItems: RequestItems }));
    await expect(aggregates.deleteSnapshot(1, 'capacity-building', 'S', ['engagement'])).rejects.toThrow('unprocessed');
  });

  it('starts with the first generation, and refuses a part of what was seen ahead that is not there', async () => {
    dynamo.on(GetCommand).resolves({});
    expect(await aggregates.generation()).toEqual({ v: 0, current: 1, highest: 1 });
    await expect(aggregates.ahead(2, 1)).rejects.toThrow('missing');
  });
});
