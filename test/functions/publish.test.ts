import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import { recordEvent } from '#shared/recording/record-event.ts';
import { keys } from '#shared/store/keys.ts';
import { putReceipt, quarantineWithoutRecord, type Receipt } from '#shared/store/receipts.ts';
import { bodyOfEvent, metadataOf } from '#test/support/events-in.ts';
import { functionWorld, useFunctionEnvironment } from '#test/support/function-world.ts';
import { event, evt, logged, minute, org, RECORD_ID } from '#test/support/record-events.ts';

const ID = RECORD_ID['trade-deal'];
const world = functionWorld();
let handler: typeof import('#functions/stream/publish.ts')['handler'];
let followed = 0;

beforeAll(async () => {
  useFunctionEnvironment();
  ({ handler } = await import('#functions/stream/publish.ts'));
});
beforeEach(() => {
  world.reset();
  followed = 0;
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const record = async (...events: RecordEvent[]) => {
  for (const told of events)
    await recordEvent({ table: world.kept.client, clock: () => Date.parse(minute(600)) }, told, metadataOf(told));
};
/** What the stream has to tell that has not been followed yet. */
const news = (): DynamoDBRecord[] => {
  const batch = world.kept.stream.slice(followed);
  followed = world.kept.stream.length;
  return batch;
};
const follow = async (batch: DynamoDBRecord[] = news()) => (await handler({ Records: batch })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
/** Follows the stream to its end. */
const followAll = async () => {
  while (followed < world.kept.stream.length) expect(await follow()).toEqual([]);
};
const published = () => world.offered().flat();
const note = (n: number, more = {}) => event({ verb: 'noted', data: { text: 'Called.' } }, { n, ...more });
const sequence = (batch: readonly DynamoDBRecord[], index: number) => batch[index]?.dynamodb?.SequenceNumber;

const waiting = (n: number): Receipt & { recordId: string } => ({
  status: 'quarantined',
  eventId: evt(n),
  recordId: ID,
  type: 'trade-deal.noted',
  at: minute(600),
  reason: 'record-missing',
  errors: [],
  event: JSON.stringify({ 'detail-type': 'trade-deal.noted', detail: JSON.parse(bodyOfEvent(note(n))).detail }),
});

describe('a record that changed', () => {
  it('gets the history item of its latest event, once', async () => {
    await record(logged({ value: { amount: '10.00', currency: 'GBP' }, externalRef: { partner: 'jitri', ref: '7' }, place: 'nanjing' }, { at: 9 }));
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
      data: expect.objectContaining({ title: 'Joint laboratory for offshore wind blades', stage: 'enquiry', organisations: [org(1)] }),
      changes: {},
      after: { strand: 'business-engagement', stage: 'enquiry', place: 'nanjing', value: { amount: '10.00', currency: 'GBP' }, partner: 'jitri' },
    });
    const changes = world.kept.stream.length;
    expect(await follow(batch)).toEqual([]);
    expect(world.kept.stream).toHaveLength(changes);
    expect(published()).toEqual([]);
  });
});

describe('an outcome', () => {
  it('of every kind of event is valid against its contract and tells what the record was then', async () => {
    const lead = { kind: 'ip-lead' } as const;
    await record(
      logged({}, { n: 0 }),
      event({ verb: 'amended', data: { fields: { title: 'New', place: 'nanjing', direction: 'uk-export' } } }, { n: 1 }),
      event({ verb: 'moved', data: { to: 'signed' } }, { n: 2 }),
      event({ verb: 'moved', data: { to: 'lost', lostReason: 'price' } }, { n: 3, at: 1 }),
      note(4),
      event({ verb: 'voided', data: { reason: 'Twice.' } }, { n: 5 }),
      event({ verb: 'restored', data: {} }, { n: 6 }),
      logged({}, { ...lead, n: 10 }),
      event({ verb: 'released', data: {} }, { ...lead, n: 11 }),
      logged({}, { n: 12 }),
    );
    await followAll();
    const told = published();
    for (const { source, name, detail } of told) {
      const contract = CATALOGUE.find((each) => each.name === name && each.source === source);
      expect(contract?.detail.parse(detail)).toEqual(detail);
    }
    const summary = Object.fromEntries(told.map(({ name, detail: { data } }) => [data['intakeEventId'], [name, data]]));
    const RECORD = { id: ID, kind: 'trade-deal', strand: 'business-engagement', confidential: false };
    const none = { changed: [], superseded: [] };
    expect(summary).toEqual({
      [evt(0)]: ['trade-deal.recorded', { intakeEventId: evt(0), record: { ...RECORD, version: 1, stage: 'enquiry', phase: 'open' }, ...none }],
      [evt(1)]: [
        'trade-deal.amended',
        { intakeEventId: evt(1), record: { ...RECORD, version: 2, stage: 'enquiry', phase: 'open', place: 'nanjing' }, ...none, changed: ['title', 'place'] },
      ],
      [evt(2)]: [
        'trade-deal.stage-changed',
        {
          intakeEventId: evt(2),
          record: { ...RECORD, version: 3, stage: 'signed', phase: 'won', place: 'nanjing' },
          ...none,
          changed: ['stage', 'stageEnteredAt'],
          from: 'enquiry',
          to: 'signed',
        },
      ],
      [evt(3)]: [
        'trade-deal.stage-changed',
        {
          intakeEventId: evt(3),
          record: { ...RECORD, version: 4, stage: 'signed', phase: 'won', place: 'nanjing' },
          changed: [],
          superseded: ['stage', 'lostReason'],
          to: 'signed',
        },
      ],
      [evt(4)]: ['trade-deal.noted', expect.objectContaining(none)],
      [evt(5)]: ['trade-deal.voided', expect.objectContaining({ changed: ['voided'] })],
      [evt(6)]: ['trade-deal.restored', expect.objectContaining({ changed: ['voided'] })],
      [evt(10)]: ['ip-lead.recorded', expect.objectContaining({ record: expect.objectContaining({ stage: 'disclosed', confidential: true }) })],
      [evt(11)]: ['ip-lead.released', expect.objectContaining({ record: expect.objectContaining({ confidential: false }), changed: ['released'] })],
      [evt(12)]: ['trade-deal.rejected', { intakeEventId: evt(12), code: 'already-logged', pointers: [] }],
    });
  });

  it('names nobody and quotes nothing: ids, codes and figures only', async () => {
    await record(
      logged({ title: 'Project Swordfish', description: 'Dr Chen said', nextStep: { text: 'Ring Dr Chen' }, stage: 'lost', lostReason: 'other', reason: 'Dr Chen left' }),
      event({ verb: 'noted', data: { text: 'Dr Chen is back' } }, { n: 1 }),
    );
    await followAll();
    expect(JSON.stringify(published())).not.toMatch(/Swordfish|Chen/);
  });

  it('of an event that is told again has the same id', async () => {
    await record(logged());
    await follow();
    const batch = news();
    await follow(batch);
    await follow(batch);
    const [first, second] = published();
    expect(second).toEqual(first);
    expect(first?.detail.metadata).toMatchObject({ recordId: ID, schemaVersion: 1, actor: { type: 'partner', id: 'jitri' }, channel: 'webhook', partner: 'jitri' });
    expect(first?.detail.metadata['eventId']).not.toBe(evt(0));
  });

  it('of a quarantined event tells why and where, and again when it was refused after all', async () => {
    const { recordId: _, ...nameless } = waiting(1);
    await putReceipt(world.kept.client, { ...nameless, type: 'trade-deal.loged', reason: 'unknown-event', errors: [{ pointer: '/data/title', detail: 'x' }] } as Receipt);
    await followAll();
    await putReceipt(world.kept.client, { eventId: evt(1), status: 'rejected', type: 'trade-deal.noted', recordId: ID, at: minute(601), refusal: { code: 'voided', detail: 'x', errors: [{ pointer: '/to', detail: 'x' }] } });
    await followAll();
    expect(published().map(({ name, detail }) => [name, detail.data])).toEqual([
      ['intake.quarantined', { intakeEventId: evt(1), type: 'trade-deal.loged', reason: 'unknown-event', pointers: ['/data/title'] }],
      ['trade-deal.rejected', { intakeEventId: evt(1), code: 'voided', pointers: ['/to'] }],
    ]);
    for (const { name, detail } of published()) CATALOGUE.find((each) => each.name === name)?.detail.parse(detail);
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
        return DetailType === 'engagement.recorded' && (refusals.get(DetailType) ?? 0) < 3 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'x' };
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
      Entries: Entries.map(({ DetailType }) => (DetailType === 'engagement.recorded' ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' })),
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
    world.table.send.callsFake((command) =>
      JSON.stringify(command.input).includes(ID) ? Promise.reject(new Error('throttled')) : world.kept.client.send(command as never),
    );
    expect(await follow(batch)).toEqual([sequence(batch, 0)]);
    expect(world.kept.item(keys.history(RECORD_ID.engagement, evt(2)))).toBeDefined();
  });

  it('reports a change that it cannot read and goes on with the rest', async () => {
    await record(logged());
    const [good] = news();
    const broken = { eventName: 'INSERT', dynamodb: { SequenceNumber: '99', NewImage: { pk: { S: ID }, sk: { S: `event#${evt(1)}` } } } } as DynamoDBRecord;
    expect(await follow([broken, good as DynamoDBRecord])).toEqual(['99']);
    expect(world.kept.item(keys.history(ID, evt(0)))).toBeDefined();
  });

  it('says nothing of what is removed', async () => {
    await record(logged());
    const [change] = news();
    const { NewImage, ...rest } = change?.dynamodb ?? {};
    expect(await follow([{ eventName: 'REMOVE', dynamodb: { ...rest, OldImage: NewImage } } as DynamoDBRecord])).toEqual([]);
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
    expect(replays[0]?.detail).toEqual({ metadata: { ...metadataOf(note(1)), channel: 'replay' }, data: { text: 'Called.' } });
    expect(world.kept.items().filter(({ sk }) => String(sk).startsWith('waiting#'))).toEqual([]);
  });

  it('keeps those that the bus refuses, and is told of again', async () => {
    for (const n of [1, 2]) await quarantineWithoutRecord(world.kept.client, waiting(n));
    await followAll();
    await record(logged());
    const batch = news();
    world.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: { Detail: string }[] }) => ({
      Entries: Entries.map(({ Detail }) => (Detail.includes(evt(2)) ? { ErrorCode: 'InternalFailure' } : { EventId: 'x' })),
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
    await putReceipt(world.kept.client, { eventId: evt(1), status: 'rejected', type: 'trade-deal.noted', recordId: ID, at: minute(601), refusal: { code: 'voided', detail: 'x' } });
    await record(logged());
    await follow();
    expect(published().filter(({ source }) => source === 'partnership.intake')).toEqual([]);
  });
});
