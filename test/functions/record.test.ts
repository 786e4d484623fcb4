import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '#shared/store/keys.ts';
import { bodyOf, bodyOfEvent, message, metadataOf } from '#test/support/events-in.ts';
import { functionWorld, useFunctionEnvironment } from '#test/support/function-world.ts';
import { event, evt, logged, loggedData, RECORD_ID } from '#test/support/record-events.ts';

const NOW = Date.parse('2026-03-02T12:00:00.000Z');
const MINUTE_MS = 60_000;
const ID = RECORD_ID['trade-deal'];
const world = functionWorld();
let handler: typeof import('#functions/record/record.ts')['handler'];

beforeAll(async () => {
  useFunctionEnvironment();
  vi.useFakeTimers({ toFake: ['Date'] });
  ({ handler } = await import('#functions/record/record.ts'));
});
beforeEach(() => {
  vi.setSystemTime(NOW);
  world.reset();
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const failures = async (...messages: SQSRecord[]) =>
  (await handler({ Records: messages })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const receipt = (eventId: string) => world.kept.item(keys.receipt(eventId));
const note = (n: number, more = {}) => event({ verb: 'noted', data: { text: 'Called.' } }, { n, ...more });
const loggedDetail = (
  change: (detail: { metadata: Record<string, unknown>; data: Record<string, unknown> }) => void,
) => {
  const detail = {
    metadata: { ...metadataOf(logged()) } as Record<string, unknown>,
    data: { ...loggedData('trade-deal') } as Record<string, unknown>,
  };
  change(detail);
  return detail;
};

describe('a batch of the recording queue', () => {
  it('is recorded, each message by itself', async () => {
    expect(
      await failures(message(bodyOfEvent(logged())), message(bodyOfEvent(logged({}, { kind: 'engagement', n: 2 })))),
    ).toEqual([]);
    expect(world.kept.item(keys.record(ID))).toMatchObject({ version: 1, event: { eventId: evt(0) } });
    expect(world.kept.item(keys.record(RECORD_ID.engagement))).toMatchObject({ version: 1 });
  });

  it('reports the messages that failed, and only those', async () => {
    world.reset({
      fault: ({ name, input }) =>
        name === 'PutCommand' && (input['Item'] as { pk: string }).pk === ID ? 'throttled' : undefined,
    });
    const unlucky = message(bodyOfEvent(logged()));
    expect(await failures(unlucky, message(bodyOfEvent(logged({}, { kind: 'engagement', n: 2 }))))).toEqual([
      unlucky.messageId,
    ]);
    expect(world.kept.items()).toHaveLength(1);
    expect(world.table.commandCalls(PutCommand)).toHaveLength(2);
  });

  it('takes messages of one record in an order that spares waiting: logging, what saw a version, then as it happened', async () => {
    const moved = event({ verb: 'moved', data: { to: 'qualified' } }, { n: 3, by: 'partner' });
    const amended = event({ verb: 'amended', data: { fields: { title: 'New' } } }, { n: 4, by: 'user', saw: 1 });
    expect(
      await failures(
        message(bodyOfEvent(moved)),
        message(bodyOfEvent(amended)),
        message(bodyOfEvent(note(2))),
        message(bodyOfEvent(logged())),
      ),
    ).toEqual([]);
    expect(world.sent()).toEqual([]);
    const version = (n: number) => world.kept.item(keys.history(ID, evt(n)))?.['version'];
    expect([version(0), version(4), version(2)]).toEqual([1, 2, 3]);
    expect(world.kept.item(keys.record(ID))).toMatchObject({
      version: 4,
      event: { eventId: evt(3) },
      stage: 'qualified',
      title: 'New',
    });
  });

  it('records an event once, however often it is in the batch', async () => {
    expect(await failures(...[1, 2, 3].map(() => message(bodyOfEvent(logged()))))).toEqual([]);
    expect(world.kept.item(keys.record(ID))).toMatchObject({ version: 1 });
    expect(world.kept.items()).toHaveLength(1);
  });

  it('leaves what is no event of the bus to the dead letters', async () => {
    const broken = [message('not json'), message('{}'), message('null'), message('"text"'), message('{"id":"x"}')];
    expect(await failures(...broken, message(bodyOfEvent(logged())))).toEqual(broken.map(({ messageId }) => messageId));
    expect(world.kept.item(keys.record(ID))).toBeDefined();
  });

  it('remembers what the rules refuse', async () => {
    await failures(message(bodyOfEvent(logged())));
    const same = event({ verb: 'moved', data: { to: 'enquiry' } }, { n: 1, by: 'user' });
    expect(await failures(message(bodyOfEvent(same)), message(bodyOfEvent(same)))).toEqual([]);
    expect(receipt(evt(1))).toMatchObject({
      status: 'rejected',
      refusal: { code: 'same-stage' },
      actor: { type: 'user', id: 'li.wei' },
    });
  });
});

describe('an event that waits', () => {
  it('is put back with growing delays, at first within seconds, never more than a minute', async () => {
    const delays: number[] = [];
    let waiting = message(bodyOfEvent(note(1)));
    for (let look = 0; look < 9; look++) {
      world.queue.resetHistory();
      expect(await failures(waiting)).toEqual([]);
      const [sent] = world.sent();
      if (!sent) throw new Error('It was not put back.');
      expect(JSON.parse(sent.body)).toEqual(JSON.parse(waiting.body));
      delays.push(sent.delaySeconds);
      vi.setSystemTime(Date.now() + sent.delaySeconds * 1_000);
      waiting = message(sent.body, sent.attributes);
    }
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(world.kept.items()).toEqual([]);
  });

  it('is quarantined after 15 minutes, whole, beside the record that it waits for', async () => {
    const since = { tries: '20', waitingSince: String(NOW - 15 * MINUTE_MS + 1) };
    await failures(message(bodyOfEvent(note(1)), since));
    expect(world.sent()).toHaveLength(1);
    expect(world.kept.items()).toEqual([]);
    vi.setSystemTime(NOW + 1);
    await failures(message(bodyOfEvent(note(1)), since));
    expect(world.sent()).toHaveLength(1);
    expect(receipt(evt(1))).toMatchObject({
      status: 'quarantined',
      reason: 'record-missing',
      recordId: ID,
      type: 'trade-deal.noted',
      errors: [{ pointer: '/metadata/recordId' }],
    });
    expect(JSON.parse(String(receipt(evt(1))?.['event']))).toEqual({
      'detail-type': 'trade-deal.noted',
      detail: JSON.parse(bodyOfEvent(note(1))).detail,
    });
    expect(receipt(evt(1))?.['expiresAt']).toBeUndefined();
    expect(world.kept.item(keys.waiting(ID, evt(1)))).toBeDefined();
  });

  it('for a version that never comes is quarantined, saying so', async () => {
    await failures(message(bodyOfEvent(logged())));
    await failures(
      message(bodyOfEvent(note(1, { saw: 9 })), { tries: '20', waitingSince: String(NOW - 15 * MINUTE_MS) }),
    );
    expect(receipt(evt(1))).toMatchObject({
      reason: 'version-ahead',
      errors: [{ pointer: '/metadata/expectedVersion' }],
    });
    expect(world.kept.item(keys.waiting(ID, evt(1)))).toBeUndefined();
  });

  it('is delivered again, and recorded, where its record came just then', async () => {
    const waiting = message(bodyOfEvent(note(1)), { tries: '20', waitingSince: String(NOW - 15 * MINUTE_MS) });
    // The first look finds no record; it comes before the quarantine.
    world.table.send.callsFake(async (command) => {
      if (command.constructor.name === 'TransactWriteCommand' && !world.kept.item(keys.record(ID)))
        await handler({ Records: [message(bodyOfEvent(logged()))] });
      return world.kept.client.send(command as never);
    });
    expect(await failures(waiting)).toEqual([waiting.messageId]);
    expect(receipt(evt(1))).toBeUndefined();
    expect(await failures(waiting)).toEqual([]);
    expect(world.kept.item(keys.record(ID))).toMatchObject({ version: 2 });
  });

  it('is not lost where it cannot be put back', async () => {
    world.queue.on(SendMessageCommand).rejects(new Error('throttled'));
    const waiting = message(bodyOfEvent(note(1)));
    expect(await failures(waiting)).toEqual([waiting.messageId]);
  });
});

describe('what cannot be recorded as it is', () => {
  it('is quarantined where the catalogue has no such event', async () => {
    const detail = loggedDetail(() => {});
    for (const name of ['trade-deal.loged', 'engagement.released', 'activity.moved', 'trade-deal', '', '__proto__']) {
      world.reset();
      expect(await failures(message(bodyOf(name, detail)))).toEqual([]);
      expect(receipt(evt(0))).toMatchObject({
        status: 'quarantined',
        reason: 'unknown-event',
        type: name,
        errors: [{ pointer: '' }],
      });
    }
  });

  it.each<[string, Parameters<typeof loggedDetail>[0], string[]]>([
    ['a wrong amount', ({ data }) => (data['value'] = { amount: '1.5', currency: 'JPY' }), ['/data/value/amount']],
    ['a field missing', ({ data }) => delete data['strand'], ['/data/strand']],
    ['an unknown field', ({ data }) => (data['tittle'] = 'x'), ['/data/tittle']],
    [
      'unknown fields deep down',
      ({ data }) => (data['organisations'] = [{ id: 'x', a: 1, 'b/c~d': 2 }]),
      ['/data/organisations/0/id', '/data/organisations/0/a', '/data/organisations/0/b~1c~0d'],
    ],
    ['another version of the schema', ({ metadata }) => (metadata['schemaVersion'] = 2), ['/metadata/schemaVersion']],
    [
      'a time without offset',
      ({ metadata }) => (metadata['occurredAt'] = '2026-03-02T09:00:00'),
      ['/metadata/occurredAt'],
    ],
    ['the id of another kind', ({ metadata }) => (metadata['recordId'] = RECORD_ID.engagement), ['/metadata/recordId']],
    [
      'an address for an actor',
      ({ metadata }) => (metadata['actor'] = { type: 'user', id: 'li.wei@example.ac.uk' }),
      ['/metadata/actor/id'],
    ],
  ])('is quarantined with %s, pointing there', async (_, change, pointers) => {
    const detail = loggedDetail((it) => void change(it));
    expect(await failures(message(bodyOf('trade-deal.logged', detail)))).toEqual([]);
    expect(receipt(evt(0))).toMatchObject({ status: 'quarantined', reason: 'invalid-event' });
    const errors = (receipt(evt(0))?.['errors'] ?? []) as { pointer: string }[];
    expect(new Set(errors.map(({ pointer }) => pointer))).toEqual(new Set(pointers));
    expect(JSON.parse(String(receipt(evt(0))?.['event'])).detail).toEqual(detail);
    expect(world.kept.items()).toHaveLength(1);
  });

  it('gets one id of its own from its envelope where it has none', async () => {
    for (const detail of [null, 'text', [], {}, { metadata: { eventId: 'mine' } }]) {
      world.reset();
      const body = bodyOf('trade-deal.logged', detail, 'envelope-77');
      expect(await failures(message(body), message(body))).toEqual([]);
      const [kept, ...others] = world.kept.items();
      expect(others).toEqual([]);
      expect(kept).toMatchObject({
        status: 'quarantined',
        sk: 'receipt',
        eventId: expect.stringMatching(/^evt_[0-9A-Z]{26}$/),
      });
    }
  });

  it('is quarantined where a partner dates it more than 5 minutes ahead', async () => {
    const ahead = (ms: number) => {
      const told = { ...logged(), occurredAt: new Date(NOW + ms).toISOString() };
      return message(bodyOfEvent(told));
    };
    await failures(ahead(5 * MINUTE_MS + 1));
    expect(receipt(evt(0))).toMatchObject({
      reason: 'occurred-in-future',
      errors: [{ pointer: '/metadata/occurredAt' }],
    });
    expect(world.kept.items()).toHaveLength(1);
    world.reset();
    await failures(ahead(5 * MINUTE_MS));
    expect(world.kept.item(keys.record(ID))).toMatchObject({ version: 1 });
  });

  it('is left to the queue where it cannot be quarantined', async () => {
    world.reset({ fault: () => 'throttled' });
    const bad = message(bodyOf('trade-deal.loged', {}));
    expect(await failures(bad)).toEqual([bad.messageId]);
  });
});
