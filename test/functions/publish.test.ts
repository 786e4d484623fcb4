import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { putReceipt, quarantineWithoutRecord } from '#shared/store/receipts.ts';
import { metadataOf } from '#test/support/events-in.ts';
import { note, publisher, waiting } from '#test/support/publisher.ts';
import { evt, logged, minute, org, RECORD_ID } from '#test/support/record-events.ts';

const ID = RECORD_ID['trade-deal'];
const { world, record, news, follow, followAll, published } = publisher();
const sequence = (batch: readonly DynamoDBRecord[], index: number) => batch[index]?.dynamodb?.SequenceNumber;

describe('a record that changed', () => {
  it('gets the history item of its latest event, once', async () => {
    await record(
      logged(
        { value: { amount: '10.00', currency: 'GBP' }, externalRef: { partner: 'jitri', ref: '7' }, place: 'nanjing' },
        { at: 9 },
      ),
    );
    const batch = news();
    expect(await follow(batch)).toEqual([]);
    expect(world.kept.item(keys.history(ID, evt(0)))).toEqual({
      pk: ID,
      sk: `event#${evt(0)}`,
      eventId: evt(0),
      verb: 'logged',
      version: 1,
      occurredAt: minute(9),
      receivedAt: new Date(Date.parse(minute(9)) + 1_000).toISOString(),
      recordedAt: minute(600),
      actor: { type: 'partner', id: 'jitri' },
      partner: 'jitri',
      channel: 'webhook',
      correlationId: evt(0),
      data: expect.objectContaining({
        title: 'Joint laboratory for offshore wind blades',
        stage: 'enquiry',
        organisations: [org(1)],
      }),
      changes: {},
      after: {
        strand: 'business-engagement',
        stage: 'enquiry',
        place: 'nanjing',
        value: { amount: '10.00', currency: 'GBP' },
        partner: 'jitri',
      },
    });
    const changes = world.kept.stream.length;
    expect(await follow(batch)).toEqual([]);
    expect(world.kept.stream).toHaveLength(changes);
    expect(published()).toEqual([]);
  });
});

describe('a batch that fails in part', () => {
  it('offers again, a bounded number of times, the entries that the bus refused, and only those', async () => {
    await record(logged(), logged({}, { kind: 'engagement', n: 2 }));
    await follow();
    const refusals = new Map<string, number>();
    world.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { DetailType: string }[] }) => ({
      FailedEntryCount: 1,
      Entries: Entries.map(({ DetailType }) => {
        refusals.set(DetailType, (refusals.get(DetailType) ?? 0) + 1);
        return DetailType === 'engagement.recorded' && (refusals.get(DetailType) ?? 0) < 3
          ? { ErrorCode: 'ThrottlingException' }
          : { EventId: 'x' };
      }),
    }));
    expect(await follow()).toEqual([]);
    expect(Object.fromEntries(refusals)).toEqual({ 'trade-deal.recorded': 1, 'engagement.recorded': 3 });
  });

  it('reports the change whose outcome the bus never takes', async () => {
    await record(logged(), logged({}, { kind: 'engagement', n: 2 }), logged({}, { kind: 'ip-lead', n: 3 }));
    await follow();
    world.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { DetailType: string }[] }) => ({
      FailedEntryCount: 1,
      Entries: Entries.map(({ DetailType }) =>
        DetailType === 'engagement.recorded' ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' },
      ),
    }));
    const batch = news();
    expect(batch).toHaveLength(3);
    expect(await follow(batch)).toEqual([sequence(batch, 1)]);
  });

  it('reports every outcome where the call itself fails: any of them may be on the bus, or none', async () => {
    await record(logged(), logged({}, { kind: 'engagement', n: 2 }));
    await follow();
    world.bus.on(PutEventsCommand).rejects(new Error('TimeoutError'));
    const batch = news();
    expect(await follow(batch)).toEqual([sequence(batch, 0), sequence(batch, 1)]);
  });

  it('keeps the history of the other records where one write fails, and reports in the order of the stream', async () => {
    await record(logged(), logged({}, { kind: 'engagement', n: 2 }));
    const batch = news();
    const isWrite = ({ constructor: { name } }: object) => name === 'PutCommand' || name === 'BatchWriteCommand';
    world.table.send.callsFake((command) =>
      isWrite(command) && JSON.stringify(command.input).includes(ID)
        ? Promise.reject(new Error('throttled'))
        : world.kept.client.send(command as never),
    );
    expect(await follow(batch)).toEqual([sequence(batch, 0)]);
    expect(world.kept.item(keys.history(RECORD_ID.engagement, evt(2)))).toBeDefined();
  });

  it('reports a change that it cannot read and goes on with the rest', async () => {
    await record(logged());
    const [good] = news();
    const broken = {
      eventName: 'INSERT',
      dynamodb: { SequenceNumber: '99', NewImage: { pk: { S: ID }, sk: { S: `event#${evt(1)}` } } },
    } as DynamoDBRecord;
    expect(await follow([broken, good as DynamoDBRecord])).toEqual(['99']);
    expect(world.kept.item(keys.history(ID, evt(0)))).toBeDefined();
  });

  it('says nothing of what is removed', async () => {
    await record(logged());
    const [change] = news();
    const { NewImage, ...rest } = change?.dynamodb ?? {};
    expect(
      await follow([{ eventName: 'REMOVE', dynamodb: { ...rest, OldImage: NewImage } } as DynamoDBRecord]),
    ).toEqual([]);
    expect(world.kept.items()).toHaveLength(1);
    expect(published()).toEqual([]);
  });
});

