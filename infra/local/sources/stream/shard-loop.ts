/** One source on one shard: collects batches, has them delivered, remembers how far it came. */
import { matches } from '../../pattern.ts';
import type { Checkpoint, Checkpoints } from './checkpoints.ts';
import { Delivery, type DeliveryOptions, Stopped } from './deliver.ts';
import type { ShardReader } from './reader.ts';
import type { StreamRecord } from './records.ts';

export interface ShardLoopOptions extends Omit<DeliveryOptions, 'done'> {
  /** Names the source in the checkpoints. */
  sourceId: string;
  reader: ShardReader;
  checkpoints: Checkpoints;
  start: 'TRIM_HORIZON' | 'LATEST';
  /** How many writes to the table were heard of; a read that began after the last of them has seen them all. */
  kicks(): number;
  /** Resolves at the next write, after the time, or when the host stops. */
  wait(millis: number): Promise<void>;
  /** Resolves after the time, or when the host stops. */
  rest(millis: number): Promise<void>;
}

/** A backstop only: whatever writes to the table tells of it. */
const idlePollMillis = 1_000;
/**
 * Lambda asks a shard about four times a second. So does this while there is always something new, and batches fill; what comes alone is
 * read at once.
 */
const readsAtOnce = 4;
const readsPeriodMillis = 1_000;
/** Keeps an invocation below 6 MB; sizes are those of the items, which are shorter than their JSON. */
const batchBytes = 2_000_000;

export class ShardLoop {
  readonly #options: ShardLoopOptions;
  readonly #delivery: Delivery;
  #pending: StreamRecord[] = [];
  #pendingSince = 0;
  /** The last record that was read, delivered or not. */
  #readTo: string | undefined;
  /** The last record that is dealt with. */
  #doneTo: string | undefined;
  #seenKicks = -1;
  /** When the last reads began, the oldest first. */
  #reads: number[] = [];

  constructor(options: ShardLoopOptions) {
    this.#options = options;
    this.#delivery = new Delivery({ ...options, done: (record) => this.#done(record.dynamodb.SequenceNumber) });
  }

  /** Nothing is left to do of what had been written when it was asked. */
  get caughtUp(): boolean {
    return this.#seenKicks === this.#options.kicks() && this.#pending.length === 0;
  }

  /** Runs until the shard is read to its end (true) or the host stops (false). */
  async run(): Promise<boolean> {
    const { checkpoints, sourceId, shardId, stopping, log } = this.#options;
    const saved: Checkpoint | undefined = checkpoints.load(sourceId, shardId);
    this.#readTo = saved?.sequence;
    this.#doneTo = saved?.sequence;
    this.#delivery.window = saved?.window;
    while (!stopping.aborted) {
      try {
        if (await this.#step()) return true;
      } catch (error) {
        if (error instanceof Stopped || stopping.aborted) return false;
        log('warn', 'the stream could not be read; trying again', { shardId, error: String(error) });
        await this.#options.wait(idlePollMillis);
      }
    }
    return false;
  }

  /** True at the end of the shard. */
  async #step(): Promise<boolean> {
    const { reader, kicks, source, start, clock } = this.#options;
    const before = kicks();
    let closed = false;
    let read = 0;
    if (this.#pending.length < source.batchSize) {
      if (!(await this.#turn())) return false;
      const answer = await reader.read(this.#readTo, start);
      closed = answer.closed;
      read = answer.records.length;
      this.#take(answer.records);
    }
    if (
      this.#pending.length >= source.batchSize ||
      (this.#pending.length > 0 && this.#windowOver(closed && read === 0))
    ) {
      await this.#deliverOne();
      return false;
    }
    await this.#finishWindow(closed && read === 0);
    if (closed && read === 0) {
      this.#save(true);
      return true;
    }
    if (read > 0) return false;
    this.#seenKicks = before;
    if (kicks() === before) await this.#options.wait(this.#waitMillis(clock()));
    return false;
  }

  /** Whether it is time for the next read; false where something happened in between. */
  async #turn(): Promise<boolean> {
    const now = performance.now();
    const free = this.#reads.length < readsAtOnce ? 0 : (this.#reads[0] ?? 0) + readsPeriodMillis - now;
    if (free > 0) {
      await this.#options.rest(free);
      return false;
    }
    this.#reads = [...this.#reads.slice(1 - readsAtOnce), now];
    return true;
  }

  #take(records: StreamRecord[]): void {
    const last = records.at(-1);
    if (!last) return;
    this.#readTo = last.dynamodb.SequenceNumber;
    const { filters } = this.#options.source;
    const wanted =
      filters.length === 0 ? records : records.filter((record) => filters.some((filter) => matches(filter, record)));
    if (this.#pending.length === 0) {
      this.#pendingSince = this.#options.clock();
      if (wanted.length === 0) this.#done(last.dynamodb.SequenceNumber);
    }
    this.#pending.push(...wanted);
  }

  /** Whether the batching window is over. */
  #windowOver(end: boolean): boolean {
    const { source, clock } = this.#options;
    return end || clock() >= this.#pendingSince + source.maximumBatchingWindowSeconds * 1000;
  }

  async #deliverOne(): Promise<void> {
    const batch = await this.#cut();
    await this.#delivery.deliver(batch);
    this.#pending.splice(0, batch.length);
    this.#pendingSince = this.#options.clock();
  }

  /** The next records that go together: no more than the batch size, of one tumbling window. */
  async #cut(): Promise<StreamRecord[]> {
    const { source } = this.#options;
    const batch: StreamRecord[] = [];
    let bytes = 0;
    const width = source.tumblingWindowSeconds * 1000;
    const windowStart = (record: StreamRecord) =>
      width === 0 ? 0 : Math.floor((record.dynamodb.ApproximateCreationDateTime * 1000) / width) * width;
    const [first] = this.#pending;
    if (!first) return batch;
    const open = this.#delivery.window;
    if (width > 0 && open && windowStart(first) > open.start) await this.#delivery.finish();
    // A record that comes late belongs to the window that is open.
    if (width > 0) {
      this.#delivery.window ??= { start: windowStart(first), end: windowStart(first) + width, state: {} };
    }
    const current = this.#delivery.window?.start ?? 0;
    for (const record of this.#pending) {
      bytes += record.dynamodb.SizeBytes;
      if (batch.length > 0 && (batch.length >= source.batchSize || bytes > batchBytes || windowStart(record) > current))
        break;
      batch.push(record);
    }
    return batch;
  }

  async #finishWindow(end: boolean): Promise<void> {
    const { window } = this.#delivery;
    if (!window || this.#pending.length > 0) return;
    if (!end && this.#options.clock() < window.end) return;
    await this.#delivery.finish();
    this.#save(false);
  }

  #waitMillis(now: number): number {
    const { source } = this.#options;
    const ends = [now + idlePollMillis];
    if (this.#pending.length > 0) ends.push(this.#pendingSince + source.maximumBatchingWindowSeconds * 1000);
    else if (this.#delivery.window) ends.push(this.#delivery.window.end);
    return Math.max(1, Math.min(...ends) - now);
  }

  #done(sequence: string): void {
    this.#doneTo = sequence;
    this.#save(false);
  }

  #save(finished: boolean): void {
    const { checkpoints, sourceId, shardId } = this.#options;
    const { window } = this.#delivery;
    checkpoints.save(sourceId, shardId, {
      ...(this.#doneTo === undefined ? {} : { sequence: this.#doneTo }),
      finished,
      ...(window ? { window } : {}),
    });
  }
}
