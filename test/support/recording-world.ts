import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import type { EventDetail } from '#shared/events/contract.ts';
import { followStream } from '#shared/recording/follow-stream.ts';
import { takeBatch } from '#shared/recording/intake-queue.ts';
import { message } from './events-in.ts';
import { type Call, type FakeTable, fakeTable, type TableFault } from './fake-table.ts';
import { partnersKnown } from './partners.ts';
import { pick } from './random.ts';

interface OutcomeEvent {
  readonly name: string;
  readonly detail: EventDetail<Record<string, unknown>>;
}

interface Queued {
  readonly message: SQSRecord;
  visibleAt: number;
  receives: number;
}

export interface World {
  readonly table: FakeTable;
  readonly outcomes: OutcomeEvent[];
  /** Most deliveries that any message needed. */
  readonly mostReceives: () => number;
  clock(): number;
  /** Puts an event on the queue, to be seen after so many milliseconds. */
  put(body: string, delayMs?: number): void;
  /** Runs until the queue is empty and the stream has been followed to its end. */
  settle(): Promise<void>;
}

const TABLE_FAULTS: readonly TableFault[] = [
  'throttled',
  'conflict',
  'lost-before',
  'lost-after',
  'repeated',
  'unprocessed',
];
const START = Date.parse('2026-03-05T09:00:00.000Z');

/**
 * Table, queue, bus, recorders and stream follower together in memory, with time of their own: several recorders at once, every message
 * perhaps delivered twice, the stream perhaps rewound, and each call to the cloud perhaps failing, by a seeded chance.
 */
export function recordingWorld({ random, chance }: { random: () => number; chance: number }): World {
  let now = START;
  let most = 0;
  let followed = 0;
  let messages: Queued[] = [];
  const outcomes: OutcomeEvent[] = [];
  const unlucky = () => random() < chance;

  const turn = async () => {
    for (let left = Math.floor(random() * 4); left > 0; left--) await Promise.resolve();
  };
  const fault = (_: Call) => (unlucky() ? pick(random, TABLE_FAULTS) : undefined);
  const table = fakeTable({ fault, turn });
  const lost = () => Object.assign(new Error('TimeoutError'), { name: 'TimeoutError' });

  /** A call that may be lost on the way there or on the way back. */
  const calling = <Input, Answer>(act: (input: Input) => Answer) =>
    (async ({ input }: { input: Input }) => {
      await turn();
      if (unlucky()) throw lost();
      const answer = act(input);
      await turn();
      if (unlucky()) throw lost();
      return answer;
    }) as never;

  const put = (body: string, delayMs = 0, attributes: Record<string, string> = {}) => {
    messages.push({ message: message(body, attributes), visibleAt: now + delayMs, receives: 0 });
  };

  const queue = new SQSClient({ region: 'eu-west-2' });
  queue.send = calling(
    (input: {
      MessageBody: string;
      DelaySeconds: number;
      MessageAttributes: Record<string, { StringValue: string }>;
    }) => {
      const attributes = Object.fromEntries(
        Object.entries(input.MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      );
      put(input.MessageBody, input.DelaySeconds * 1_000, attributes);
      return {};
    },
  );

  const bus = new EventBridgeClient({ region: 'eu-west-2' });
  bus.send = calling(({ Entries }: { Entries: { Source: string; DetailType: string; Detail: string }[] }) => ({
    Entries: Entries.map(({ Source, DetailType, Detail }) => {
      if (unlucky()) return { ErrorCode: 'ThrottlingException' };
      const detail = JSON.parse(Detail) as OutcomeEvent['detail'];
      const contract = CATALOGUE.find(({ name, source }) => name === DetailType && source === Source);
      if (!contract) throw new Error(`${DetailType} is not in the catalogue.`);
      contract.detail.parse(detail);
      if (Source === 'partnership.intake')
        put(JSON.stringify({ id: `again-${outcomes.length}`, source: Source, 'detail-type': DetailType, detail }));
      else outcomes.push({ name: DetailType, detail });
      return { EventId: 'on the bus' };
    }),
  }));

  const silent = { info() {}, warn() {}, error() {} };
  const intake = { table: table.client, partners: partnersKnown(), queue, clock: () => now, log: silent, count() {} };

  async function record(batch: readonly Queued[]): Promise<void> {
    const { batchItemFailures } = await takeBatch(
      intake,
      batch.map((each) => each.message),
    );
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = new Set(batch.filter((each) => !failed.has(each.message.messageId)));
    messages = messages.filter((each) => !done.has(each));
  }

  async function follow(): Promise<void> {
    if (unlucky()) followed = Math.max(0, followed - Math.floor(random() * 5));
    const batch = table.stream.slice(followed, followed + 5);
    if (batch.length === 0) return;
    const { batchItemFailures } = await followStream(
      { table: table.client, bus, clock: () => now, log: silent },
      batch,
    );
    const first = batchItemFailures[0]?.itemIdentifier;
    followed +=
      first === undefined ? batch.length : batch.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === first);
  }

  function receive(): Queued[] {
    const visible = messages.filter(({ visibleAt }) => visibleAt <= now).sort(() => random() - 0.5);
    const batch = visible.slice(0, 1 + Math.floor(random() * 4));
    for (const each of batch) {
      // A message that is delivered twice stays in sight of the next recorder.
      if (!unlucky()) each.visibleAt = now + 30_000;
      each.receives++;
      most = Math.max(most, each.receives);
    }
    return batch;
  }

  async function settle(): Promise<void> {
    for (let round = 0; messages.length > 0 || followed < table.stream.length; round++) {
      if (round > 5_000) throw new Error('It does not come to rest.');
      await Promise.all([record(receive()), record(receive()), record(receive()), follow()]);
      const soonest = Math.min(...messages.map(({ visibleAt }) => visibleAt));
      now += Math.floor(random() * 2_000);
      if (followed >= table.stream.length && Number.isFinite(soonest)) now = Math.max(now, soonest);
    }
  }

  return { table, outcomes, mostReceives: () => most, clock: () => now, put, settle };
}
