/** Hands batches of one shard to the function, with everything that Lambda does when that fails. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ThrottledError } from '../../lambda/host.ts';
import type { StreamSource } from '../../template/model.ts';
import type { Log } from '../../timers.ts';
import type { WindowState } from './checkpoints.ts';
import type { StreamRecord } from './records.ts';

export interface DeliveryOptions {
  source: StreamSource;
  functionArn: string;
  shardId: string;
  invoke(payload: string): Promise<string>;
  /** Sends the message about a batch that was given up to the queue that the source names. */
  onFailure(queueArn: string, body: string): Promise<unknown>;
  /** Everything up to this record is dealt with. */
  done(record: StreamRecord): void;
  stopping: AbortSignal;
  log: Log;
  clock: () => number;
}

/** A delivery is cut off because the host stops; what was not done is delivered again on the next start. */
export class Stopped extends Error {}

const firstRetryMillis = 250;
const longestRetryMillis = 10_000;

type Outcome = { kind: 'success' } | { kind: 'partial'; from: number } | { kind: 'error'; reason: string };

export class Delivery {
  readonly #options: DeliveryOptions;
  /** The open tumbling window; kept up to date from the function's answers. */
  window: WindowState | undefined;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Delivers the records, all of one window. Returns when each is dealt with: taken by the function, or given up. */
  async deliver(records: StreamRecord[]): Promise<void> {
    const { source } = this.#options;
    let rest = records;
    let attempts = 0;
    while (rest.length > 0) {
      rest = await this.#giveUpExpired(rest, attempts);
      const last = rest.at(-1);
      if (!last) return;
      const outcome = await this.#invoke(rest, false);
      attempts += 1;
      if (outcome.kind === 'success') return this.#options.done(last);
      if (outcome.kind === 'partial' && outcome.from > 0) {
        const before = rest[outcome.from - 1];
        if (before) this.#options.done(before);
        rest = rest.slice(outcome.from);
        attempts = 0;
        continue;
      }
      if (source.bisectBatchOnFunctionError && rest.length > 1) {
        // Splitting is not counted as a retry, so that one bad record can be told from its neighbours.
        const middle = Math.ceil(rest.length / 2);
        await this.deliver(rest.slice(0, middle));
        rest = rest.slice(middle);
        attempts = 0;
        continue;
      }
      if (source.maximumRetryAttempts >= 0 && attempts > source.maximumRetryAttempts) {
        await this.#giveUp(rest, 'RetryAttemptsExhausted', attempts);
        return;
      }
      await this.#pause(attempts);
    }
  }

  /** The last invocation of a window, without records. */
  async finish(): Promise<void> {
    const { source, log } = this.#options;
    for (let attempts = 1; this.window; attempts += 1) {
      const outcome = await this.#invoke([], true);
      if (outcome.kind === 'success') break;
      if (source.maximumRetryAttempts >= 0 && attempts > source.maximumRetryAttempts) {
        log('error', 'the end of a window was given up', { function: source.functionName, window: this.window });
        break;
      }
      await this.#pause(attempts);
    }
    this.window = undefined;
  }

  async #invoke(records: StreamRecord[], final: boolean): Promise<Outcome> {
    const { source, shardId, invoke, log } = this.#options;
    const event = this.window
      ? {
          Records: records,
          window: { start: iso(this.window.start), end: iso(this.window.end) },
          state: this.window.state,
          shardId,
          eventSourceARN: source.sourceArn,
          isFinalInvokeForWindow: final,
          isWindowTerminatedEarly: false,
        }
      : { Records: records };
    const payload = JSON.stringify(event);
    for (;;) {
      try {
        return this.#read(await invoke(payload), records);
      } catch (error) {
        this.#stopIfAsked();
        if (error instanceof ThrottledError) {
          await this.#pause(1);
          continue;
        }
        log('warn', 'a batch of stream records failed', {
          function: source.functionName,
          records: records.length,
          error: String(error),
        });
        return { kind: 'error', reason: String(error) };
      }
    }
  }

  /** What the function says of its batch. */
  #read(answer: string, records: StreamRecord[]): Outcome {
    const value = JSON.parse(answer) as { state?: unknown; batchItemFailures?: { itemIdentifier?: unknown }[] } | null;
    if (this.window) {
      if (typeof value?.state !== 'object' || value.state === null) {
        throw new Error('the answer of a function with a tumbling window has no state');
      }
      this.window.state = value.state;
    }
    if (!this.#options.source.reportBatchItemFailures) return { kind: 'success' };
    const failures = value?.batchItemFailures ?? [];
    if (failures.length === 0) return { kind: 'success' };
    const failed = new Set(failures.map((failure) => failure.itemIdentifier));
    const from = records.findIndex((record) => failed.has(record.dynamodb.SequenceNumber));
    // An identifier that is not in the batch fails all of it.
    return { kind: 'partial', from: Math.max(from, 0) };
  }

  async #giveUpExpired(records: StreamRecord[], attempts: number): Promise<StreamRecord[]> {
    const { source, clock } = this.#options;
    if (source.maximumRecordAgeSeconds < 0) return records;
    const oldest = clock() / 1000 - source.maximumRecordAgeSeconds;
    const young = records.findIndex((record) => record.dynamodb.ApproximateCreationDateTime >= oldest);
    const expired = young < 0 ? records : records.slice(0, young);
    if (expired.length > 0) await this.#giveUp(expired, 'RecordAgeExceeded', attempts);
    return young < 0 ? [] : records.slice(young);
  }

  async #giveUp(records: StreamRecord[], condition: string, attempts: number): Promise<void> {
    const { source, functionArn, shardId, onFailure, done, log, clock } = this.#options;
    const [first, last] = [records[0], records.at(-1)];
    if (!first || !last) return;
    const arrival = (record: StreamRecord) => iso(record.dynamodb.ApproximateCreationDateTime * 1000);
    const info = {
      shardId,
      startSequenceNumber: first.dynamodb.SequenceNumber,
      endSequenceNumber: last.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: records.length,
      streamArn: source.sourceArn,
    };
    log('error', 'a batch of stream records was given up', { function: source.functionName, condition, ...info });
    if (source.onFailureArn) {
      const message = {
        requestContext: {
          requestId: randomUUID(),
          functionArn: `${functionArn}:$LATEST`,
          condition,
          approximateInvokeCount: attempts,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: iso(clock()),
        DDBStreamBatchInfo: info,
      };
      await onFailure(source.onFailureArn, JSON.stringify(message));
    }
    done(last);
  }

  async #pause(attempts: number): Promise<void> {
    const millis = Math.min(longestRetryMillis, firstRetryMillis * 2 ** Math.min(attempts - 1, 10));
    await sleep(millis, undefined, { signal: this.#options.stopping }).catch(() => {});
    this.#stopIfAsked();
  }

  #stopIfAsked(): void {
    if (this.#options.stopping.aborted) throw new Stopped();
  }
}

function iso(millis: number): string {
  return new Date(millis).toISOString();
}
