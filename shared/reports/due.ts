import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { reportBefore } from '#shared/store/reports.ts';
import { activeSince, listSeries, loadSeries, type VersionedSeries } from '#shared/store/series.ts';
import { lastDue } from './due-times.ts';
import { dueRequest, type ReportRequest } from './request.ts';
import { keepSchedule } from './schedules.ts';

export interface DueParts {
  readonly table: DynamoDBDocumentClient;
  readonly scheduler: SchedulerClient;
  /** The function that makes reports: what schedules invoke. */
  readonly targetArn: string;
  readonly clock: Clock;
  readonly make: (request: ReportRequest) => Promise<unknown>;
  readonly log: { error(message: string, details: Record<string, unknown>): void };
}

/** How far a schedule's clock may be ahead of ours, in milliseconds. */
const AHEAD_MS = 60_000;

/** What came of a look at the series: ids of the reports that were made, and of the series for which something failed. */
export interface DueRun {
  readonly made: readonly string[];
  readonly failed: readonly string[];
}

/**
 * Makes the report that a series is due, if any. However many runs were missed, it is one report: its period goes on from the series'
 * report before, and its cut-off is the last time that it was due. `told` is when Scheduler says that it is due.
 */
export async function makeDue(parts: DueParts, seriesId: string, told?: string): Promise<string | undefined> {
  const { series } = await loadSeries(parts.table, seriesId);
  return series && (await makeDueOf(parts, series, told));
}

/**
 * Looks at every series: makes what is due and was missed, and mends the schedule where it says something else than the series. One
 * that fails stands in no other's way.
 */
export async function makeAllDue(parts: DueParts): Promise<DueRun> {
  const made: string[] = [];
  const failed: string[] = [];
  for (const series of await listSeries(parts.table)) {
    const results = await Promise.allSettled([
      keepSchedule(parts.scheduler, series, parts.targetArn),
      makeDueOf(parts, series),
    ]);
    const [, report] = results;
    if (report.status === 'fulfilled' && report.value !== undefined) made.push(report.value);
    for (const result of results)
      if (result.status === 'rejected') {
        parts.log.error('A report series could not be processed.', { series: series.id, ...failureOf(result.reason) });
        failed.push(series.id);
      }
  }
  return { made, failed: [...new Set(failed)] };
}

async function makeDueOf(parts: DueParts, series: VersionedSeries, told?: string): Promise<string | undefined> {
  if (!series.enabled) return undefined;
  const now = toInstant(parts.clock());
  const dueAt = told === undefined ? undefined : toInstant(Date.parse(told));
  const isNear = dueAt !== undefined && dueAt > now && Date.parse(dueAt) <= parts.clock() + AHEAD_MS;
  const until = isNear ? dueAt : now;
  const last = await lastCutOff(parts.table, series, until);
  const since = await activeSince(parts.table, series, earlier(now, dueAt));
  const due = lastDue(series, last !== undefined && last > since ? last : since, until);
  if (due === undefined) return undefined;
  const request = dueRequest(series.id, due);
  await parts.make(request);
  return request.id;
}

async function lastCutOff(table: DynamoDBDocumentClient, { id }: VersionedSeries, until: string) {
  // `~` follows every id, so that a report of this very instant is found.
  const report = await reportBefore(table, { series: id, to: `${until}~` });
  return report?.period.to;
}

/** A series from the start that is looked at for the first time because it is due has been active since just before that. */
const earlier = (now: string, told: string | undefined): string =>
  told !== undefined && told <= now ? toInstant(Date.parse(told) - 1) : now;
