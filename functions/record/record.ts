import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type IntakeQueue, takeBatch } from '#shared/recording/intake-queue.ts';
import { openQueue, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE } from '#shared/runtime/metrics.ts';
import { openPartners } from '#shared/store/partners.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'record' });

const table = openTable();

const intake: IntakeQueue = {
  table,
  partners: openPartners(table, systemClock),
  queue: openQueue(),
  clock: systemClock,
  log: openLogger('record'),
  count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
};

/** Records what came in: the recording queue's batches, each message by itself. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  try {
    return await takeBatch(intake, Records);
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};
