import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from './functions.ts';

/** Where the functions' own metrics go (embedded metric format, written as a log line). */
export const METRIC_NAMESPACE = 'Partnership';

/** The metrics that functions write and alarms read. */
export const MetricName = {
  /** Rows of the pipeline in which a recount found a difference, one value a run. */
  pipelineDifferences: 'PipelineDifferences',
  /** Events put into quarantine. */
  quarantined: 'Quarantined',
  /** Entries that PutEvents did not take after its retries. */
  eventsRefused: 'EventsRefused',
} as const;

/** The sum of a function's own metric; Powertools puts the service's name on each as its only dimension. */
export function ownMetric(fn: FunctionName, metricName: string, period = Duration.minutes(5)): Metric {
  return new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { service: fn }, statistic: 'Sum', period });
}
