/**
 * The event sources on one table's stream: parents before children, each source at its own pace, all over the same reader. Writes wake
 * it (`kick`), so that nothing polls but a slow backstop.
 */
import type { FunctionModel, StreamSource } from '../template/model.ts';
import type { Log } from '../timers.ts';
import type { Checkpoints } from './stream/checkpoints.ts';
import { ShardReader } from './stream/reader.ts';
import type { Shard, StreamClient } from './stream/records.ts';
import { ShardLoop } from './stream/shard-loop.ts';

interface StreamConsumer {
  source: StreamSource;
  fn: Pick<FunctionModel, 'arn' | 'label'>;
  /** Invokes the function with a JSON text; rejects as the function's host does. */
  invoke(payload: string): Promise<string>;
}

export interface TableStreamOptions {
  client: StreamClient;
  checkpoints: Checkpoints;
  consumers: StreamConsumer[];
  /** Sends the message about a batch that was given up. */
  onFailure(queueArn: string, body: string): Promise<unknown>;
  log: Log;
  clock?: () => number;
}

export interface TableStream {
  /** Something was written to the table. */
  kick(): void;
  /** Every source has dealt with everything that was written before its last kick. */
  readonly caughtUp: boolean;
  /** Takes no more batches; resolves when those under way are done or cut off between retries. */
  stop(): Promise<void>;
}

const shardPollMillis = 10_000;

export function startTableStream(options: TableStreamOptions): TableStream {
  const stream = new Stream(options);
  stream.start();
  return stream;
}

class Stream implements TableStream {
  readonly #options: TableStreamOptions;
  readonly #readers = new Map<string, ShardReader>();
  readonly #loops = new Set<ShardLoop>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** Shards that a source is reading or has read, as `source shard`. */
  readonly #taken = new Set<string>();
  #kicks = 0;
  readonly #loopsWaiting = new Set<() => void>();
  readonly #followWaiting = new Set<() => void>();
  readonly #resting = new Set<() => void>();
  #known = false;

  constructor(options: TableStreamOptions) {
    this.#options = options;
  }

  start(): void {
    this.#track(this.#follow());
  }

  kick(): void {
    this.#kicks += 1;
    wake(this.#loopsWaiting);
  }

  get caughtUp(): boolean {
    return this.#options.consumers.length === 0 || (this.#known && [...this.#loops].every((loop) => loop.caughtUp));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    wake(this.#loopsWaiting);
    wake(this.#followWaiting);
    wake(this.#resting);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Looks for new shards: at the start, when one ended, and every now and then. */
  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const shards = await this.#options.client.shards();
        for (const consumer of this.#options.consumers) this.#startLoops(consumer, shards);
        this.#known = shards.length > 0;
      } catch (error) {
        this.#options.log('warn', 'the shards of a stream could not be listed; trying again', { error: String(error) });
      }
      await this.#pause(this.#known ? shardPollMillis : 200, this.#followWaiting);
    }
  }

  #startLoops(consumer: StreamConsumer, shards: Shard[]): void {
    const { checkpoints, log, onFailure, clock = Date.now } = this.#options;
    const { source } = consumer;
    const sourceId = `${source.origin.stack}/${source.origin.logicalId}`;
    const finished = (shardId: string): boolean => checkpoints.load(sourceId, shardId)?.finished === true;
    const ids = new Set(shards.map((shard) => shard.ShardId));
    for (const shard of shards) {
      const parent = shard.ParentShardId;
      const key = `${sourceId} ${shard.ShardId}`;
      if (this.#taken.has(key) || finished(shard.ShardId)) continue;
      if (parent && ids.has(parent) && !finished(parent)) continue;
      this.#taken.add(key);
      const reader = this.#readerOf(shard.ShardId, source);
      const loop = new ShardLoop({
        source,
        sourceId,
        functionArn: consumer.fn.arn,
        shardId: shard.ShardId,
        reader,
        checkpoints,
        // Only what was there before the source was: a child shard is read from its beginning.
        start: parent ? 'TRIM_HORIZON' : source.startingPosition,
        invoke: consumer.invoke,
        onFailure,
        stopping: this.#stopping.signal,
        log,
        clock,
        kicks: () => this.#kicks,
        wait: (millis) => this.#pause(millis, this.#loopsWaiting),
        rest: (millis) => this.#pause(millis, this.#resting),
      });
      this.#loops.add(loop);
      this.#track(this.#runLoop(loop, key));
    }
  }

  /** One for all, but for a source that begins with what is new: its first position has no number yet. */
  #readerOf(shardId: string, source: StreamSource): ShardReader {
    if (source.startingPosition === 'LATEST') return new ShardReader(this.#options.client, shardId);
    const reader = this.#readers.get(shardId) ?? new ShardReader(this.#options.client, shardId);
    this.#readers.set(shardId, reader);
    return reader;
  }

  async #runLoop(loop: ShardLoop, key: string): Promise<void> {
    const ended = await loop.run();
    this.#loops.delete(loop);
    if (!ended) return;
    this.#options.log('info', 'a shard was read to its end', { shard: key });
    this.#taken.delete(key);
    this.#known = false;
    wake(this.#followWaiting);
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#options.log('error', 'a stream source broke', { error: String(error) }))
      .finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  #pause(millis: number, waiters: Set<() => void>): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiters.delete(done);
        resolve();
      };
      const timer = setTimeout(done, millis);
      waiters.add(done);
    });
  }
}

function wake(waiters: Set<() => void>): void {
  for (const done of [...waiters]) done();
}
