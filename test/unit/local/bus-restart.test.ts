import { describe, expect, it, vi } from 'vitest';
import { openBus } from '#infra/local/bus/bus.ts';
import { accountId, arnOf, defineUsual, heldClock, queueNamed, region, temporaryDirectory } from './support/bus.ts';

const work = arnOf('work');

describe('a start after a stop', () => {
  function reopening() {
    const held = heldClock();
    const file = `${temporaryDirectory()}/bus.db`;
    return { held, open: () => openBus({ file, accountId, region, ...held }) };
  }

  it('knows a clean stop from an unclean one, and has in-flight messages visible at once', async () => {
    const { open } = reopening();
    const first = open();
    expect([first.wasUncleanStop, first.lastAliveAt]).toEqual([false, undefined]);
    defineUsual(first);
    await first.send(work, 'one');
    first.receive(work, 1);
    first.close();
    const second = open();
    defineUsual(second);
    expect(second.wasUncleanStop).toBe(false);
    expect(second.receive(work, 1)).toHaveLength(1);
    second.close();
  });

  it('keeps the receive count of failed receives', async () => {
    const { held, open } = reopening();
    const first = open();
    defineUsual(first);
    await first.send(work, 'one');
    first.receive(work, 1);
    held.advance(30);
    first.close();
    const second = open();
    defineUsual(second);
    expect(second.receive(work, 1)[0]?.receiveCount).toBe(2);
    second.close();
  });

  it('delivers again what was deleted in the last seconds before the last sign of life', async () => {
    const { held, open } = reopening();
    const first = open();
    defineUsual(first);
    for (const body of ['early', 'late']) {
      await first.send(work, body);
      await first.delete(
        work,
        first.receive(work, 1).map((message) => message.receiptHandle),
      );
      held.advance(20);
    }
    first.markAlive();
    first.close();
    held.advance(3600);
    const second = open();
    defineUsual(second);
    expect(second.redeliverTail(25)).toBe(1);
    expect(second.receive(work, 10).map((message) => message.body)).toEqual(['late']);
    expect(() => second.redeliverTail(61)).toThrow('kept for 60 seconds');
    second.close();
  });

  it('forgets a deleted message when the tail is over, however long it then runs', async () => {
    const { held, open } = reopening();
    const first = open();
    defineUsual(first);
    await first.send(work, 'one');
    await first.delete(
      work,
      first.receive(work, 1).map((message) => message.receiptHandle),
    );
    first.close();
    const bringsBack = (seconds: number) => {
      held.jump(seconds);
      const bus = open();
      bus.prune();
      const count = bus.redeliverTail(60);
      bus.close();
      return count;
    };
    expect(bringsBack(61)).toBe(0);
  });

  it('still has the tail after a long pause, as long as it did not prune', async () => {
    const { held, open } = reopening();
    const first = open();
    defineUsual(first);
    await first.send(work, 'one');
    await first.delete(
      work,
      first.receive(work, 1).map((message) => message.receiptHandle),
    );
    first.close();
    held.jump(86_400);
    const second = open();
    expect(second.redeliverTail(1)).toBe(1);
    second.close();
  });

  it('reports messages of a queue that is no longer defined, and keeps them', async () => {
    const { open } = reopening();
    const first = open();
    defineUsual(first);
    first.defineQueue(queueNamed('former'));
    await first.send(arnOf('former'), 'kept');
    first.close();
    const second = open();
    defineUsual(second);
    expect(second.orphans()).toEqual([{ queueArn: arnOf('former'), count: 1 }]);
    second.defineQueue(queueNamed('former'));
    expect(second.receive(arnOf('former'), 1)[0]?.body).toBe('kept');
    second.close();
  });

  it('is refused while another process has the file', () => {
    const { open } = reopening();
    const first = open();
    expect(open).toThrow('locked');
    first.close();
  });

  it('keeps the delay of a delayed message', async () => {
    const { held, open } = reopening();
    const first = open();
    defineUsual(first);
    await first.send(work, 'later', { delaySeconds: 60 });
    first.close();
    held.advance(30);
    const second = open();
    defineUsual(second);
    const heard = vi.fn();
    second.onAvailable(work, heard);
    expect(second.receive(work, 1)).toEqual([]);
    held.advance(30);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(second.receive(work, 1)).toHaveLength(1);
    second.close();
  });
});
