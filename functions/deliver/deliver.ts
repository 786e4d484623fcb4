import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { openQueue, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { givenEnvironment } from '#shared/runtime/environment.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE } from '#shared/runtime/metrics.ts';
import { openSubscriptions } from '#shared/store/subscriptions.ts';
import { createBreather } from '#shared/webhooks/out/breather.ts';
import { createGuard, trialHosts } from '#shared/webhooks/out/guard.ts';
import { type HandingOut, takeMessages } from '#shared/webhooks/out/hand-out.ts';
import { createPost } from '#shared/webhooks/out/post.ts';
import { openSecretsOf } from '#shared/webhooks/secrets.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'deliver' });

const table = openTable();

const parts: HandingOut = {
  table,
  queue: openQueue(),
  subscriptions: openSubscriptions(table, systemClock),
  secrets: openSecretsOf({ client: openSecrets(), table, clock: systemClock }),
  post: createPost({ guard: createGuard({ trial: trialHosts(givenEnvironment('webhookTrialHosts')) }) }),
  breather: createBreather(systemClock),
  clock: systemClock,
  log: openLogger('deliver'),
  count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
};

/** Tells subscribers of outcomes: the queue's batches, each message by itself. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  try {
    return await takeMessages(parts, Records);
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};
