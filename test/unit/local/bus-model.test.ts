import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openBus } from '#infra/local/bus/bus.ts';
import { accountId, arnOf, defineUsual, heldClock, region, temporaryDirectory } from './support/bus.ts';

const work = arnOf('work');
const dead = arnOf('dead');
const visibilityMs = 30_000;
const maxReceiveCount = 3;

/** What a message is, by the simplest reading of SQS's documentation. */
interface Expected {
  queue: 'work' | 'dead' | 'deleted';
  dueAt: number;
  hiddenUntil: number;
  count: number;
  handle: string;
}

type Step =
  | { do: 'send'; delaySeconds: number }
  | { do: 'receive'; max: number; from: 'work' | 'dead' }
  | { do: 'delete' | 'show'; which: number }
  | { do: 'advance'; seconds: number }
  | { do: 'redrive' | 'restart' };

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), delaySeconds: fc.constantFrom(0, 0, 0, 20) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      max: fc.constantFrom(1, 2, 100),
      from: fc.constantFrom('work' as const, 'work' as const, 'dead' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'show' as const), which: fc.nat(20) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), seconds: fc.constantFrom(0.001, 5, 30, 31) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('redrive' as const, 'restart' as const) }) },
);

it('does as a plain model of SQS does, whatever is done in whatever order: nothing lost, nothing given to two at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 10, maxLength: 40 }), async (list) => {
      const held = heldClock();
      const file = `${temporaryDirectory()}/bus.db`;
      const open = () => {
        const opened = openBus({ file, accountId, region, ...held });
        defineUsual(opened);
        return opened;
      };
      let bus = open();
      const model = new Map<string, Expected>();
      const visible = (queue: 'work' | 'dead') =>
        [...model].filter(
          ([, one]) => one.queue === queue && one.dueAt <= held.clock() && one.hiddenUntil <= held.clock(),
        );
      /** Those that a receive on the work queue finds to have been received too often. */
      const overdue = () => visible('work').filter(([, one]) => one.count >= maxReceiveCount);

      for (const step of list) {
        if (step.do === 'send') {
          const { messageId } = await bus.send(work, 'x', { delaySeconds: step.delaySeconds });
          const dueAt = held.clock() + step.delaySeconds * 1000;
          model.set(messageId, { queue: 'work', dueAt, hiddenUntil: 0, count: 0, handle: '' });
        } else if (step.do === 'receive') {
          const may = new Set(visible(step.from).map(([id]) => id));
          const buried = step.from === 'work' ? overdue() : [];
          for (const [id] of buried) may.delete(id);
          const got = bus.receive(step.from === 'work' ? work : dead, step.max);
          await turn();
          await turn();
          expect(got.length).toBe(Math.min(step.max, may.size));
          for (const message of got) {
            expect(may.delete(message.messageId)).toBe(true);
            const one = model.get(message.messageId);
            if (!one) throw new Error('a message that nobody sent');
            one.count++;
            expect(message.receiveCount).toBe(one.count);
            one.hiddenUntil = held.clock() + visibilityMs;
            one.handle = message.receiptHandle;
          }
          // A receive that stops early may not have come to all of them.
          const moved = new Set(bus.peek(dead, 1000).map((message) => message.messageId));
          for (const [id, one] of buried) {
            if (step.max === 100) expect(moved.has(id)).toBe(true);
            if (moved.has(id)) Object.assign(one, { queue: 'dead', dueAt: held.clock() });
          }
        } else if (step.do === 'delete' || step.do === 'show') {
          const hidden = [...model.values()].filter((one) => one.queue !== 'deleted' && one.hiddenUntil > held.clock());
          const one = hidden[step.which % Math.max(1, hidden.length)];
          if (!one) continue;
          const queue = one.queue === 'work' ? work : dead;
          if (step.do === 'delete') {
            await bus.delete(queue, [one.handle]);
            one.queue = 'deleted';
          } else {
            expect(bus.changeVisibility(queue, one.handle, 0)).toBe(true);
            one.hiddenUntil = 0;
          }
        } else if (step.do === 'advance') held.advance(step.seconds);
        else if (step.do === 'redrive') {
          const movable = visible('dead');
          expect(await bus.redrive(dead)).toBe(movable.length);
          for (const [, one] of movable) Object.assign(one, { queue: 'work', dueAt: held.clock(), count: 0 });
        } else {
          bus.close();
          bus = open();
          // Receives that the stop cut short do not count.
          for (const one of model.values())
            if (one.hiddenUntil > held.clock()) Object.assign(one, { hiddenUntil: 0, count: one.count - 1 });
        }
        for (const name of ['work', 'dead'] as const) {
          const of = [...model.values()].filter((one) => one.queue === name);
          expect(bus.depth(arnOf(name))).toMatchObject({
            visible: visible(name).length,
            inFlight: of.filter((one) => one.hiddenUntil > held.clock()).length,
            delayed: of.filter((one) => one.dueAt > held.clock()).length,
          });
        }
      }
      bus.close();
    }),
    { numRuns: 60 },
  );
});
