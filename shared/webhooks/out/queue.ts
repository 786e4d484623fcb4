import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { environment } from '#shared/runtime/environment.ts';

/** SQS holds a message back for 15 minutes at most; what is due later goes round in hops. */
const HOP_SECONDS = 900;

/** What the queue carries for one attempt. */
export interface Turn {
  readonly deliveryId: string;
  /** Attempts that were made before it: a turn whose number is not the delivery's is stale. */
  readonly attempt: number;
  /** Milliseconds since 1970. */
  readonly dueAt: number;
}

/** Puts a turn into the queue, for when it is due or for the next hop on the way there. */
export async function enqueue(queue: SQSClient, turn: Turn, now: number): Promise<void> {
  const seconds = Math.min(Math.max(Math.ceil((turn.dueAt - now) / 1000), 0), HOP_SECONDS);
  await queue.send(
    new SendMessageCommand({
      QueueUrl: environment('deliverQueueUrl'),
      MessageBody: JSON.stringify({ turn }),
      ...(seconds > 0 ? { DelaySeconds: seconds } : {}),
    }),
  );
}
