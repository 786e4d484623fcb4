import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ThrottledError } from '#infra/local/lambda/host.ts';
import { type Checkpoints, openCheckpoints } from '#infra/local/sources/stream/checkpoints.ts';
import {
  arrivalStamp,
  compareSequence,
  type Shard,
  type StreamClient,
  type StreamRecord,
} from '#infra/local/sources/stream/records.ts';
import { startTableStream, type TableStream } from '#infra/local/sources/stream.ts';
import type { StreamSource } from '#infra/local/template/model.ts';

interface StreamEvent {
  Records: StreamRecord[];
  window?: { start: string; end: string };
  state?: { sum?: number };
  shardId?: string;
  isFinalInvokeForWindow?: boolean;
}

/** A stream in memory: shards with numbered records, of which a test says when they end. */
function fakeStream() {
  const shards = new Map<string, { parent?: string; records: StreamRecord[]; closed: boolean }>();
  let sequence = 0;
  const client: StreamClient = {
    shards: async () =>
      [...shards].map(([ShardId, { parent }]): Shard => ({ ShardId, ...(parent ? { ParentShardId: parent } : {}) })),
    iterator: async (shardId, after, from) => {
      const latest = shards.get(shardId)?.records.at(-1)?.dynamodb.SequenceNumber;
      return `${shardId} ${after ?? (from === 'LATEST' ? (latest ?? '0') : '0')}`;
    },
    records: async (iterator, limit) => {
      const [shardId = '', after = '0'] = iterator.split(' ');
      const shard = shards.get(shardId);
      const records = (shard?.records ?? [])
        .filter((one) => compareSequence(one.dynamodb.SequenceNumber, after) > 0)
        .slice(0, limit);
      const last = records.at(-1)?.dynamodb.SequenceNumber ?? after;
      const more = !shard?.closed || compareSequence(shard.records.at(-1)?.dynamodb.SequenceNumber ?? '0', last) > 0;
      return { records: structuredClone(records), ...(more ? { next: `${shardId} ${last}` } : {}) };
    },
  };
  return {
    client,
    addShard: (id: string, parent?: string) =>
      shards.set(id, { records: [], closed: false, ...(parent ? { parent } : {}) }),
    close: (id: string) => Object.assign(shards.get(id) ?? {}, { closed: true }),
    write(shardId: string, ...keys: (string | { key: string; at: number })[]) {
      for (const one of keys) {
        const { key, at } = typeof one === 'string' ? { key: one, at: Date.now() } : one;
        sequence += 1;
        shards.get(shardId)?.records.push({
          eventID: key,
          eventName: 'INSERT',
          eventVersion: '1.1',
          eventSource: 'aws:dynamodb',
          awsRegion: 'eu-west-2',
          dynamodb: {
            ApproximateCreationDateTime: Math.floor(at / 1000),
            Keys: { pk: { S: key } },
            SequenceNumber: String(sequence).padStart(21, '0'),
            SizeBytes: 10,
            StreamViewType: 'KEYS_ONLY',
          },
        });
      }
    },
  };
}

const streams: TableStream[] = [];
afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.stop()));
});

const source = (changed: Partial<StreamSource> = {}): StreamSource => ({
  origin: { stack: 's', logicalId: 'Source', type: 'AWS::Lambda::EventSourceMapping', path: 'Source' },
  enabled: true,
  functionName: 'fn',
  sourceArn: 'arn:aws:dynamodb:eu-west-2:000000000000:table/t/stream/local',
  batchSize: 10,
  maximumBatchingWindowSeconds: 0,
  reportBatchItemFailures: false,
  filters: [],
  startingPosition: 'TRIM_HORIZON',
  maximumRetryAttempts: 1,
  maximumRecordAgeSeconds: -1,
  bisectBatchOnFunctionError: false,
  tumblingWindowSeconds: 0,
  parallelizationFactor: 1,
  onFailureArn: 'arn:aws:sqs:eu-west-2:000000000000:dead',
  ...changed,
});

const checkpointFile = () => join(mkdtempSync(join(tmpdir(), 'stream-')), 'streams.db');

interface Run {
  stream: TableStream;
  batches: string[][];
  events: StreamEvent[];
  parked: { DDBStreamBatchInfo: { batchSize: number }; requestContext: { condition: string } }[];
  settled(): Promise<void>;
}

const start = (
  client: StreamClient,
  changed: Partial<StreamSource>,
  handler: (event: StreamEvent) => unknown,
  checkpoints: Checkpoints = openCheckpoints(checkpointFile()),
): Run => {
  const run: Omit<Run, 'stream' | 'settled'> = { batches: [], events: [], parked: [] };
  const stream = startTableStream({
    client,
    checkpoints,
    consumers: [
      {
        source: source(changed),
        fn: { arn: 'arn:fn', label: 'Fn' },
        invoke: async (payload) => {
          const event = JSON.parse(payload) as StreamEvent;
          run.events.push(event);
          run.batches.push(event.Records.map((record) => record.eventID));
          return JSON.stringify((await handler(event)) ?? null);
        },
      },
    ],
    onFailure: async (_, body) => run.parked.push(JSON.parse(body)),
    log: () => {},
  });
  streams.push(stream);
  const settled = () => expect.poll(() => stream.caughtUp, { timeout: 8_000, interval: 5 }).toBe(true);
  return { ...run, stream, settled };
};

