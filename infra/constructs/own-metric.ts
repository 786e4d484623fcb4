import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, type MetricName } from '#shared/runtime/metrics.ts';
import type { HouseFunction } from './house-function.ts';

export type OwnMetricName = (typeof MetricName)[keyof typeof MetricName];

/** The sum of a metric that a function writes itself. Powertools puts the service's name on each, as its only dimension. */
export const ownMetric = (fn: HouseFunction, metricName: OwnMetricName, period = Duration.minutes(5)): Metric =>
  new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { service: fn.name },
    statistic: 'Sum',
    period,
  });
