import { randomUUID } from 'node:crypto';
import { alarm as openAlarm } from './alarm.ts';
import type { RetryPolicy } from './bus/types.ts';
import { openScheduleStore } from './schedule-store.ts';
import { type ScheduleTimes, scheduleTimes } from './schedule-times.ts';
import { type Log, realTimers, type Timers } from './timers.ts';

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
  description?: string;
  /** Kept and shown; a run is at the beginning of its window. */
  flexibleWindowMinutes?: number;
  /** Whose permissions the target is called with. */
  roleArn?: string;
  /** The schedule goes when its last time has come and its run has ended. */
  deleteWhenDone?: boolean;
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
  /** Told when a schedule with `deleteWhenDone` has removed itself. */
  onDone?: (schedule: ScheduleDefinition) => void;
}

export interface ScheduleSummary {
  name: string;
  groupName: string;
  expression: string;
  timeZone: string;
  enabled: boolean;
  next?: Date;
  last?: Date;
}

export interface Schedules {
  /**
   * Also in the place of one of the same name and group, whose runs under way are ended first. Throws a `ScheduleExpressionError` for an
   * expression or a time zone that it cannot honour.
   */
  define(schedule: ScheduleDefinition): void;
  /** Runs under way get no further attempt. */
  remove(name: string, groupName?: string): void;
  /** Starts the timers; a run that was missed or cut short is made up once, within the maximum event age. */
  start(): void;
  next(name: string, groupName?: string): Date | undefined;
  list(): ScheduleSummary[];
  /** No new runs; waits for those that are under way. What waits for its next attempt gets it after the next start. */
  stop(): Promise<void>;
}

interface Entry {
  key: string;
  arn: string;
  definition: ScheduleDefinition;
  times: ScheduleTimes;
  retry: RetryPolicy;
}

/** EventBridge Scheduler's own: 185 times within a day. */
const defaultRetry: RetryPolicy = { maxAttempts: 185, maxAgeSeconds: 86_400 };
const firstWaitMs = 1000;
const longestWaitMs = 120_000;

