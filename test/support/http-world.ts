import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { vi } from 'vitest';
import { takeBatch } from '#shared/recording/intake-queue.ts';
import { bodyOf, message } from './events-in.ts';
import type { FakeTableOptions } from './fake-table.ts';
import { functionWorld } from './function-world.ts';
import { partnersKnown } from './partners.ts';

type Entries = NonNullable<ConstructorParameters<typeof PutEventsCommand>[0]['Entries']>;

/** What the bus does with what it is offered. `lost` takes it, and the answer never comes. */
export type BusMood = 'sound' | 'refusing' | 'failing' | 'lost';

/** An HTTP function's surroundings: the table in memory, a bus of changing moods, and a recorder that records when it is let. */
export function httpWorld() {
  const world = functionWorld();
  const waiting: string[] = [];
  let recordsAtOnce = true;
  let mood: BusMood = 'sound';
  let moodLasts = Number.POSITIVE_INFINITY;

  const recorder = {
    get table() {
      return world.kept.client;
    },
    partners: partnersKnown(),
    queue: new SQSClient({ region: 'eu-west-2' }),
    clock: () => Date.now(),
    log: { info() {}, warn() {}, error() {} },
    count() {},
  };

  /** Records everything that is on the bus. */
  async function record(): Promise<void> {
    for (let tries = 0; waiting.length > 0; tries++) {
      if (tries > 200) throw new Error('It is never recorded.');
      const body = waiting.shift() as string;
      const { batchItemFailures } = await takeBatch(recorder, [message(body)]);
      if (batchItemFailures.length > 0) waiting.push(body);
    }
  }

  /** The same, the last one first: the bus keeps no order. */
  async function recordReversed(): Promise<void> {
    waiting.reverse();
    await record();
  }

  async function offered(entries: Entries) {
    const now = moodLasts-- > 0 ? mood : 'sound';
    if (now === 'failing') throw Object.assign(new Error('no'), { name: 'ThrottlingException' });
    if (now === 'refusing')
      return { FailedEntryCount: entries.length, Entries: entries.map(() => ({ ErrorCode: 'ThrottlingException' })) };
    for (const { DetailType = '', Detail = '' } of entries) waiting.push(bodyOf(DetailType, JSON.parse(Detail)));
    if (recordsAtOnce) await record();
    if (now === 'lost') throw Object.assign(new Error('late'), { name: 'TimeoutError' });
    return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'on-the-bus' })) };
  }

  return {
    ...world,
    get kept() {
      return world.kept;
    },
    record,
    recordReversed,
    reset(options: FakeTableOptions & { readonly recordsAtOnce?: boolean } = {}): void {
      world.reset(options);
      waiting.length = 0;
      recordsAtOnce = options.recordsAtOnce ?? true;
      mood = 'sound';
      world.bus.on(PutEventsCommand).callsFake(({ Entries = [] }) => offered(Entries));
      // Waiting costs no time but moves the clock on.
      vi.stubGlobal('setTimeout', (run: () => void, milliseconds = 0) => {
        vi.setSystemTime(Date.now() + milliseconds);
        setImmediate(run);
      });
    },
    recordsAtOnce(value: boolean): void {
      recordsAtOnce = value;
    },
    /** The bus is in that mood for so many calls. */
    busIs(next: BusMood, calls = Number.POSITIVE_INFINITY): void {
      mood = next;
      moodLasts = calls;
    },
    /** Records of the table, as they are kept. */
    records: () => world.kept.items().filter(({ sk }) => sk === 'record'),
  };
}
