import type { DynamoDBRecord } from 'aws-lambda';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { PROBE_SK } from '#shared/store/keys.ts';
import type { Probes } from '#shared/store/probes.ts';
import { shardKey } from './head.ts';

export interface CountingParts {
  readonly probes: Pick<Probes, 'put' | 'progress'>;
  /** Names of the shards of the table's stream that are open, as they are now. */
  readonly openShards: () => Promise<readonly string[]>;
  readonly clock: Clock;
  /** How long after its stamp a record may still be written, in milliseconds; default {@link SETTLE_MILLISECONDS}. */
  readonly settleMilliseconds?: number;
  /** Milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
}

/** Counting did not pass the instant in time: the projector is behind, or fails. It can be tried again. */
export class CountingBehind extends Error {
  override readonly name = 'CountingBehind';
}

/**
 * What was stamped by an instant has been written so long after it: the recorder gives up after 3 seconds, and a request on its way
 * arrives within another two.
 */
const SETTLE_MILLISECONDS = 5_000;
/** How long the projector may be behind, in milliseconds. */
const PATIENCE_MILLISECONDS = 120_000;
const FIRST_PAUSE_MILLISECONDS = 250;
const LONGEST_PAUSE_MILLISECONDS = 2_000;
/** Keys that probes are written under, so that there are never more of them. */
const KEYS = 4096;
/** A shard that has not been hit by one of four is hit by one of the next four, or the next. */
const PROBES_A_SHARD = 4;
const PROBES_AT_MOST = 100;

/**
 * Waits until everything that was recorded by an instant has been counted, and stands in the journal. What can still be written by
 * then is waited for; then probes are written until one has been counted in every open shard of the stream: a shard is counted in
 * order, and after those that it came from. Throws {@link CountingBehind} after two minutes.
 */
export async function awaitCounted(parts: CountingParts, cutOff: string): Promise<void> {
  const { probes, openShards, clock, pause, random, settleMilliseconds = SETTLE_MILLISECONDS } = parts;
  const settled = Date.parse(cutOff) + settleMilliseconds;
  while (clock() < settled) await pause(settled - clock());
  const giveUpAt = clock() + PATIENCE_MILLISECONDS;
  for (let wait = FIRST_PAUSE_MILLISECONDS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MILLISECONDS)) {
    const counted = await probes.progress();
    const behind = (await openShards()).filter((shard) => (counted.get(shardKey(shard)) ?? '') < toInstant(settled));
    if (behind.length === 0) return;
    if (clock() > giveUpAt) throw new CountingBehind(`${behind.length} shards have not been counted up to ${cutOff}.`);
    const number = Math.min(PROBES_AT_MOST, PROBES_A_SHARD * behind.length);
    const chosen = new Set(Array.from({ length: number }, () => Math.floor(random() * KEYS)));
    await probes.put([...chosen], toInstant(clock()));
    await pause(wait);
  }
}

/** When the newest probe in a batch of the table's stream was written; undefined where there is none. */
export function newestProbe(records: readonly DynamoDBRecord[]): string | undefined {
  let newest: string | undefined;
  for (const { dynamodb } of records) {
    if (dynamodb?.Keys?.['sk']?.S !== PROBE_SK) continue;
    const at = dynamodb.NewImage?.['at']?.S;
    if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  }
  return newest;
}
