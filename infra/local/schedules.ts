import type { RetryPolicy } from './bus/types.ts';
import type { Log, Timers } from './timers.ts';

export interface ScheduleDefinition {
  name: string;
  /** Default: `default`. */
  groupName?: string;
  /** `cron(15 3 * * ? *)`, `rate(5 minutes)` or `at(2026-12-31T23:59:00)`. */
  expression: string;
  /** IANA name; default UTC. */
  timeZone?: string;
  state: 'ENABLED' | 'DISABLED';
  startDate?: Date;
  endDate?: Date;
  target: { arn: string; input?: string; deadLetterArn?: string; retry?: RetryPolicy };
}

export interface SchedulesOptions {
  /** Path of a SQLite file of its own. */
  file: string;
  clock?: () => number;
  timers?: Timers;
  log?: Log;
  accountId: string;
  region: string;
  /** `input` has the context attributes filled in. A rejection is a failed attempt. */
  invoke: (targetArn: string, input: string, schedule: ScheduleDefinition) => Promise<unknown>;
  /** Where the input goes when attempts or age are used up and the target names a dead-letter queue. */
  deadLetter?: (
    queueArn: string,
    body: string,
    attributes: Record<string, { DataType: string; StringValue: string }>,
  ) => Promise<unknown>;
}

export interface Schedules {
  define(schedule: ScheduleDefinition): void;
  /** Starts the timers; makes up once for a run that was missed within the maximum event age. */
  start(): void;
  next(name: string, groupName?: string): Date | undefined;
  list(): { name: string; groupName: string; expression: string; next?: Date; last?: Date }[];
  /** No new runs; waits for those that are under way. */
  stop(): Promise<void>;
}

export function openSchedules(_options: SchedulesOptions): Schedules {
  throw new Error('not built yet');
}
