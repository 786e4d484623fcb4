import { setTimeout as pause } from 'node:timers/promises';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { relist } from '#shared/recording/relist.ts';
import { eventsIn, openPast } from '#shared/reporting/past.ts';
import { type ReconciliationOptions, runReconciliation } from '#shared/reporting/run-reconciliation.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openCubes } from '#shared/store/cubes.ts';
import { openJournal } from '#shared/store/journal.ts';
import { countOverdue } from '#shared/store/quarantine.ts';
import { createUncountedRecords } from '#shared/store/uncounted.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'reconcile' });
const log = openLogger('reconcile');
const table = openTable();
const [journal, cubes] = [openJournal(table), openCubes(table)];
const past = openPast({ journal, cubes, loadEvents: eventsIn(table) });
const parts = {
  aggregates: openAggregates(table),
  journal,
  cubes,
  past,
  uncounted: createUncountedRecords(table),
  clock: systemClock,
  pause,
  log,
};

type Asked = Readonly<Partial<Record<keyof ReconciliationOptions | 'links', unknown>>>;

/**
 * Counts what has waited in quarantine for more than a day, then recounts the pipeline and says whether it agrees. `{"repair": true}`
 * rebuilds it where it does not, `{"rebuild": true}` whatever it shows; with `"dryRun": true` nothing is written. `{"links": true}` leaves the
 * pipeline alone, and compares the lists of what belongs to whom with the records and entities themselves.
 */
export const handler = async (event: Asked | undefined) => {
  if (event?.links === true)
    return { links: await relist({ table, clock: systemClock, log }, { dryRun: event.dryRun === true }) };
  try {
    metrics.addMetric(MetricName.quarantineOverdue, MetricUnit.Count, await countOverdue(table, systemClock()));
    const run = await runReconciliation(parts, {
      repair: event?.repair === true,
      rebuild: event?.rebuild === true,
      dryRun: event?.dryRun === true,
    });
    metrics.addMetric(MetricName.reconcileRun, MetricUnit.Count, 1);
    metrics.addMetric(MetricName.pipelineDifferences, MetricUnit.Count, run.rowsDiffering);
    return run;
  } finally {
    metrics.publishStoredMetrics();
  }
};
