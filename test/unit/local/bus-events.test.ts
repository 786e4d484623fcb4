import { describe, expect, it, vi } from 'vitest';
import { arnOf, busArn, entry, functionArn, heldClock, queueNamed, usualBus } from './support/bus.ts';

describe('putting events', () => {
  it('delivers the event in EventBridge form to the queue of a matching rule', async () => {
    const bus = usualBus({ clock: () => Date.parse('2026-03-02T10:00:00.750Z') });
    const [result] = await bus.putEvents([entry({ amount: 1 }, { Detail: '{"amount":1.10}', Resources: ['r1'] })]);
    const [message] = bus.receive(arnOf('work'), 10);
    expect(message?.body).toContain('"detail":{"amount":1.10}');
    expect(JSON.parse(message?.body ?? '')).toEqual({
      version: '0',
      id: result?.EventId,
      'detail-type': 'thing.logged',
      source: 'test.intake',
      account: '123456789012',
      time: '2026-03-02T10:00:00Z',
      region: 'eu-west-2',
      resources: ['r1'],
      detail: { amount: 1.1 },
    });
  });

  it('delivers nothing for an event that no rule matches', async () => {
    const bus = usualBus();
    await bus.putEvents([entry({}, { Source: 'other' })]);
    expect(bus.depth(arnOf('work')).visible).toBe(0);
  });

  it('takes the bus by ARN and the time as epoch seconds', async () => {
    const bus = usualBus();
    const [result] = await bus.putEvents([entry({}, { EventBusName: busArn, Time: 1_772_445_600 })]);
    expect(result?.EventId).toBeDefined();
    expect(JSON.parse(bus.receive(arnOf('work'), 1)[0]?.body ?? '').time).toBe('2026-03-02T10:00:00Z');
  });

  it.each([
    ['no source', { Source: '' }, 'InvalidArgument', 'Source'],
    ['no detail type', { DetailType: '' }, 'InvalidArgument', 'DetailType'],
    ['a detail that is not JSON', { Detail: '{' }, 'MalformedDetail', 'malformed'],
    ['a detail that is no object', { Detail: '[1]' }, 'MalformedDetail', 'malformed'],
    ['a detail of null', { Detail: 'null' }, 'MalformedDetail', 'malformed'],
    ['a source of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'source'],
    ['more than 256 KB', { Detail: JSON.stringify({ a: 'é'.repeat(131_072) }) }, 'InvalidArgument', '256 KB'],
    ['an unknown bus', { EventBusName: 'nowhere' }, 'ResourceNotFoundException', 'nowhere'],
    ['a time that is none', { Time: 'soon' }, 'InvalidArgument', 'Time'],
  ])('fails an entry with %s, and only that one', async (_, wrong, code, text) => {
    const bus = usualBus();
    const results = await bus.putEvents([entry({ n: 1 }), entry({ n: 2 }, wrong), entry({ n: 3 })]);
    expect(results.map((result) => result.ErrorCode)).toEqual([undefined, code, undefined]);
    expect(results[1]?.ErrorMessage).toContain(text);
    const details = bus.receive(arnOf('work'), 10).map((message) => JSON.parse(message.body).detail.n);
    expect(details.sort()).toEqual([1, 3]);
  });

  it('refuses at definition what it could not deliver', () => {
    const bus = usualBus();
    const rule = { name: 'r', busName: 'crm', pattern: { source: ['a'] }, enabled: true };
    const withTarget = (arn: string) => () => bus.defineRule({ ...rule, targets: [{ id: 't', arn }] });
    expect(withTarget(arnOf('unknown'))).toThrow('does not exist');
    expect(withTarget('arn:aws:states:eu-west-2:1:stateMachine:x')).toThrow('not supported locally');
    expect(() => bus.defineRule({ ...rule, busName: 'x', targets: [] })).toThrow('no event bus x');
    expect(() => bus.defineRule({ ...rule, pattern: { a: [{ soundex: 'x' }] }, targets: [] })).toThrow(
      'unknown operator "soundex"',
    );
    expect(() => bus.defineQueue(queueNamed('a.fifo'))).toThrow('FIFO');
    expect(() => bus.defineQueue(queueNamed('work'))).toThrow('defined twice');
  });
});

describe('targets that are functions', () => {
  const rule = (retry: { maxAttempts: number; maxAgeSeconds: number }, deadLetterArn?: string) => ({
    name: 'listen',
    busName: 'crm',
    pattern: { 'detail-type': ['thing.logged'] },
    enabled: true,
    targets: [{ id: 'function', arn: functionArn, retry, ...(deadLetterArn && { deadLetterArn }) }],
  });

  it('are invoked again after a failure, with growing pauses, then the event is in the dead-letter queue with the reason', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    bus.defineRule(rule({ maxAttempts: 2, maxAgeSeconds: 3600 }, arnOf('dead')));
    const attempts: number[] = [];
    bus.onTargetInvoke(async (arn, event, { attempt }) => {
      expect([arn, event.detail]).toEqual([functionArn, { n: 1 }]);
      attempts.push(attempt);
      throw new TypeError('broken');
    });
    await bus.putEvents([entry({ n: 1 })]);
    await vi.waitFor(() => expect(attempts).toEqual([1]));
    await new Promise((resolve) => setTimeout(resolve, 10));
    held.advance(1);
    await vi.waitFor(() => expect(attempts).toEqual([1, 2]));
    await new Promise((resolve) => setTimeout(resolve, 10));
    held.advance(1);
    expect(attempts).toHaveLength(2);
    held.advance(1);
    await vi.waitFor(() => expect(bus.depth(arnOf('dead')).visible).toBe(1));
    expect(attempts).toEqual([1, 2, 3]);
    const [letter] = bus.peek(arnOf('dead'), 1);
    expect(letter?.messageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'TypeError' },
      ERROR_MESSAGE: { StringValue: 'broken' },
      EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
      RETRY_ATTEMPTS: { StringValue: '2' },
    });

    // And back: a redrive invokes the function again.
    bus.onTargetInvoke(async () => attempts.push(0));
    expect(await bus.redrive(arnOf('dead'))).toBe(1);
    await vi.waitFor(() => expect(attempts).toEqual([1, 2, 3, 0]));
    expect(bus.depth(arnOf('dead')).visible).toBe(0);
  });

  it('get an event that was put while nobody was there to invoke them', async () => {
    const bus = usualBus();
    bus.defineRule(rule({ maxAttempts: 0, maxAgeSeconds: 60 }));
    await bus.putEvents([entry({ n: 1 }), entry({ n: 2 })]);
    const invoke = vi.fn(async () => {});
    bus.onTargetInvoke(invoke);
    await vi.waitFor(() => expect(invoke).toHaveBeenCalledTimes(2));
  });
});

