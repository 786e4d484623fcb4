import { setTimeout as pause } from 'node:timers/promises';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Cube } from '#shared/reporting/cube.ts';
import { eventsIn, openPast } from '#shared/reporting/past.ts';
import { checkJournal } from '#shared/reporting/reconcile.ts';
import { takeSnapshot } from '#shared/reporting/snapshots.ts';
import { type Leaving, leaveToNext } from '#shared/reports/agenda-making.ts';
import { composeReport } from '#shared/reports/compose.ts';
import { drawForms, toJson } from '#shared/reports/draw.ts';
import { makeAllDue, makeDue } from '#shared/reports/due.ts';
import { makeReport } from '#shared/reports/publish.ts';
import { ReportRequest } from '#shared/reports/request.ts';
import { openFiles, openScheduler, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { givenEnvironment } from '#shared/runtime/environment.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';
import { openTableStream } from '#shared/runtime/table-stream.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openProbes } from '#shared/store/probes.ts';
import { openRates } from '#shared/store/rates.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'report' });
const log = openLogger('report');
const table = openTable();
const files = openFiles();
const scheduler = openScheduler();
const loadEvents = eventsIn(table);
const aggregates = openAggregates(table);
const journal = openJournal(table);
const cubes = openCubes(table);
const past = openPast({ journal, cubes, loadEvents });
const settleMilliseconds = givenEnvironment('settleMilliseconds');
const composing = {
  table,
  files,
  loadEvents,
  past,
  rates: openRates(table),
  // What the journal says must be what the heads show, or nothing is published.
  check: (latest?: Cube) => checkJournal({ aggregates, past, pause }, latest),
  counting: {
    probes: openProbes(table),
    openShards: openTableStream(),
    clock: systemClock,
    pause: (milliseconds: number) => pause(milliseconds),
    random: Math.random,
    ...(settleMilliseconds ? { settleMilliseconds: Number(settleMilliseconds) } : {}),
  },
};

async function make(request: ReportRequest): Promise<void> {
  const began = systemClock();
  const left: Leaving[] = [];
  const compose = async () => {
    const { report, leaves } = await composeReport(composing, request);
    if (leaves) left.push(leaves);
    return report;
  };
  const outcome = await makeReport({ table, files, clock: systemClock, compose, toJson, draw: drawForms }, request);
  const ms = systemClock() - began;
  if (outcome === 'published') metrics.addMetric(MetricName.reportMade, MetricUnit.Milliseconds, ms);
  if (outcome === 'published') await snapshot(request.cutOff);
  if (outcome === 'published') for (const leaving of left) await leave(request.id, leaving);
  log.info('A report.', { reportId: request.id, series: request.series, cutOff: request.cutOff, outcome, ms });
}

/** The next report goes on from here. The report is there already, so this may fail: the next one begins further back then. */
async function snapshot(at: string): Promise<void> {
  try {
    await takeSnapshot({ past, journal, cubes, clock: systemClock }, at);
  } catch (error) {
    log.warn('No snapshot could be saved.', { at, ...failureOf(error) });
  }
}

/** So may this: the next report looks into the indexes then. */
async function leave(reportId: string, leaving: Leaving): Promise<void> {
  try {
    await leaveToNext({ table, files, past }, reportId, leaving);
  } catch (error) {
    log.warn("A report's checkpoint could not be saved.", { reportId, ...failureOf(error) });
  }
}

/** What Scheduler sends for a series; by the hour it sends an event of its own, which names none. */
interface Due {
  readonly series?: unknown;
  readonly due?: unknown;
}

/**
 * Makes reports: the one that a series is due, by its schedule; every hour whatever is due and was missed; and from a queue what
 * somebody asked for. What fails is thrown, so that it is tried again and then parked.
 */
export const handler = async (event: Partial<SQSEvent> & Due, context: Context): Promise<unknown> => {
  const parts = { table, scheduler, targetArn: context.invokedFunctionArn, clock: systemClock, make, log };
  try {
    if (event.Records) return await makeRequested(event.Records);
    if (typeof event.series === 'string') {
      const reportId = await makeDue(parts, event.series, typeof event.due === 'string' ? event.due : undefined);
      return { reportId: reportId ?? null };
    }
    const run = await makeAllDue(parts);
    if (run.failed.length > 0) throw new Error(`${run.failed.length} series could not be processed.`);
    metrics.addMetric(MetricName.reportRun, MetricUnit.Count, 1);
    return run;
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};

async function makeRequested(records: SQSEvent['Records']): Promise<SQSBatchResponse> {
  const failed: string[] = [];
  for (const { messageId, body } of records)
    try {
      await make(ReportRequest.parse(JSON.parse(body)));
    } catch (error) {
      log.error('A requested report could not be created.', { messageId, ...failureOf(error) });
      failed.push(messageId);
    }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}
