/** Invocations that nobody waits for: by a rule or a schedule. Retried and then given up as Lambda does. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { FunctionError, type FunctionHost, ThrottledError } from './host.ts';

export interface AsynchronousOptions {
  /** Sends the message about an event that was given up to the function's failure destination. */
  onFailure(queueArn: string, body: string): Promise<unknown>;
  stopping: AbortSignal;
  /** Milliseconds before the first and the second retry; Lambda waits one minute, then two. */
  retryMillis?: [number, number];
  clock?: () => number;
}

/**
 * Resolves when the function took the event or the event was given up and its destination was told. The events are held in memory: a
 * host that stops forgets them, and the rule or schedule that made them delivers again.
 */
export async function invokeAsynchronously(
  host: FunctionHost,
  payload: string,
  options: AsynchronousOptions,
): Promise<void> {
  const { onFailure, stopping, retryMillis = [60_000, 120_000], clock = Date.now } = options;
  const { maximumRetryAttempts, maximumEventAgeSeconds, onFailureArn } = host.model.asynchronous;
  const requestId = randomUUID();
  const expiresAt = clock() + maximumEventAgeSeconds * 1000;
  for (let attempts = 1, failures = 0; ; attempts += 1) {
    try {
      await host.invoke(payload);
      return;
    } catch (error) {
      if (!(error instanceof ThrottledError)) failures += 1;
      const expired = clock() >= expiresAt;
      if (stopping.aborted) throw error;
      if (!expired && failures <= maximumRetryAttempts) {
        await sleep(retryMillis[Math.min(failures, 2) - 1] ?? retryMillis[0], undefined, { signal: stopping });
        continue;
      }
      if (onFailureArn) {
        const message = {
          version: '1.0',
          timestamp: new Date(clock()).toISOString(),
          requestContext: {
            requestId,
            functionArn: `${host.model.arn}:$LATEST`,
            condition: expired ? 'EventAgeExceeded' : 'RetriesExhausted',
            approximateInvokeCount: attempts,
          },
          requestPayload: JSON.parse(payload) as unknown,
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: error instanceof FunctionError ? error.fault : { errorMessage: String(error) },
        };
        await onFailure(onFailureArn, JSON.stringify(message));
      }
      return;
    }
  }
}
