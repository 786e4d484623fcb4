import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Bus } from '#infra/local/bus/types.ts';
import { type QueueSourceOptions, type SqsEvent, startQueueSource } from '#infra/local/sources/queue.ts';
import { accountId, arnOf, entry, heldClock, region, usualBus } from './support/bus.ts';

const work = arnOf('work');

function source(bus: Bus, invoke: QueueSourceOptions['invoke'], more: Partial<QueueSourceOptions> = {}) {
  const started = startQueueSource({
    bus,
    queueArn: work,
    batchSize: 10,
    maxBatchingWindowSeconds: 0,
    invoke,
    functionName: 'record',
    region,
    log: () => {},
    ...more,
  });
  onTestFinished(() => started.stop());
  return started;
}

const bodies = (event: SqsEvent) => event.Records.map((record) => record.body);
const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('the queue event source', () => {
  it('invokes with the event that Lambda gives, and deletes what succeeded', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'h€llo', { attributes: { kind: { DataType: 'String', StringValue: 'x' } } });
    const events: SqsEvent[] = [];
    source(bus, async (event) => events.push(event));
    await vi.waitFor(() => expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 0 }));
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.any(String),
            body: 'h€llo',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(held.clock()),
              SenderId: accountId,
              ApproximateFirstReceiveTimestamp: String(held.clock()),
            },
            messageAttributes: { kind: { dataType: 'String', stringValue: 'x' } },
            md5OfBody: '45dc3a3c973eff2c0efa37878f829394',
            eventSource: 'aws:sqs',
            eventSourceARN: work,
            awsRegion: region,
          },
        ],
      },
    ]);
  });

  it('hears of an event on the bus at once, without polling', async () => {
    const bus = usualBus();
    const invoke = vi.fn(async () => {});
    source(bus, invoke);
    const started = performance.now();
    await bus.putEvents([entry({ n: 1 })]);
    expect(invoke).toHaveBeenCalledTimes(1);
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('has a failed batch back when the visibility timeout ends, then in the dead-letter queue', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    const invoke = vi.fn(async () => {
      throw new Error('broken');
    });
    source(bus, invoke);
    await bus.send(work, 'poison');
    await settle();
    held.advance(29);
    await settle();
    expect(invoke).toHaveBeenCalledTimes(1);
    held.advance(1);
    await settle();
    expect(invoke).toHaveBeenCalledTimes(2);
    held.advance(30);
    await settle();
    held.advance(30);
    await settle();
    expect(invoke).toHaveBeenCalledTimes(3);
    expect(bus.peek(arnOf('dead'), 10)).toMatchObject([{ body: 'poison', deadLetterSourceArn: work }]);
  });

  it('deletes all but what the function reports as failed', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    for (const body of ['a', 'b', 'c']) await bus.send(work, body);
    const seen: string[][] = [];
    const functionResponseTypes = ['ReportBatchItemFailures'];
    source(
      bus,
      async (event) => {
        seen.push(bodies(event));
        const failed = event.Records.filter((record) => record.body === 'b' && seen.length === 1);
        return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
      },
      { functionResponseTypes },
    );
    await settle();
    expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 1 });
    held.advance(30);
    await settle();
    expect(seen).toEqual([['a', 'b', 'c'], ['b']]);
    expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it.each<[string, unknown, number]>([
    ['nothing', undefined, 0],
    ['an empty list', { batchItemFailures: [] }, 0],
    ['a list of null', { batchItemFailures: null }, 0],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, 2],
    ['an identifier of no message', { batchItemFailures: [{ itemIdentifier: 'x' }] }, 2],
    ['no list', { batchItemFailures: 'all' }, 2],
    ['a list of null items', { batchItemFailures: [null] }, 2],
  ])('takes an answer of %s as AWS does', async (_, answer, failed) => {
    const bus = usualBus();
    await bus.send(work, 'a');
    await bus.send(work, 'b');
    source(bus, async () => answer, { functionResponseTypes: ['ReportBatchItemFailures'] });
    await settle();
    expect(bus.depth(work).inFlight).toBe(failed);
  });

  it('ignores the answer where failures are not to be reported', async () => {
    const bus = usualBus();
    await bus.send(work, 'a');
    source(bus, async (event) => ({ batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }] }));
    await settle();
    expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('has as many batches in flight as is allowed, and no message in two', async () => {
    const bus = usualBus();
    await Promise.all(Array.from({ length: 100 }, (_, n) => bus.send(work, String(n))));
    let inFlight = 0;
    let most = 0;
    const seen: string[] = [];
    const invoke = async (event: SqsEvent) => {
      most = Math.max(most, ++inFlight);
      seen.push(...bodies(event));
      expect(event.Records.length).toBeLessThanOrEqual(10);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inFlight--;
    };
    source(bus, invoke, { maxConcurrency: 3 });
    await vi.waitFor(() => expect(seen).toHaveLength(100));
    expect(new Set(seen).size).toBe(100);
    expect(most).toBe(3);
  });

  it('gathers a batch within its window, and sends a full one at once', async () => {
    const bus = usualBus();
    const batches: string[][] = [];
    source(bus, async (event) => batches.push(bodies(event)), { batchSize: 3, maxBatchingWindowSeconds: 0.15 });
    for (const body of ['a', 'b', 'c', 'd']) await bus.send(work, body);
    expect(batches).toEqual([['a', 'b', 'c']]);
    await bus.send(work, 'e');
    await settle();
    expect(batches).toHaveLength(1);
    await vi.waitFor(() =>
      expect(batches).toEqual([
        ['a', 'b', 'c'],
        ['d', 'e'],
      ]),
    );
  });

  it('deletes what no filter lets pass, without invoking', async () => {
    const bus = usualBus();
    const seen: string[] = [];
    const filterCriteria = { Filters: [{ Pattern: '{"body":{"kind":["wanted"]}}' }, { Pattern: { body: ['plain'] } }] };
    source(bus, async (event) => seen.push(...bodies(event)), { filterCriteria, maxConcurrency: 1 });
    for (let n = 0; n < 30; n++) await bus.send(work, '{"kind":"other"}');
    await bus.send(work, '{"kind":"wanted"}');
    await bus.send(work, 'plain');
    await bus.send(work, 'other text');
    await settle();
    expect(seen).toEqual(['{"kind":"wanted"}', 'plain']);
    expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 0 });
  });

  it('refuses at start what it cannot honour', () => {
    const bus = usualBus();
    const invoke = async () => {};
    const filterCriteria = { Filters: [{ Pattern: '{"body":[{"soundex":"x"}]}' }] };
    expect(() => source(bus, invoke, { filterCriteria })).toThrow('unknown operator "soundex"');
    expect(() => source(bus, invoke, { functionResponseTypes: ['Other'] })).toThrow('Other is not known');
    expect(() => source(bus, invoke, { queueArn: arnOf('none') })).toThrow('does not exist');
  });

  it('stops after what is in flight, and gives back what it gathered', async () => {
    const bus = usualBus();
    let finish = () => {};
    const invoke = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = source(bus, invoke, { batchSize: 2, maxBatchingWindowSeconds: 60 });
    for (const body of ['a', 'b', 'c']) await bus.send(work, body);
    expect(bus.depth(work).inFlight).toBe(3);
    let stopped = false;
    const stopping = first.stop().then(() => (stopped = true));
    await settle();
    expect([stopped, bus.depth(work).visible]).toEqual([false, 1]);
    finish();
    await stopping;
    expect(bus.depth(work)).toMatchObject({ visible: 1, inFlight: 0 });
    expect(invoke).toHaveBeenCalledTimes(1);
  });
});
