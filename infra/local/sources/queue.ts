import type { Bus, Message } from '../bus/types.ts';
import { checkPattern, matches } from '../pattern.ts';
import type { Log } from '../timers.ts';
import { systemAttributes } from '../wire/queue-messages.ts';

export interface QueueSourceOptions {
  bus: Bus;
  queueArn: string;
  batchSize: number;
  maxBatchingWindowSeconds: number;
  /** Batches in flight at once; default 5. */
  maxConcurrency?: number;
  functionResponseTypes?: string[];
  /** As in the template: `Filters[].Pattern` is JSON text or an object. */
  filterCriteria?: { Filters?: { Pattern?: string | object }[] };
  /** Invokes the function with an SQS event; rejects when the function failed. */
  invoke: (event: SqsEvent) => Promise<unknown>;
  functionName: string;
  region: string;
  log: Log;
}

export interface SqsEvent {
  Records: SqsRecord[];
}

export interface SqsRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: Record<string, string>;
  messageAttributes: Record<string, { dataType: string; stringValue?: string; binaryValue?: string }>;
  md5OfBody: string;
  eventSource: 'aws:sqs';
  eventSourceARN: string;
  awsRegion: string;
}

export interface QueueSource {
  /** No new batches; resolves when those in flight are done. */
  stop(): Promise<void>;
}

const defaultConcurrency = 5;

/**
 * Lambda's SQS event source. A batch goes out as soon as it is full, or when its batching window is over (at once where there
 * is none). What the function did not fail on is deleted; the rest becomes visible when its visibility timeout ends.
 * Throws for a filter or a response type that it cannot honour.
 */
export function startQueueSource(options: QueueSourceOptions): QueueSource {
  const { bus, queueArn, batchSize, log, functionName } = options;
  const windowMs = options.maxBatchingWindowSeconds * 1000;
  const concurrency = options.maxConcurrency ?? defaultConcurrency;
  const partial = reportsFailures(options.functionResponseTypes ?? []);
  const passes = compileFilters(options.filterCriteria);
  const inFlight = new Set<Promise<void>>();
  const dropping = new Set<Promise<void>>();
  let gathered: Message[] = [];
  let windowTimer: NodeJS.Timeout | undefined;
  let stopped = false;

  function pull(): void {
    while (!stopped && inFlight.size < concurrency) {
      const wanted = batchSize - gathered.length;
      const received = bus.receive(queueArn, wanted);
      gathered.push(...keepMatching(received));
      // Messages that the filter dropped made room in the batch.
      if (gathered.length < batchSize && received.length === wanted) continue;
      if (gathered.length === 0) return;
      if (gathered.length < batchSize && windowMs > 0) {
        windowTimer ??= setTimeout(flush, windowMs);
        return;
      }
      flush();
    }
  }

  function flush(): void {
    clearTimeout(windowTimer);
    windowTimer = undefined;
    const batch = gathered;
    gathered = [];
    if (batch.length === 0) return;
    const done = deliver(batch).finally(() => {
      inFlight.delete(done);
      pull();
    });
    inFlight.add(done);
  }

  async function deliver(batch: Message[]): Promise<void> {
    let failed: Set<string>;
    try {
      const answer = await options.invoke({ Records: batch.map((message) => toRecord(message, options)) });
      failed = partial ? failedIds(answer, batch) : new Set();
    } catch (error) {
      failed = new Set(batch.map((message) => message.messageId));
      log('warn', `${functionName} failed on a batch from its queue`, {
        queueArn,
        messages: batch.length,
        error: String(error),
      });
    }
    if (failed.size > 0 && failed.size < batch.length)
      log('warn', `${functionName} failed on some messages of a batch`, {
        queueArn,
        failed: failed.size,
        messages: batch.length,
      });
    await remove(batch.filter((message) => !failed.has(message.messageId)));
  }

  /** A deletion that fails is no harm: the message comes again, and consumers are idempotent. */
  async function remove(messages: Message[]): Promise<void> {
    if (messages.length === 0) return;
    try {
      await bus.delete(
        queueArn,
        messages.map((message) => message.receiptHandle),
      );
    } catch (error) {
      log('error', `could not delete messages that ${functionName} has handled`, { queueArn, error: String(error) });
    }
  }

  /** Messages that no filter lets pass are deleted, as on AWS. */
  function keepMatching(messages: Message[]): Message[] {
    if (!passes) return messages;
    const kept = messages.filter((message) => passes(toRecord(message, options)));
    if (kept.length < messages.length) {
      const dropped = remove(messages.filter((message) => !kept.includes(message))).finally(() =>
        dropping.delete(dropped),
      );
      dropping.add(dropped);
    }
    return kept;
  }

  const unsubscribe = bus.onAvailable(queueArn, pull);
  pull();

  return {
    async stop() {
      stopped = true;
      unsubscribe();
      clearTimeout(windowTimer);
      // What was gathered for a batch that never went out is someone else's again.
      for (const message of gathered) bus.changeVisibility(queueArn, message.receiptHandle, 0);
      gathered = [];
      await Promise.all([...inFlight, ...dropping]);
    },
  };
}

function reportsFailures(types: string[]): boolean {
  const unknown = types.find((type) => type !== 'ReportBatchItemFailures');
  if (unknown) throw new Error(`the function response type ${unknown} is not known`);
  return types.length > 0;
}

/**
 * The messages that the function says failed. As on AWS, an answer without a list, or with an empty one, is a full success; a
 * list that is malformed, or names a message that is not in the batch, is a full failure.
 */
function failedIds(answer: unknown, batch: Message[]): Set<string> {
  const list = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures;
  if (list === undefined || list === null) return new Set();
  if (!Array.isArray(list)) throw new Error('batchItemFailures is not a list');
  const ids = new Set(batch.map((message) => message.messageId));
  return new Set(
    list.map((item: { itemIdentifier?: unknown } | null) => {
      const id = item?.itemIdentifier;
      if (typeof id !== 'string' || !ids.has(id))
        throw new Error(`batchItemFailures names ${JSON.stringify(id)}, which is not in the batch`);
      return id;
    }),
  );
}

function toRecord(message: Message, { queueArn, region }: QueueSourceOptions): SqsRecord {
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message, queueArn.split(':')[4] ?? ''),
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        {
          dataType: DataType,
          ...(StringValue !== undefined && { stringValue: StringValue }),
          ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        },
      ]),
    ),
    md5OfBody: message.md5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** A filter looks at the record with its body parsed where that is JSON. One of several has to match. */
function compileFilters(criteria: QueueSourceOptions['filterCriteria']): ((record: SqsRecord) => boolean) | undefined {
  const patterns = (criteria?.Filters ?? []).map(({ Pattern: pattern }) => {
    const parsed: unknown = typeof pattern === 'string' ? JSON.parse(pattern) : pattern;
    checkPattern(parsed);
    return parsed as object;
  });
  if (patterns.length === 0) return undefined;
  return (record) => {
    const event = { ...record, body: parseJson(record.body) };
    return patterns.some((pattern) => matches(pattern, event));
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
