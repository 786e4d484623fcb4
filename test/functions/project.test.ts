import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeFigures, shardKey } from '#shared/reporting/head.ts';
import { rowIndex } from '#shared/reporting/heads.ts';
import { decodeSteps } from '#shared/reporting/step-packing.ts';
import type { HeadItem } from '#shared/store/aggregates.ts';
import { mockClient } from '#test/support/mock-client.ts';
import { play } from '#test/support/record-acts.ts';

process.env['TABLE_NAME'] = 'table';
process.env['AWS_REGION'] = 'eu-west-2';
// Else the logger writes past the console that tests can hear.
process.env['POWERTOOLS_DEV'] = 'true';
const dynamo = mockClient(DynamoDBDocumentClient);

const [logged, moved] = play([{ record: 0, verb: 'move', number: 5, hour: 24, seen: false }]);
const SHARD = 'shardId-00000001';

const told = (sequence: number, after: object, before?: object): DynamoDBRecord => ({
  eventName: before ? 'MODIFY' : 'INSERT',
  dynamodb: {
    SequenceNumber: String(sequence),
    Keys: marshall({ pk: (after as { pk: string }).pk, sk: 'record' }),
    NewImage: marshall(after),
    ...(before ? { OldImage: marshall(before) } : {}),
  } as NonNullable<DynamoDBRecord['dynamodb']>,
});

/** A function that has just been started: its memory is empty. */
async function start() {
  vi.resetModules();
  return (await import('#functions/stream/project.ts')).handler;
}

const putHeads = () =>
  dynamo
    .commandCalls(PutCommand)
    .map(({ args }) => args[0].input.Item as unknown as HeadItem & { pk: string; sk: string })
    .filter(({ sk }) => sk === 'head');

/** Writes to the list of records that are left out. */
const listed = () =>
  dynamo
    .commandCalls(BatchWriteCommand)
    .flatMap(({ args }) => Object.values(args[0].input.RequestItems ?? {}).flat())
    .map(({ PutRequest, DeleteRequest }) =>
      PutRequest ? ['put', PutRequest.Item?.['sk']] : ['delete', DeleteRequest?.Key?.['sk']],
    );

/** Of what a batch writes, heads alone are put under a condition. */
const HEAD = { ConditionExpression: 'attribute_not_exists(pk)' };

