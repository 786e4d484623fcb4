import type { Log, Timers } from '../timers.ts';

export interface BusOptions {
  /** Path of the SQLite file; its `-wal` and `-shm` stand beside it. */
  file: string;
  accountId: string;
  region: string;
  /** Milliseconds since 1970; the bus never lets it run backwards. */
  clock?: () => number;
  timers?: Timers;
  log?: Log;
  /** How long a deleted message is kept for `redeliverTail`, in seconds; default 60. */
  tailSeconds?: number;
}

export interface QueueDefinition {
  name: string;
  arn: string;
  url: string;
  visibilityTimeoutSeconds: number;
  retentionSeconds: number;
  delaySeconds: number;
  redrive?: { deadLetterQueueArn: string; maxReceiveCount: number };
}

export interface BusDefinition {
  name: string;
  arn: string;
}

export interface RetryPolicy {
  /** Retries after the first attempt (`MaximumRetryAttempts`); AWS's default is 185. */
  maxAttempts: number;
  /** Seconds after which an event is given up (`MaximumEventAgeInSeconds`); AWS's default is 86400. */
  maxAgeSeconds: number;
}

export interface TargetDefinition {
  id: string;
  arn: string;
  deadLetterArn?: string;
  retry?: RetryPolicy;
}

export interface RuleDefinition {
  name: string;
  /** Name of the bus as in `BusDefinition.name`. */
  busName: string;
  pattern: object;
  enabled: boolean;
  targets: TargetDefinition[];
}

export interface ArchiveDefinition {
  name: string;
  busArn: string;
  pattern?: object;
  /** Undefined or 0: for ever. */
  retentionDays?: number;
}

/** An entry as it comes over the wire (`PutEventsRequestEntry`). */
export interface PutEventsEntry {
  Source?: string;
  DetailType?: string;
  /** A JSON object, as text. */
  Detail?: string;
  /** Name or ARN; absent: `default`. */
  EventBusName?: string;
  /** Epoch seconds on the wire; a Date or an ISO text is taken too. */
  Time?: number | string | Date;
  Resources?: string[];
  TraceHeader?: string;
}

/** Either `EventId`, or `ErrorCode` and `ErrorMessage`. */
export interface PutEventsResultEntry {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

/** An event as its target gets it. `detail` is the parsed text. */
export interface BusEvent {
  version: '0';
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: unknown;
  'replay-name'?: string;
}

/** As on the wire: binary values are base64. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  BinaryValue?: string;
}

export interface SendOptions {
  /** Instead of the queue's own delay; 0–900. */
  delaySeconds?: number;
  attributes?: Record<string, MessageAttribute>;
}

/** A message that was received and is in flight until its visibility timeout ends. */
export interface Message {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  /** How often it was received, this time included. */
  receiveCount: number;
  /** Milliseconds since 1970. */
  sentAt: number;
  firstReceivedAt: number;
  /** Set in a dead-letter queue: the queue that it came from. */
  deadLetterSourceArn?: string;
  messageAttributes: Record<string, MessageAttribute>;
}

export interface PeekedMessage {
  messageId: string;
  body: string;
  receiveCount: number;
  sentAt: number;
  state: 'visible' | 'in-flight' | 'delayed';
  deadLetterSourceArn?: string;
  messageAttributes: Record<string, MessageAttribute>;
}

export interface QueueDepth {
  visible: number;
  inFlight: number;
  delayed: number;
  /** Age of the oldest message that is not deleted; 0 when there is none. */
  oldestSeconds: number;
}

export interface RedriveOptions {
  limit?: number;
  dryRun?: boolean;
}

export interface ReplayOptions {
  /** Inclusive, by the time at which the bus took the event. */
  from: Date;
  /** Inclusive. */
  to: Date;
  /** Only these rules of the archive's bus; default: every enabled one. */
  ruleNames?: string[];
  /** Only count. */
  dryRun?: boolean;
  /** What `replay-name` on the events says; default: made up from archive and time. */
  name?: string;
}

/** Invokes a target that is not a queue; a rejection is a failed attempt. */
export type TargetInvoker = (
  targetArn: string,
  event: BusEvent,
  context: { ruleName: string; targetId: string; attempt: number },
) => Promise<unknown>;

/** Messages that stand in a queue which the template no longer has. They are kept. */
export interface OrphanedQueue {
  queueArn: string;
  count: number;
}

/**
 * A durable bus with its queues. Delivery is at least once and unordered; whatever a promise was resolved for is on disk.
 * Definitions are made anew at each start, queues before the rules that name them.
 */
export interface Bus {
  defineQueue(queue: QueueDefinition): void;
  defineBus(bus: BusDefinition): void;
  defineRule(rule: RuleDefinition): void;
  defineArchive(archive: ArchiveDefinition): void;
  queues(): QueueDefinition[];
  buses(): BusDefinition[];
  orphans(): OrphanedQueue[];
  putEvents(entries: PutEventsEntry[]): Promise<PutEventsResultEntry[]>;
  send(queueArn: string, body: string, options?: SendOptions): Promise<{ messageId: string }>;
  /** At most `max` visible messages, without waiting; `visibilityTimeoutSeconds` instead of the queue's own. */
  receive(queueArn: string, max: number, visibilityTimeoutSeconds?: number): Message[];
  delete(queueArn: string, receiptHandles: string[]): Promise<void>;
  /** False when the message is no longer in flight under this handle. */
  changeVisibility(queueArn: string, receiptHandle: string, seconds: number): boolean;
  /** Calls the listener when a message is or becomes available; returns how to stop that. */
  onAvailable(queueArn: string, listener: () => void): () => void;
  depth(queueArn: string): QueueDepth;
  peek(queueArn: string, limit: number): PeekedMessage[];
  redrive(deadLetterArn: string, options?: RedriveOptions): Promise<number>;
  replay(archiveName: string, options: ReplayOptions): Promise<number>;
  onTargetInvoke(handler: TargetInvoker): void;
  markAlive(): void;
  readonly wasUncleanStop: boolean;
  /** Last sign of life of the run before, in milliseconds; undefined on the first start. */
  readonly lastAliveAt: number | undefined;
  redeliverTail(seconds: number): number;
  /** Removes what is past its retention; called by itself every minute. */
  prune(): void;
  /** Waits for nothing: writes what is pending, marks the stop as clean, closes the file. */
  close(): void;
}