describe('batches', () => {
  it('come in order, at most as large as asked for', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'b', 'c', 'd', 'e');
    const { batches, settled } = start(client, { batchSize: 2 }, () => null);
    await settled();
    expect(batches).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('come at once when a write is told of', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    const { batches, stream, settled } = start(client, {}, () => null);
    await settled();
    write('one', 'a');
    const began = performance.now();
    stream.kick();
    await settled();
    expect(batches).toEqual([['a']]);
    expect(performance.now() - began).toBeLessThan(300);
  });

  it('wait for the batching window unless they are full', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'b', 'c');
    const began = performance.now();
    const { batches, settled } = start(client, { batchSize: 2, maximumBatchingWindowSeconds: 1 }, () => null);
    await settled();
    expect(batches).toEqual([['a', 'b'], ['c']]);
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  it('have only what a filter lets through', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'x', 'b');
    const filters = [{ dynamodb: { Keys: { pk: { S: ['a', 'b'] } } } }];
    const { batches, settled } = start(client, { filters }, () => null);
    await settled();
    expect(batches).toEqual([['a', 'b']]);
  });

  it('of a child shard come after all of its parent', async () => {
    const { client, addShard, write, close } = fakeStream();
    addShard('parent');
    addShard('child', 'parent');
    write('child', 'second');
    write('parent', 'first');
    const { batches, stream, settled } = start(client, {}, () => null);
    await settled();
    expect(batches).toEqual([['first']]);
    close('parent');
    stream.kick();
    await expect.poll(() => batches, { timeout: 5_000 }).toEqual([['first'], ['second']]);
  });
});

describe('a failing batch', () => {
  it('is tried again as a whole and then given up, telling the queue', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'bad', 'c');
    const { batches, parked, settled } = start(client, {}, ({ Records }) => {
      if (Records.some((record) => record.eventID === 'bad')) throw new Error('no');
    });
    await settled();
    expect(batches).toEqual([
      ['a', 'bad', 'c'],
      ['a', 'bad', 'c'],
    ]);
    expect(parked).toMatchObject([
      {
        requestContext: {
          functionArn: 'arn:fn:$LATEST',
          condition: 'RetryAttemptsExhausted',
          approximateInvokeCount: 2,
        },
        version: '1.0',
        DDBStreamBatchInfo: {
          shardId: 'one',
          startSequenceNumber: '000000000000000000001',
          endSequenceNumber: '000000000000000000003',
          batchSize: 3,
          streamArn: source().sourceArn,
        },
      },
    ]);
  });

  it('is split until the bad record stands alone', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'b', 'bad', 'd');
    const taken: string[] = [];
    const { parked, settled } = start(client, { bisectBatchOnFunctionError: true }, ({ Records }) => {
      if (Records.some((record) => record.eventID === 'bad')) throw new Error('no');
      taken.push(...Records.map((record) => record.eventID));
    });
    await settled();
    expect(taken).toEqual(['a', 'b', 'd']);
    expect(parked).toMatchObject([
      { DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: '000000000000000000003' } },
    ]);
  });

  it('goes on from the record that the function says it failed at', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a', 'b', 'c', 'd');
    let failures = 1;
    const { batches, parked, settled } = start(client, { reportBatchItemFailures: true }, ({ Records }) => {
      const failed = Records.filter((record) => ['c', 'd'].includes(record.eventID) && failures-- > 0);
      return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.dynamodb.SequenceNumber })) };
    });
    await settled();
    expect(batches).toEqual([
      ['a', 'b', 'c', 'd'],
      ['c', 'd'],
    ]);
    expect(parked).toEqual([]);
  });

  it('is given up where its records are too old', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', { key: 'old', at: Date.now() - 100_000 }, 'new');
    const { batches, parked, settled } = start(client, { maximumRecordAgeSeconds: 60 }, () => null);
    await settled();
    expect(batches).toEqual([['new']]);
    expect(parked).toMatchObject([
      { requestContext: { condition: 'RecordAgeExceeded' }, DDBStreamBatchInfo: { batchSize: 1 } },
    ]);
  });

  it('that was throttled does not use up its retries', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', 'a');
    let throttles = 2;
    const { parked, batches, settled } = start(client, { maximumRetryAttempts: 0 }, () => {
      if (throttles-- > 0) throw new ThrottledError('Rate Exceeded.');
    });
    await settled();
    expect(batches).toHaveLength(3);
    expect(parked).toEqual([]);
  });
});

