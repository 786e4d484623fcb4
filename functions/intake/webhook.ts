import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { operationsOf } from '#shared/http/operation.ts';
import { WEBHOOK_OPERATIONS } from '#shared/http/operations/webhooks.ts';
import { type HttpHandler, httpHandler } from '#shared/http/stack.ts';
import { type Receiving, receive } from '#shared/http/webhooks/receive.ts';
import { openBus, openFiles, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { givenEnvironment } from '#shared/runtime/environment.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE } from '#shared/runtime/metrics.ts';
import { openPartners } from '#shared/store/partners.ts';
import { createEvaluator } from '#shared/webhooks/jsonata/evaluator.ts';
import { openSecretsOf } from '#shared/webhooks/secrets.ts';
import { createThrottle, PARTNER_RATE } from '#shared/webhooks/throttle.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'webhook' });
const table = openTable();
const receiving: Receiving = {
  table,
  bus: openBus(),
  files: openFiles(),
  partners: openPartners(table, systemClock),
  secrets: openSecretsOf({ client: openSecrets(), table, clock: systemClock }),
  evaluator: createEvaluator(),
  throttle: createThrottle(PARTNER_RATE),
  count: (metric) => metrics.addMetric(metric, MetricUnit.Count, 1),
  publicUrl: givenEnvironment('publicUrl'),
};

const answer = httpHandler({
  operations: operationsOf('webhook', WEBHOOK_OPERATIONS),
  useCases: { receiveWebhook: (call) => receive(receiving, call) },
  clock: systemClock,
  log: openLogger('webhook'),
});

/** Takes in what partner systems send: open to all, and believed only where it is signed. */
export const handler: HttpHandler = async (event, context) => {
  try {
    return await answer(event, context);
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
};