/** EventBridge Scheduler on one machine: each run is noted on disk before it is begun, and is done when its target took it. */
export function openSchedules(options: SchedulesOptions): Schedules {
  const { clock = Date.now, timers = realTimers, log = () => {} } = options;
  const store = openScheduleStore(options.file);
  const alarm = openAlarm(clock, timers);
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<void>>();
  let started = false;
  let stopped = false;

  function define(definition: ScheduleDefinition): void {
    const groupName = definition.groupName ?? 'default';
    const key = `${groupName}/${definition.name}`;
    const timeZone = definition.timeZone ?? 'UTC';
    // A time that went by while the schedule was disabled is not made up for when it is enabled again.
    const expression = `${definition.expression} ${timeZone} ${definition.state}`;
    const now = clock();
    const known = store.read(key);
    const definedAt = known?.expression === expression ? known.definedAt : now;
    const anchor = definition.startDate?.getTime() ?? definedAt;
    const times = scheduleTimes(definition.expression, { timeZone, anchor });
    if (known?.expression !== expression) store.define(key, expression, now);
    const arn = `arn:aws:scheduler:${options.region}:${options.accountId}:schedule/${key}`;
    const entry = { key, arn, definition, times, retry: definition.target.retry ?? defaultRetry };
    entries.set(key, entry);
    if (started) waitForNext(entry);
  }

  function nextOf({ definition, times }: Entry, after: number): number | undefined {
    if (definition.state !== 'ENABLED') return undefined;
    const notBefore = (definition.startDate?.getTime() ?? Number.NEGATIVE_INFINITY) - 1;
    const next = times.next(Math.max(after, notBefore));
    return next !== undefined && next <= (definition.endDate?.getTime() ?? Number.POSITIVE_INFINITY) ? next : undefined;
  }

  /** At a start: what was under way goes on, what was missed is made up, and the next time is waited for. */
  function begin(entry: Entry): void {
    if (entry.definition.state !== 'ENABLED') return;
    for (const { due, attempts } of store.pending(entry.key)) {
      const tooOld = clock() - due > entry.retry.maxAgeSeconds * 1000;
      track(
        tooOld
          ? giveUp(entry, due, attempts, new Error('the run was cut short and is too old now'))
          : attempt(entry, due, attempts + 1),
      );
    }
    waitForNext(entry);
  }

  function waitForNext(entry: Entry): void {
    if (entry.definition.state !== 'ENABLED') return;
    const state = store.read(entry.key);
    const since = state?.lastDue ?? (state?.definedAt ?? clock()) - 1;
    // Further back than the maximum age nothing is made up, so nothing is looked for there.
    catchUp(entry, Math.max(since, clock() - entry.retry.maxAgeSeconds * 1000 - 1));
  }

  /** Runs the latest time that has come since `after`, once however many there were, and sets the alarm for the next. */
  function catchUp(entry: Entry, after: number): void {
    if (stopped || entries.get(entry.key) !== entry) return;
    const now = clock();
    let due: number | undefined;
    let next = nextOf(entry, after);
    while (next !== undefined && next <= now) {
      due = next;
      next = nextOf(entry, due);
    }
    if (due !== undefined) {
      store.begin(entry.key, due);
      track(attempt(entry, due, 1));
    }
    if (next !== undefined) alarm.at(next, () => catchUp(entry, due ?? after));
  }

  async function attempt(entry: Entry, due: number, count: number): Promise<void> {
    const { definition, key, retry } = entry;
    try {
      await options.invoke(definition.target.arn, inputOf(entry, due, count), definition);
      end(entry, due);
    } catch (error) {
      store.attempted(key, due, count);
      const facts = { schedule: key, attempt: count, error: String(error) };
      const tooOften = count > retry.maxAttempts;
      const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** (count - 1));
      const tooOld = clock() + wait - due > retry.maxAgeSeconds * 1000;
      if (tooOften || tooOld) await giveUp(entry, due, count, error);
      else {
        log('warn', 'a scheduled run failed and is tried again', facts);
        alarm.at(clock() + wait, () => {
          // As it is defined by then, if it still is.
          const current = entries.get(key);
          if (!stopped && current) track(attempt(current, due, count + 1));
        });
      }
    }
  }

  async function giveUp(entry: Entry, due: number, count: number, error: unknown): Promise<void> {
    const queueArn = entry.definition.target.deadLetterArn;
    const exhausted = count > entry.retry.maxAttempts ? 'MaximumRetryAttempts' : 'MaximumEventAgeInSeconds';
    log('error', queueArn ? 'a scheduled run goes to the dead-letter queue' : 'a scheduled run is given up', {
      schedule: entry.key,
      attempt: count,
      error: String(error),
    });
    if (queueArn && options.deadLetter) {
      const text = (StringValue: string) => ({ DataType: 'String', StringValue });
      await options.deadLetter(queueArn, inputOf(entry, due, count), {
        SCHEDULE_ARN: text(entry.arn),
        TARGET_ARN: text(entry.definition.target.arn),
        ERROR_CODE: text(error instanceof Error ? error.name : 'Error'),
        ERROR_MESSAGE: text(String(error instanceof Error ? error.message : error).slice(0, 1000) || 'unknown'),
        EXHAUSTED_RETRY_CONDITION: text(exhausted),
        RETRY_ATTEMPTS: { DataType: 'Number', StringValue: String(Math.max(0, count - 1)) },
      });
    }
    end(entry, due);
  }

  function end(entry: Entry, due: number): void {
    store.end(entry.key, due);
    const isLast = entry.definition.deleteWhenDone && nextOf(entry, due) === undefined;
    if (!isLast || entries.get(entry.key) !== entry) return;
    remove(entry.key);
    options.onDone?.(entry.definition);
  }

  function remove(key: string): void {
    entries.delete(key);
    store.forget(key);
  }

  function track(run: Promise<void>): void {
    const done = run
      .catch((error: unknown) => log('error', 'a scheduled run could not be ended', { error: String(error) }))
      .finally(() => running.delete(done));
    running.add(done);
  }

  /** The target's input with AWS's context attributes filled in; without an input, the event that Scheduler sends then. */
  function inputOf({ arn, definition }: Entry, due: number, count: number): string {
    const time = `${new Date(due).toISOString().slice(0, 19)}Z`;
    const id = randomUUID();
    const { input } = definition.target;
    if (input === undefined)
      return JSON.stringify({
        version: '0',
        id,
        'detail-type': 'Scheduled Event',
        source: 'aws.scheduler',
        account: options.accountId,
        time,
        region: options.region,
        resources: [arn],
        detail: '{}',
      });
    const attributes: Record<string, string> = {
      'schedule-arn': arn,
      'scheduled-time': time,
      'execution-id': id,
      'attempt-number': String(count),
    };
    return input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (written, name: string) => attributes[name] ?? written);
  }

  return {
    define,
    remove: (name, groupName = 'default') => remove(`${groupName}/${name}`),
    start() {
      started = true;
      for (const entry of entries.values()) begin(entry);
    },
    next(name, groupName = 'default') {
      const entry = entries.get(`${groupName}/${name}`);
      const next = entry && nextOf(entry, clock());
      return next === undefined ? undefined : new Date(next);
    },
    list: () =>
      [...entries.values()].map((entry) => {
        const { name, groupName = 'default', expression, timeZone = 'UTC', state } = entry.definition;
        const next = nextOf(entry, clock());
        const last = store.read(entry.key)?.lastDue ?? undefined;
        return {
          name,
          groupName,
          expression,
          timeZone,
          enabled: state === 'ENABLED',
          ...(next !== undefined && { next: new Date(next) }),
          ...(last !== undefined && { last: new Date(last) }),
        };
      }),
    async stop() {
      if (stopped) return;
      stopped = true;
      alarm.close();
      await Promise.all(running);
      store.close();
    },
  };
}