describe('a tumbling window', () => {
  const sum = ({ Records, state, isFinalInvokeForWindow }: StreamEvent) =>
    isFinalInvokeForWindow ? { state } : { state: { sum: (state?.sum ?? 0) + Records.length } };
  const minute = 60_000;
  const at = (key: string, minutes: number) => ({
    key,
    at: Math.floor(Date.now() / minute) * minute - (10 - minutes) * minute,
  });

  it('hands the state from batch to batch, and ends each window that had records', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', at('a', 1), at('b', 1), at('c', 1), at('d', 3));
    const { events, settled } = start(client, { batchSize: 2, tumblingWindowSeconds: 60 }, sum);
    await settled();
    await expect.poll(() => events.length).toBe(5);
    const [first] = events;
    expect(
      events.map(({ Records, state, isFinalInvokeForWindow }) => [Records.length, state, isFinalInvokeForWindow]),
    ).toEqual([
      [2, {}, false],
      [1, { sum: 2 }, false],
      [0, { sum: 3 }, true],
      [1, {}, false],
      [0, { sum: 1 }, true],
    ]);
    expect(first).toMatchObject({
      shardId: 'one',
      eventSourceARN: source().sourceArn,
      isWindowTerminatedEarly: false,
      window: { start: expect.stringMatching(/:00\.000Z$/), end: expect.stringMatching(/:00\.000Z$/) },
    });
    expect(Date.parse(first?.window?.end ?? '') - Date.parse(first?.window?.start ?? '')).toBe(minute);
  });

  it('needs the state in every answer', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    write('one', at('a', 9));
    const { parked, settled } = start(client, { tumblingWindowSeconds: 60, maximumRetryAttempts: 0 }, () => ({}));
    await settled();
    expect(parked).toHaveLength(1);
  });

  it('keeps its state over a restart', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    const file = checkpointFile();
    write('one', 'a', 'b');
    const before = start(client, { tumblingWindowSeconds: 3600 }, sum, openCheckpoints(file));
    await before.settled();
    await before.stream.stop();
    write('one', 'c');
    const after = start(client, { tumblingWindowSeconds: 3600 }, sum, openCheckpoints(file));
    await after.settled();
    expect(after.events).toMatchObject([{ Records: [{ eventID: 'c' }], state: { sum: 2 } }]);
  });
});

describe('checkpoints', () => {
  it('a source goes on where it was, and from the beginning only the first time', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    const file = checkpointFile();
    write('one', 'a', 'b');
    const before = start(client, {}, () => null, openCheckpoints(file));
    await before.settled();
    await before.stream.stop();
    write('one', 'c');
    const after = start(client, {}, () => null, openCheckpoints(file));
    await after.settled();
    expect(after.batches).toEqual([['c']]);
  });

  it('after an unclean stop a source goes back to where it was 15 seconds before', () => {
    let now = 1_000_000;
    const checkpoints = openCheckpoints(checkpointFile(), () => now);
    for (const sequence of ['1', '2', '3', '4']) {
      checkpoints.save('source', 'shard', { sequence, finished: false });
      now += 10_000;
    }
    checkpoints.rewind(15, now);
    expect(checkpoints.load('source', 'shard')?.sequence).toBe('3');
    checkpoints.rewind(15, undefined);
    expect(checkpoints.load('source', 'shard')?.sequence).toBe('1');
    checkpoints.rewind(15, undefined);
    expect(checkpoints.load('source', 'shard')).toBeUndefined();
  });

  it('keep no more than a few minutes of steps', () => {
    let now = 0;
    const file = checkpointFile();
    const checkpoints = openCheckpoints(file, () => now);
    for (let step = 0; step < 1000; step += 1) {
      checkpoints.save('source', 'shard', { sequence: String(step), finished: false });
      now += 1000;
    }
    checkpoints.rewind(200, now);
    expect(checkpoints.load('source', 'shard')).toBeUndefined();
    checkpoints.close();
  });

  it('whose record the engine has trimmed go on with the oldest that there is', async () => {
    const { client, addShard, write } = fakeStream();
    addShard('one');
    const file = checkpointFile();
    openCheckpoints(file).save('s/Source', 'one', { sequence: '1', finished: false });
    write('one', 'done', 'a');
    const iterator = client.iterator;
    client.iterator = async (shardId, after, from) => {
      if (after === '1')
        throw new (await import('#infra/local/dynamodb/client.ts')).DynamoError(
          'TrimmedDataAccessException',
          'gone',
          400,
        );
      return await iterator(shardId, after, from);
    };
    const { batches, settled } = start(client, {}, () => null, openCheckpoints(file));
    await settled();
    expect(batches).toEqual([['a']]);
  });
});

describe('parts', () => {
  it.each([
    ['000000000000000000009', '000000000000000000010', -1],
    ['9', '10', -1],
    ['000000000000000000010', '10', 0],
    ['100000000003498069978', '99999', 1],
  ])('sequence number %s against %s', (a, b, expected) => {
    expect(Math.sign(compareSequence(a, b))).toBe(expected);
  });

  it('a record that tells only its minute gets the second of its reading, within that minute', () => {
    const stamp = arrivalStamp(() => 1_700_000_075_500);
    const minute = 1_700_000_040;
    expect(stamp(minute)).toBe(1_700_000_075);
    expect(stamp(minute - 600)).toBe(minute - 600 + 59);
    expect(stamp(minute + 7)).toBe(minute + 7);
  });
});
