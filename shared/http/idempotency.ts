import { fingerprint } from '#shared/runtime/ids.ts';
import type { Call } from './call.ts';
import { canonical } from './canonical.ts';
import { ProblemError } from './problems.ts';

/** Under what the promise of a request stands: a key belongs to its user. */
export const keyHash = (user: string, key: string): string => fingerprint('key', user, key);

/** Under what the promise of an event stands that was answered with 202, so that its receipt is found at once. */
export const eventHash = (eventId: string): string => fingerprint('event', eventId);

/** What makes two requests the same: method, path, body whatever the order of its fields (or none), and condition. */
export const requestHash = ({ operation, path, rawBody, headers }: Call): string =>
  fingerprint(operation.method, path, canonical(rawBody ?? null), headers['if-match'] ?? '');

export const keyReused = (): ProblemError =>
  new ProblemError('idempotency-key-reused', 'This key was already used for a request with different content.', [
    { parameter: 'Idempotency-Key', detail: 'Already used for another request in the last 24 hours.' },
  ]);
