import { Logger } from '@aws-lambda-powertools/logger';

/**
 * A function's log: one JSON line per entry. Ids, counts and codes only; never a request's or an event's body, since those may
 * name people.
 */
export const openLogger = (serviceName: string): Logger => new Logger({ serviceName });