describe('archive and replay', () => {
  it('replays what the archive took in a time, marked with replay-name, and archives none of it again', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    bus.defineArchive({ name: 'some', busArn, pattern: { detail: { keep: [true] } } });
    const [from, minute] = [new Date(held.clock()), 60_000];
    await bus.putEvents([entry({ n: 1, keep: true }), entry({ n: 2 })]);
    held.advance(60);
    await bus.putEvents([entry({ n: 3, keep: true })]);
    const first = bus.receive(arnOf('work'), 10);
    await bus.delete(
      arnOf('work'),
      first.map((message) => message.receiptHandle),
    );

    const window = { from, to: new Date(from.getTime() + minute - 1) };
    expect(await bus.replay('all', { ...window, dryRun: true })).toBe(2);
    expect(await bus.replay('some', { ...window, name: 'mend' })).toBe(1);
    const [again] = bus.receive(arnOf('work'), 10);
    expect(JSON.parse(again?.body ?? '')).toMatchObject({ 'replay-name': 'mend', detail: { n: 1 } });
    expect(JSON.parse(again?.body ?? '').id).toBe(JSON.parse(first[0]?.body ?? '').id);
    expect(await bus.replay('all', { from, to: new Date(held.clock() + minute), dryRun: true })).toBe(3);
    expect(await bus.replay('all', { from, to: new Date(held.clock()), ruleNames: ['record'] })).toBe(3);
    await expect(bus.replay('all', { from, to: from, ruleNames: ['none'] })).rejects.toThrow('no rule none');
    await expect(bus.replay('none', window)).rejects.toThrow('no archive none');
  });

  it('replays more than one page completely', async () => {
    const bus = usualBus();
    const from = new Date();
    for (let n = 0; n < 45; n++) await bus.putEvents(Array.from({ length: 10 }, (_, i) => entry({ n: n * 10 + i })));
    const all = bus.receive(arnOf('work'), 450);
    await bus.delete(
      arnOf('work'),
      all.map((message) => message.receiptHandle),
    );
    expect(await bus.replay('all', { from, to: new Date() })).toBe(450);
    const numbers = bus.receive(arnOf('work'), 1000).map((message) => JSON.parse(message.body).detail.n);
    expect(new Set(numbers).size).toBe(450);
  });

  it('forgets archived events after the retention of the archive', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    const from = new Date(held.clock());
    await bus.putEvents([entry({})]);
    held.jump(30 * 86_400);
    bus.prune();
    expect(await bus.replay('all', { from, to: new Date(held.clock()), dryRun: true })).toBe(1);
    held.advance(60);
    expect(await bus.replay('all', { from, to: new Date(held.clock()), dryRun: true })).toBe(0);
  });
});
