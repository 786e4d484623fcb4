import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { REPORT_PUBLISHED } from '#shared/events/reports.ts';
import { deliverReport, noteFeedback } from '#shared/reports/deliver.ts';
import { feedbackOf } from '#shared/reports/feedback.ts';
import { openSending } from '#shared/reports/letter.ts';
import { openFiles, openMail, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'mail' });
const log = openLogger('mail');
const sending = { files: openFiles(), secrets: openSecrets(), mail: openMail() };
const delivering = { table: openTable(), clock: systemClock, send: openSending(sending, systemClock), log };

interface BusMessage {
  readonly source?: string;
  readonly detail?: unknown;
}

/**
 * Sends published reports to the recipients of their series, and keeps what comes back. A message of which some mails failed comes
 * again; those that were sent are not sent again.
 */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const failed: string[] = [];
  try {
    for (const { messageId, body } of Records)
      try {
        if (!(await take(JSON.parse(body) as BusMessage))) failed.push(messageId);
      } catch (error) {
        log.error('A message could not be processed.', { messageId, ...failureOf(error) });
        failed.push(messageId);
      }
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** False where something of it is to be tried again. */
async function take({ source, detail }: BusMessage): Promise<boolean> {
  if (source !== REPORT_PUBLISHED.source) {
    const feedback = feedbackOf(detail);
    if (feedback) await noteFeedback(delivering, feedback);
    return true;
  }
  const { report } = REPORT_PUBLISHED.detail.parse(detail).data;
  if (!process.env[EnvironmentName.mailFrom]) {
    log.info('No sender address is configured: no mail is sent.', { reportId: report.id });
    return true;
  }
  const { sent, failed } = await deliverReport(delivering, report.id);
  metrics.addMetric(MetricName.mailSent, MetricUnit.Count, sent);
  metrics.addMetric(MetricName.mailFailed, MetricUnit.Count, failed);
  log.info('A report was delivered.', { reportId: report.id, sent, failed });
  return failed === 0;
}
