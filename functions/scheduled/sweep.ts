import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { sweepPeople } from '#shared/people/sweep.ts';
import { openBus, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'sweep' });
const log = openLogger('sweep');
const parts = { table: openTable(), bus: openBus(), clock: systemClock };

/** Sweeps the store of people every night: finishes erasures, deletes what nothing refers to, counts whose retention has ended. */
export const handler = async () => {
  try {
    const sweep = await sweepPeople(parts);
    log.info('swept', { ...sweep });
    metrics.addMetric(MetricName.sweepRun, MetricUnit.Count, 1);
    metrics.addMetric(MetricName.retentionEnded, MetricUnit.Count, sweep.retentionEnded);
    metrics.addMetric(MetricName.peopleMissing, MetricUnit.Count, sweep.peopleMissing);
    return sweep;
  } finally {
    metrics.publishStoredMetrics();
  }
};
