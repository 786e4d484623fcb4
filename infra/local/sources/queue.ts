import type { Bus } from '../bus/types.ts';
import type { Log } from '../timers.ts';

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

export function startQueueSource(_options: QueueSourceOptions): QueueSource {
  throw new Error('not built yet');
}
