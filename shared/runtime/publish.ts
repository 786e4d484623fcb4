import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { environment } from './environment.ts';

export interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** `PutEvents` takes ten at most. */
const ENTRIES_AT_MOST = 10;
/** How often entries that the bus refused are offered again. */
const ATTEMPTS = 4;

/**
 * Puts events on the bus and looks at the answer entry by entry, since `PutEvents` fails so. What is refused is offered again a
 * bounded number of times. Answers the indexes of the entries that the bus has not taken: empty is success. Throws where the call
 * itself fails, and then any of them may have been taken.
 */
export async function publish(bus: EventBridgeClient, entries: readonly Entry[]): Promise<number[]> {
  let left = entries.map((entry, index) => ({ entry, index }));
  for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt * Math.random()));
    const refused: typeof left = [];
    for (let start = 0; start < left.length; start += ENTRIES_AT_MOST) {
      const slice = left.slice(start, start + ENTRIES_AT_MOST);
      const answer = await bus.send(
        new PutEventsCommand({
          Entries: slice.map(({ entry }) => ({ ...entry, EventBusName: environment('busName') })),
        }),
      );
      refused.push(...slice.filter((_, index) => !answer.Entries?.[index]?.EventId));
    }
    left = refused;
  }
  return left.map(({ index }) => index);
}