beforeEach(() => {
  dynamo.reset();
  dynamo.on(GetCommand).resolves({});
  dynamo.on(PutCommand).resolves({});
  dynamo.on(BatchWriteCommand).resolves({});
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

describe('the projector function', () => {
  it('adds a batch by one conditional write for each head that it touches', async () => {
    const handler = await start();
    const Records = [told(1, logged?.item ?? {}), told(2, moved?.item ?? {}, logged?.item)];
    expect(await handler({ Records, shardId: SHARD })).toEqual({ state: {}, batchItemFailures: [] });
    expect(
      putHeads()
        .map(({ pk }) => pk)
        .sort(),
    ).toEqual(['pipeline#1#completed-stays', 'pipeline#1#research-alliance']);
    const stage = moved?.after.path.at(-1)?.stage ?? '';
    const strand = putHeads().find(({ pk }) => pk.endsWith('research-alliance'));
    expect(decodeFigures(strand)[rowIndex('engagement', stage)]?.count).toBe(1);
    const conditions = dynamo
      .commandCalls(PutCommand)
      .filter(({ args }) => args[0].input.Item?.['sk'] === 'head')
      .map(({ args }) => args[0].input.ConditionExpression);
    expect(conditions).toEqual(['attribute_not_exists(pk)', 'attribute_not_exists(pk)']);
  });

  it('reads nothing for a batch when it wrote last', async () => {
    const handler = await start();
    await handler({ Records: [told(1, logged?.item ?? {})], shardId: SHARD });
    const reads = dynamo.commandCalls(GetCommand).length;
    await handler({ Records: [told(2, moved?.item ?? {}, logged?.item)], shardId: SHARD });
    // The head of completed stays is new to it, and the generation is looked at with it; the strand's head is not.
    expect(dynamo.commandCalls(GetCommand).length - reads).toBe(2);
    expect(dynamo.commandCalls(PutCommand).at(-1)?.args[0].input.ConditionExpression).toBeDefined();
  });

  it('lists a record that cannot be counted, counts all that came with it, and asks for no retry', async () => {
    const handler = await start();
    const poison = told(1, { ...logged?.item, pk: 'trd_1', strand: 'sales' });
    const batch = { Records: [poison, told(2, logged?.item ?? {})], shardId: SHARD };
    expect(await handler(batch)).toEqual({ state: {}, batchItemFailures: [] });
    expect(await handler(batch)).toEqual({ state: {}, batchItemFailures: [] });
    expect(putHeads()).toHaveLength(1);
    expect(listed()).toEqual([
      ['put', 'trd_1'],
      ['put', 'trd_1'],
    ]);
  });

  it('counts a record of year 1 as nothing, and takes it off the list once it can be counted', async () => {
    const handler = await start();
    const path = [{ stage: 'identified', at: '0001-01-01T00:00:00.000Z', by: logged?.event.eventId }];
    const old = { ...logged?.item, path };
    const { batchItemFailures } = await handler({ Records: [told(1, old)], shardId: SHARD });
    expect([batchItemFailures, putHeads(), listed()]).toEqual([[], [], [['put', logged?.after.id]]]);
    await handler({ Records: [told(2, moved?.item ?? {}, old)], shardId: SHARD });
    expect(listed()).toEqual([
      ['put', logged?.after.id],
      ['delete', logged?.after.id],
    ]);
    const counts = putHeads().map((head) => decodeFigures(head).reduce((sum, { count }) => sum + count, 0));
    expect(counts).toEqual([1, 1]);
  });

  it('names a change that cannot be read in the log by its ids alone', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const handler = await start();
    await handler({
      Records: [told(7, { ...logged?.item, pk: 'trd_1', strand: 'sales', title: 'Secret' })],
      shardId: SHARD,
    });
    const lines = log.mock.calls.flat().join('\n');
    expect(lines).toContain('trd_1');
    expect(lines).not.toContain('Secret');
    expect(lines).not.toContain('sales');
  });

  it('answers the last call of a window, which brings no records', async () => {
    const handler = await start();
    expect(await handler({ shardId: SHARD })).toEqual({ state: {}, batchItemFailures: [] });
    expect(await handler({ Records: [] })).toEqual({ state: {}, batchItemFailures: [] });
  });

  it('counts nothing without knowing the shard', async () => {
    const handler = await start();
    await expect(handler({ Records: [told(1, logged?.item ?? {})] })).rejects.toThrow('tumbling window');
    expect(putHeads()).toHaveLength(0);
  });

  it('reads the head again where another shard was quicker', async () => {
    dynamo
      .on(PutCommand, HEAD)
      .rejectsOnce(Object.assign(new Error(), { name: 'ConditionalCheckFailedException' }))
      .resolves({});
    const handler = await start();
    await handler({ Records: [told(1, logged?.item ?? {})], shardId: SHARD });
    expect(putHeads()).toHaveLength(2);
  });

  it('keeps the steps of a batch in one item of the journal before it writes any head', async () => {
    const handler = await start();
    const Records = [told(1, logged?.item ?? {}), told(2, moved?.item ?? {}, logged?.item)];
    await handler({ Records, shardId: SHARD });
    await handler({ Records, shardId: SHARD });
    const items = dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input.Item ?? {});
    const journal = items.filter(({ steps }) => steps !== undefined);
    expect(items.findIndex(({ steps }) => steps)).toBeLessThan(items.findIndex(({ sk }) => sk === 'head'));
    expect(new Set(journal.map(({ pk, sk }) => `${pk} ${sk}`)).size).toBe(1);
    expect(journal[0]?.['pk']).toBe(`journal#${logged?.event.recordedAt.slice(0, 10)}`);
    const steps = decodeSteps(journal[0]?.['steps'] as Uint8Array);
    expect(steps.map(({ version, eventId, verb }) => ({ version, eventId, verb }))).toEqual([
      { version: 1, eventId: logged?.event.eventId, verb: 'logged' },
      { version: 2, eventId: moved?.event.eventId, verb: 'moved' },
    ]);
    expect(steps[1]?.before).toEqual(steps[0]?.after);
  });

  it('says that a probe was counted once all that came before it is, and for no batch without one', async () => {
    const probe = (sequence: number, at: string): DynamoDBRecord => ({
      eventName: 'MODIFY',
      dynamodb: {
        SequenceNumber: String(sequence),
        Keys: marshall({ pk: 'probe#7', sk: 'probe' }),
        NewImage: marshall({ pk: 'probe#7', sk: 'probe', at }),
      } as NonNullable<DynamoDBRecord['dynamodb']>,
    });
    dynamo
      .on(PutCommand, HEAD)
      .rejectsOnce(Object.assign(new Error(), { name: 'ThrottlingException' }))
      .resolves({});
    const progress = () =>
      dynamo
        .commandCalls(PutCommand)
        .map(({ args }) => args[0].input.Item)
        .filter((item) => item?.['pk'] === 'progress');
    const handler = await start();
    const Records = [told(1, logged?.item ?? {}), probe(2, '2027-03-01T00:00:07.000Z')];
    await expect(handler({ Records, shardId: SHARD })).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(progress()).toEqual([]);
    await handler({ Records, shardId: SHARD });
    expect(progress()).toEqual([{ pk: 'progress', sk: shardKey(SHARD), at: '2027-03-01T00:00:07.000Z' }]);
    await handler({ Records: [told(3, moved?.item ?? {}, logged?.item)], shardId: SHARD });
    expect(progress()).toHaveLength(1);
  });

  it('gives the batch back where the table throttles, and counts it when it comes again', async () => {
    dynamo
      .on(PutCommand, HEAD)
      .rejectsOnce(Object.assign(new Error(), { name: 'ThrottlingException' }))
      .resolves({});
    const handler = await start();
    const batch = { Records: [told(1, logged?.item ?? {})], shardId: SHARD };
    await expect(handler(batch)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await handler(batch);
    const counts = putHeads().map((head) => decodeFigures(head).reduce((sum, { count }) => sum + count, 0));
    expect(counts).toEqual([1, 1]);
  });
});
