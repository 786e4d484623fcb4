import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Receipt } from '#shared/store/receipts.ts';
import type { Standing } from '#shared/store/standing.ts';
import { type LoadedSubject, loadStanding, loadSubject } from '#shared/store/subjects.ts';
import { toProblemError } from '../answer.ts';

/** What has become of an event; pending while nothing has. */
export type Outcome =
  | { readonly status: 'recorded'; readonly record: LoadedSubject }
  | { readonly status: 'rejected'; readonly receipt: Receipt & { status: 'rejected' } }
  | { readonly status: 'quarantined' }
  | { readonly status: 'pending' };

export function outcomeOf({ record, recorded, receipt }: Standing<LoadedSubject>): Outcome {
  if (recorded && record) return { status: 'recorded', record };
  if (receipt?.status === 'rejected') return { status: 'rejected', receipt };
  if (receipt?.status === 'quarantined') return { status: 'quarantined' };
  return { status: 'pending' };
}

/** How long a write waits for its event to be recorded, in milliseconds. */
export const PATIENCE_MS = 5_000;

/** The first look comes no sooner and no later than this, in milliseconds. */
const FIRST_LOOK_MS = { atLeast: 5, atMost: 1_500 } as const;
/** Pauses between later looks, in milliseconds; each is longer than the one before. */
const PAUSE_MS = { atLeast: 15, atMost: 500, growth: 1.6 } as const;
/** How much one more write tells of how long recording usually takes. */
const LEARNING = 0.2;

export interface Waiter {
  /** Waits until an event that was published at `since` (milliseconds) is recorded or refused; pending where it is neither in time. */
  wait(recordId: string, eventId: string, since: number): Promise<Outcome>;
}

/**
 * Looks for an event where it will be: for the first time when it is usually there, as learnt from the writes before (how long it took
 * and how much that varied), then at growing intervals. So most writes cost one read however many clients wait. The first look is for the record alone: what is not
 * there then is mostly late, and only seldom refused or followed by another event already.
 */
export function createWaiter(parts: {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}): Waiter {
  const { table, clock, sleep = pause } = parts;
  let typical = 60;
  let deviation = 10;
  const look = async (recordId: string, eventId: string, first: boolean): Promise<Outcome> => {
    try {
      if (first) {
        const record = await loadSubject(table, recordId);
        return record?.event.eventId === eventId ? { status: 'recorded', record } : { status: 'pending' };
      }
      return outcomeOf(await loadStanding(table, recordId, eventId));
    } catch (error) {
      // A table that is overloaded for a moment is looked at again; the event is on its way all the same.
      if (toProblemError(error).code !== 'unavailable') throw error;
      return { status: 'pending' };
    }
  };
  const learn = (outcome: Outcome, eventId: string, since: number) => {
    if (outcome.status !== 'recorded') return;
    const { event } = outcome.record;
    const elapsed = clock() - since;
    const took = event.eventId === eventId ? Date.parse(event.recordedAt) - since : elapsed;
    const off = clamp(took, 1, elapsed) - typical;
    deviation += LEARNING * (Math.abs(off) - deviation);
    typical += LEARNING * off;
  };
  return {
    async wait(recordId, eventId, since) {
      const deadline = since + PATIENCE_MS;
      let next = clamp(typical * 1.1 + deviation, FIRST_LOOK_MS.atLeast, FIRST_LOOK_MS.atMost);
      let interval = clamp(typical * 0.3, PAUSE_MS.atLeast, PAUSE_MS.atMost);
      for (let looks = 0; ; looks++) {
        await sleep(Math.max(0, Math.min(since + next, deadline) - clock()));
        const outcome = await look(recordId, eventId, looks === 0);
        if (outcome.status !== 'pending' || clock() >= deadline) {
          learn(outcome, eventId, since);
          return outcome;
        }
        next = clock() - since + interval;
        interval = clamp(interval * PAUSE_MS.growth, PAUSE_MS.atLeast, PAUSE_MS.atMost);
      }
    },
  };
}

const clamp = (value: number, atLeast: number, atMost: number) =>
  Math.max(atLeast, Math.min(value, Math.max(atLeast, atMost)));
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
