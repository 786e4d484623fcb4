import { setTimeout as pause } from 'node:timers/promises';
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { runReconciliation } from '#shared/reporting/run-reconciliation.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { openAggregates } from '#shared/store/aggregates.ts';

const metrics = new Metrics({ namespace: 'PartnershipCrm', serviceName: 'reconcile' });
const log = openLogger('reconcile');
const parts = { aggregates: openAggregates(openTable()), clock: systemClock, pause, log };

/** Recounts the pipeline and says whether it agrees; `{"repair": true}` rebuilds it where it does not. */
export const handler = async (event: { readonly repair?: unknown } | undefined) => {
  try {
    const run = await runReconciliation(parts, { repair: event?.repair === true });
    metrics.addMetric('ReconcileRun', MetricUnit.Count, 1);
    metrics.addMetric('PipelineDifferences', MetricUnit.Count, run.rowsDiffering);
    return run;
  } finally {
    metrics.publishStoredMetrics();
  }
};
