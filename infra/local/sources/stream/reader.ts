/** Reads one shard for all its consumers: what one of them read is still there for the next, so the engine is asked once. */
import { DynamoError } from '../../dynamodb/client.ts';
import { compareSequence, type StreamClient, type StreamRecord } from './records.ts';

export interface ShardRead {
  records: StreamRecord[];
  /** No more will ever come after these. */
  closed: boolean;
}

/** Records of the newest end of the shard that are kept in memory. */
const keptRecords = 1_000;
const readLimit = 1_000;

export class ShardReader {
  readonly #client: StreamClient;
  readonly #shardId: string;
  /** Records after `#from`, up to the newest that was read. */
  #tail: StreamRecord[] = [];
  #from: string | undefined;
  #iterator: string | undefined;
  #opening: Promise<void> | undefined;
  #closed = false;
  #reading: Promise<void> | undefined;

  constructor(client: StreamClient, shardId: string) {
    this.#client = client;
    this.#shardId = shardId;
  }

  /**
   * Records after the sequence number, in order; from the oldest there is where it is undefined. May be empty: nothing new.
   * A position that the engine no longer knows (trimmed, or lost in a crash) is read from the oldest record.
   */
  async read(after: string | undefined, start: 'TRIM_HORIZON' | 'LATEST' = 'TRIM_HORIZON'): Promise<ShardRead> {
    this.#opening ??= this.#establish(after, start);
    await this.#opening;
    if (!this.#covers(after)) return await this.#readApart(after);
    let known = this.#after(after);
    if (known.length === 0 && this.#reading) {
      // A read that began before this call may have missed what the caller was told of.
      await this.#reading;
      known = this.#after(after);
    }
    if (known.length > 0) return { records: known, closed: this.#closed };
    if (this.#closed) return { records: [], closed: true };
    this.#reading ??= this.#advance().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return { records: this.#after(after), closed: this.#closed };
  }

  /** The tail begins where the first consumer stands. */
  async #establish(after: string | undefined, start: 'TRIM_HORIZON' | 'LATEST'): Promise<void> {
    try {
      this.#iterator = await this.#open(after, start);
      this.#from = after;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  #covers(after: string | undefined): boolean {
    if (this.#from === undefined) return true;
    return after !== undefined && compareSequence(after, this.#from) >= 0;
  }

  #after(sequence: string | undefined): StreamRecord[] {
    if (sequence === undefined) return [...this.#tail];
    const index = this.#tail.findLastIndex((record) => compareSequence(record.dynamodb.SequenceNumber, sequence) <= 0);
    return this.#tail.slice(index + 1);
  }

  async #advance(): Promise<void> {
    try {
      this.#iterator ??= await this.#open(this.#tail.at(-1)?.dynamodb.SequenceNumber ?? this.#from, 'TRIM_HORIZON');
      if (this.#iterator === undefined) return;
      const { records, next } = await this.#client.records(this.#iterator, readLimit);
      this.#iterator = next;
      this.#closed = next === undefined;
      if (records.length === 0) return;
      this.#tail.push(...records);
      const surplus = this.#tail.length - Math.max(keptRecords, records.length);
      if (surplus > 0) this.#from = this.#tail.splice(0, surplus).at(-1)?.dynamodb.SequenceNumber;
    } catch (error) {
      this.#iterator = undefined;
      if (!(error instanceof DynamoError)) throw error;
      // An iterator is good for 15 minutes; the next read opens a new one.
      if (error.name !== 'ExpiredIteratorException') throw error;
    }
  }

  /** For a consumer that is far behind the others. */
  async #readApart(after: string | undefined): Promise<ShardRead> {
    const iterator = await this.#open(after, 'TRIM_HORIZON');
    if (iterator === undefined) return { records: [], closed: false };
    const { records, next } = await this.#client.records(iterator, readLimit);
    return { records, closed: next === undefined };
  }

  async #open(after: string | undefined, start: 'TRIM_HORIZON' | 'LATEST'): Promise<string | undefined> {
    try {
      return await this.#client.iterator(this.#shardId, after, start);
    } catch (error) {
      const unknown = ['TrimmedDataAccessException', 'ValidationException'];
      if (!after || !(error instanceof DynamoError) || !unknown.includes(error.name)) throw error;
      return await this.#client.iterator(this.#shardId, undefined, 'TRIM_HORIZON');
    }
  }
}
