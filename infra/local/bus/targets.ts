import type { Log } from '../timers.ts';
import type { Queue } from './queue.ts';
import type {
  BusEvent,
  Message,
  MessageAttribute,
  QueueDefinition,
  RuleDefinition,
  TargetDefinition,
  TargetInvoker,
} from './types.ts';

/** EventBridge's own retry policy where a target names none: 185 times within a day. */
const defaultRetry = { maxAttempts: 185, maxAgeSeconds: 86_400 };
const concurrency = 10;
const firstWaitSeconds = 1;
const longestWaitSeconds = 120;

const internalPrefix = 'local:target/';

/** Whether a queue is one of the bus's own, which AWS knows nothing of. */
export function isInternal(queueArn: string): boolean {
  return queueArn.startsWith(internalPrefix);
}

/** The internal queue that stands before a target which is not a queue. */
export function targetQueue(rule: RuleDefinition, target: TargetDefinition): QueueDefinition {
  const name = `${rule.busName}/${rule.name}/${target.id}`;
  const { maxAgeSeconds } = target.retry ?? defaultRetry;
  return {
    name,
    arn: internalPrefix + name,
    url: '',
    // A function's invocation always ends before this, or the process with it.
    visibilityTimeoutSeconds: 3600,
    retentionSeconds: maxAgeSeconds + 86_400,
    delaySeconds: 0,
  };
}

export interface TargetRoom {
  clock: () => number;
  log: Log;
  /** As AWS writes a rule's ARN. */
  ruleArn: string;
}

/**
 * Delivers an internal queue's events to a target by invoking it: at least once, with a growing pause after each failure,
 * then to the target's dead-letter queue. An event that has none is gone then, as on AWS, and the log says so as an error.
 */
export function driveTarget(
  room: TargetRoom,
  queue: Queue,
  rule: RuleDefinition,
  target: TargetDefinition,
  invoke: TargetInvoker,
): () => void {
  const retry = target.retry ?? defaultRetry;
  let running = 0;
  let stopped = false;

  function pull(): void {
    if (stopped || running >= concurrency) return;
    for (const message of queue.receive(concurrency - running)) {
      running++;
      void deliver(message).finally(() => {
        running--;
        pull();
      });
    }
  }

  async function deliver(message: Message): Promise<void> {
    try {
      const event = JSON.parse(message.body) as BusEvent;
      await invoke(target.arn, event, { ruleName: rule.name, targetId: target.id, attempt: message.receiveCount });
    } catch (error) {
      await failed(message, error);
      return;
    }
    await settle(queue.remove([message.receiptHandle]));
  }

  async function failed(message: Message, error: unknown): Promise<void> {
    if (stopped) return;
    const tooOften = message.receiveCount > retry.maxAttempts;
    const tooOld = room.clock() - message.sentAt >= retry.maxAgeSeconds * 1000;
    const facts = { rule: rule.name, target: target.arn, attempt: message.receiveCount, error: String(error) };
    if (!tooOften && !tooOld) {
      room.log('warn', 'a rule target failed and is tried again', facts);
      const wait = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (message.receiveCount - 1));
      queue.changeVisibility(message.receiptHandle, wait);
      return;
    }
    room.log('error', target.deadLetterArn ? 'an event goes to the dead-letter queue' : 'an event is given up', facts);
    const attributes = deadLetterAttributes(
      message,
      error,
      tooOften ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds',
    );
    const arn = target.deadLetterArn;
    await settle(arn ? queue.moveToDeadLetters(message, arn, attributes) : queue.remove([message.receiptHandle]));
  }

  function deadLetterAttributes(message: Message, error: unknown, exhausted: string): Record<string, MessageAttribute> {
    const text = (StringValue: string) => ({ DataType: 'String', StringValue });
    return {
      RULE_ARN: text(room.ruleArn),
      TARGET_ARN: text(target.arn),
      ERROR_CODE: text(error instanceof Error ? error.name : 'Error'),
      ERROR_MESSAGE: text(String(error instanceof Error ? error.message : error).slice(0, 1000) || 'unknown'),
      EXHAUSTED_RETRY_CONDITION: text(exhausted),
      RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(message.receiveCount - 1) },
    };
  }

  async function settle(write: Promise<void>): Promise<void> {
    try {
      await write;
    } catch (error) {
      // It stays in flight and comes again when its visibility timeout ends.
      room.log('error', 'could not take an event out of its queue', { rule: rule.name, error: String(error) });
    }
  }

  const unsubscribe = queue.onAvailable(pull);
  pull();
  return () => {
    stopped = true;
    unsubscribe();
  };
}
