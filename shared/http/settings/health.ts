import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { probeTable } from '#shared/store/health.ts';
import { type Answer, unavailable } from '../answer.ts';

/** How long a result is reused, in milliseconds: the check is open to all and writes, so it must not be driven from outside. */
const FRESH_MS = 5_000;
/** A table that does not answer within this time counts as failing, in milliseconds. */
const TIMEOUT_MS = 2_000;

interface HealthDeps {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
}

/**
 * `GET /health`: writes one small item and reads it back. 200 `{"status":"ok"}`, or the problem `unavailable` (503), whose detail says what
 * does not work, with the error's name and never its message.
 */
export function createHealthCheck({ table, clock }: HealthDeps): () => Promise<Answer> {
  let last: { readonly at: number; readonly failure: Promise<string | undefined> } | undefined;
  return async () => {
    if (!last || clock() >= last.at + FRESH_MS) last = { at: clock(), failure: findFailure() };
    const failure = await last.failure;
    if (failure !== undefined) throw unavailable(`Records cannot be written or read (${failure}).`);
    return { status: 200, body: { status: 'ok' } };
  };

  async function findFailure(): Promise<string | undefined> {
    try {
      await probeTable(table, toInstant(clock()), AbortSignal.timeout(TIMEOUT_MS));
      return undefined;
    } catch (error) {
      return failureOf(error).error;
    }
  }
}
