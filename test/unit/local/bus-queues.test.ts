import { describe, expect, it, vi } from 'vitest';
import { arnOf, heldClock, queueNamed, usualBus } from './support/bus.ts';

const work = arnOf('work');
const dead = arnOf('dead');

describe('a queue', () => {
  it('hides a received message until its visibility timeout ends, then gives it again with a higher count', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'one');
    const heard = vi.fn();
    bus.onAvailable(work, heard);
    const [first] = bus.receive(work, 10);
    expect(first).toMatchObject({ body: 'one', receiveCount: 1, sentAt: held.clock() });
    expect(bus.receive(work, 10)).toEqual([]);
    held.advance(29.999);
    expect(heard).not.toHaveBeenCalled();
    held.advance(0.001);
    expect(heard).toHaveBeenCalledTimes(1);
    const [second] = bus.receive(work, 10);
    expect(second).toMatchObject({
      messageId: first?.messageId,
      receiveCount: 2,
      firstReceivedAt: first?.firstReceivedAt,
    });
    expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  });

  it('deletes by the latest handle only', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'one');
    const [first] = bus.receive(work, 1);
    held.advance(30);
    const [second] = bus.receive(work, 1);
    await bus.delete(work, [first?.receiptHandle ?? '']);
    expect(bus.depth(work)).toMatchObject({ inFlight: 1 });
    await bus.delete(work, [second?.receiptHandle ?? '']);
    held.advance(60);
    expect(bus.depth(work)).toEqual({ visible: 0, inFlight: 0, delayed: 0, oldestSeconds: 0 });
    await expect(bus.delete(work, ['nonsense'])).rejects.toMatchObject({ code: 'ReceiptHandleIsInvalid' });
  });

  it('deletes a message whose visibility timeout has ended while nobody else has it', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'one');
    const [late] = bus.receive(work, 1);
    held.advance(31);
    await bus.delete(work, [late?.receiptHandle ?? '']);
    expect(bus.receive(work, 1)).toEqual([]);
  });

  it('changes the visibility of a message, to at once and to later', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'one');
    const [one] = bus.receive(work, 1);
    expect(bus.changeVisibility(work, one?.receiptHandle ?? '', 100)).toBe(true);
    held.advance(99);
    expect(bus.receive(work, 1)).toEqual([]);
    held.advance(1);
    const [again] = bus.receive(work, 1);
    expect(bus.changeVisibility(work, one?.receiptHandle ?? '', 0)).toBe(false);
    expect(bus.changeVisibility(work, again?.receiptHandle ?? '', 0)).toBe(true);
    expect(bus.receive(work, 1)).toHaveLength(1);
    expect(() => bus.changeVisibility(work, again?.receiptHandle ?? '', 43_201)).toThrow('VisibilityTimeout');
  });

  it('delays, and says when the delay is over', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    bus.defineQueue(queueNamed('slow', { delaySeconds: 5 }));
    const heard = vi.fn();
    bus.onAvailable(arnOf('slow'), heard);
    await bus.send(arnOf('slow'), 'by default');
    await bus.send(arnOf('slow'), 'later', { delaySeconds: 20 });
    await bus.send(arnOf('slow'), 'at once', { delaySeconds: 0 });
    expect(bus.depth(arnOf('slow'))).toMatchObject({ visible: 1, delayed: 2 });
    expect(bus.receive(arnOf('slow'), 10).map((message) => message.body)).toEqual(['at once']);
    expect(heard).toHaveBeenCalledTimes(1);
    held.advance(5);
    expect(heard).toHaveBeenCalledTimes(2);
    expect(bus.receive(arnOf('slow'), 10).map((message) => message.body)).toEqual(['by default']);
    held.advance(15);
    expect(heard).toHaveBeenCalledTimes(3);
    expect(bus.receive(arnOf('slow'), 10).map((message) => message.body)).toEqual(['later']);
    await expect(bus.send(work, 'x', { delaySeconds: 901 })).rejects.toThrow('DelaySeconds');
  });

  it('moves a message to the dead-letter queue when it was received as often as is allowed, and back on redrive', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    await bus.send(work, 'poison', { attributes: { a: { DataType: 'String', StringValue: 'b' } } });
    await bus.send(dead, 'sent here');
    for (let receive = 1; receive <= 3; receive++) {
      expect(bus.receive(work, 1)[0]?.receiveCount).toBe(receive);
      held.advance(30);
    }
    expect(bus.receive(work, 1)).toEqual([]);
    await vi.waitFor(() => expect(bus.depth(dead).visible).toBe(2));
    const letter = bus.peek(dead, 10).find((message) => message.body === 'poison');
    expect(letter).toMatchObject({ receiveCount: 3, deadLetterSourceArn: work, state: 'visible' });
    expect(letter?.messageAttributes).toEqual({ a: { DataType: 'String', StringValue: 'b' } });

    expect(await bus.redrive(dead, { dryRun: true })).toBe(1);
    expect(bus.depth(dead).visible).toBe(2);
    expect(await bus.redrive(dead)).toBe(1);
    expect(bus.peek(dead, 10).map((message) => message.body)).toEqual(['sent here']);
    expect(bus.receive(work, 1)[0]).toMatchObject({ body: 'poison', receiveCount: 1 });
  });

  it('does not give a dead letter that someone has, or had, again when more arrive', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    const bury = async (...bodies: string[]) => {
      for (const body of bodies) await bus.send(work, body);
      for (let receive = 1; receive <= 3; receive++)
        for (const message of bus.receive(work, 10)) bus.changeVisibility(work, message.receiptHandle, 0);
      bus.receive(work, 10);
    };
    await bury('one', 'two');
    await vi.waitFor(() => expect(bus.depth(dead).visible).toBe(2));
    const [first, second] = bus.receive(dead, 10);
    bus.changeVisibility(dead, second?.receiptHandle ?? '', 0);
    await bury('three');
    await vi.waitFor(() => expect(bus.depth(dead)).toMatchObject({ visible: 2, inFlight: 1 }));
    const again = bus.receive(dead, 10);
    expect(again.map((message) => message.body).sort()).toEqual([second?.body, 'three'].sort());
    expect(again.find((message) => message.body === second?.body)?.receiveCount).toBe((second?.receiveCount ?? 0) + 1);
    expect(again.map((message) => message.messageId)).not.toContain(first?.messageId);
    expect(bus.receive(dead, 10)).toEqual([]);
  });

  it('redrives no more than asked', async () => {
    const held = heldClock();
    const bus = usualBus(held);
    for (let n = 0; n < 5; n++) await bus.send(work, `message ${n}`);
    for (let receive = 1; receive <= 3; receive++) {
      bus.receive(work, 10);
      held.advance(30);
    }
    bus.receive(work, 10);
    await vi.waitFor(() => expect(bus.depth(dead).visible).toBe(5));
    expect(await bus.redrive(dead, { limit: 2 })).toBe(2);
    expect([bus.depth(dead).visible, bus.depth(work).visible]).toEqual([3, 2]);
  });

  it('drops a message after its retention period and says so', async () => {
    const held = heldClock();
    const log = vi.fn();
    const bus = usualBus({ ...held, log });
    await bus.send(work, 'old');
    held.jump(345_600);
    held.advance(60);
    expect(bus.depth(work).visible).toBe(0);
    expect(log).toHaveBeenCalledWith('warn', expect.stringContaining('retention'), { queue: 'work', count: 1 });
  });

  it.each([
    ['', 'InvalidParameterValue'],
    ['a\u0000b', 'InvalidMessageContents'],
    ['\ud800', 'InvalidMessageContents'],
    ['x'.repeat(1_048_577), 'InvalidParameterValue'],
  ])('refuses a body that SQS would not take (%#)', async (body, code) => {
    await expect(usualBus().send(work, body)).rejects.toMatchObject({ code });
  });

  it('never gives one message to two receivers at once, however the receives interleave', async () => {
    const bus = usualBus();
    const total = 500;
    await Promise.all(Array.from({ length: total }, (_, n) => bus.send(work, String(n))));
    const seen: string[] = [];
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        for (let batch = bus.receive(work, 7); batch.length > 0; batch = bus.receive(work, 7)) {
          seen.push(...batch.map((message) => message.body));
          await bus.delete(
            work,
            batch.map((message) => message.receiptHandle),
          );
        }
      }),
    );
    expect(seen).toHaveLength(total);
    expect(new Set(seen).size).toBe(total);
    expect(bus.depth(work)).toMatchObject({ visible: 0, inFlight: 0 });
  });
});