describe('a record for which events wait in quarantine', () => {
  it('has them put on the bus again, as replays, however many there are', async () => {
    for (const n of [1, 2, 3, 4, 5]) await quarantineWithoutRecord(world.kept.client, waiting(n));
    await followAll();
    world.bus.resetHistory();
    await record(logged());
    expect(await follow()).toEqual([]);
    const replays = published().filter(({ source }) => source === 'partnership.intake');
    expect(replays.map(({ detail }) => detail.metadata['eventId'])).toEqual([1, 2, 3, 4, 5].map(evt));
    expect(replays[0]?.detail).toEqual({
      metadata: { ...metadataOf(note(1)), channel: 'replay' },
      data: { text: 'Called.' },
    });
    expect(world.kept.items().filter(({ sk }) => String(sk).startsWith('waiting#'))).toEqual([]);
  });

  it('keeps those that the bus refuses, and is told of again', async () => {
    for (const n of [1, 2]) await quarantineWithoutRecord(world.kept.client, waiting(n));
    await followAll();
    await record(logged());
    const batch = news();
    world.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
      Entries: Entries.map(({ Detail }) =>
        Detail.includes(evt(2)) ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' },
      ),
    }));
    expect(await follow(batch)).toEqual([sequence(batch, 0)]);
    expect(world.kept.item(keys.waiting(ID, evt(1)))).toBeUndefined();
    expect(world.kept.item(keys.waiting(ID, evt(2)))).toBeDefined();
    world.bus.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'x' }] });
    expect(await follow(batch)).toEqual([]);
    expect(world.kept.item(keys.waiting(ID, evt(2)))).toBeUndefined();
  });

  it('does not replay what has been refused meanwhile', async () => {
    await quarantineWithoutRecord(world.kept.client, waiting(1));
    await followAll();
    world.bus.resetHistory();
    await putReceipt(world.kept.client, {
      eventId: evt(1),
      status: 'rejected',
      type: 'trade-deal.noted',
      recordId: ID,
      at: minute(601),
      refusal: { code: 'voided', detail: 'x' },
    });
    await record(logged());
    await follow();
    expect(published().filter(({ source }) => source === 'partnership.intake')).toEqual([]);
  });
});
