import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { recordEvent } from '#shared/recording/record-event.ts';
import type { Receipt } from '#shared/store/receipts.ts';
import { bodyOfEvent, metadataOf } from './events-in.ts';
import { functionWorld, useFunctionEnvironment } from './function-world.ts';
import { partnersKnown } from './partners.ts';
import { event, evt, minute, RECORD_ID } from './record-events.ts';

export const note = (n: number): RecordEvent => event({ verb: 'noted', data: { text: 'Called.' } }, { n });

/** A note that has waited for its record in vain. */
export const waiting = (n: number): Receipt & { recordId: string } => ({
  status: 'quarantined',
  eventId: evt(n),
  recordId: RECORD_ID['trade-deal'],
  type: 'trade-deal.noted',
  at: minute(600),
  reason: 'record-missing',
  errors: [],
  event: JSON.stringify({ 'detail-type': 'trade-deal.noted', detail: JSON.parse(bodyOfEvent(note(n))).detail }),
});

/** The stream follower's entry point on a table of its own, for the tests of the file that calls this: anew before each. */
export function publisher() {
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

  /** What the stream has to tell that has not been followed yet. */
  const news = (): DynamoDBRecord[] => {
    const batch = world.kept.stream.slice(followed);
    followed = world.kept.stream.length;
    return batch;
  };
  /** Gives a batch to the function: the sequence numbers that it could not follow. */
  const follow = async (batch: DynamoDBRecord[] = news()): Promise<string[]> =>
    (await handler({ Records: batch })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

  return {
    world,
    news,
    follow,
    /** Follows the stream to its end. */
    followAll: async (): Promise<void> => {
      while (followed < world.kept.stream.length)
        if ((await follow()).length > 0) throw new Error('A change could not be followed.');
    },
    record: async (...events: RecordEvent[]): Promise<void> => {
      for (const told of events)
        await recordEvent(
          { table: world.kept.client, partners: partnersKnown(), clock: () => Date.parse(minute(600)) },
          told,
          metadataOf(told),
        );
    },
    /** All that the bus was offered so far. */
    published: () => world.offered().flat(),
  };
}
