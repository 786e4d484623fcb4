import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PublishedReport } from '#shared/domain/report/report.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '#shared/domain/report/series.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { DELIVERY_DAYS, type Delivery, loadDeliveries, putDelivery, recipientHash } from '#shared/store/mailings.ts';
import { loadReport } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';

/** One mail to be written and sent. */
export interface Letter {
  readonly report: PublishedReport;
  readonly email: string;
  readonly language: ReportLanguage;
  /** Names the recipient and is no address. */
  readonly recipient: string;
}

export interface Delivering {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
  /** Writes the mail and hands it to the mail service; throws where that refuses it. The same letter is the same mail. */
  readonly send: (letter: Letter) => Promise<void>;
  readonly log: { warn(message: string, details: Record<string, unknown>): void };
}

/** For so long, in milliseconds, a mail that is being sent is nobody else's: longer than the function may run. */
const LEASE_MS = 90_000;
const DAY_S = 86_400;

export interface DeliveryRun {
  readonly sent: number;
  /** Those that are to be tried again. */
  readonly failed: number;
}

/**
 * Sends a published report to the recipients of its series, each once. What was sent is never sent again. A mail that was begun and of
 * which nothing more is known is sent once more when its lease is over, with the same Message-ID: at most that one is there twice after
 * a crash. One that fails stands in no other's way.
 */
export async function deliverReport(parts: Delivering, reportId: string): Promise<DeliveryRun> {
  const report = await loadReport(parts.table, reportId);
  if (!report) throw new Error(`Report ${reportId} is not published.`);
  const { series } = await loadSeries(parts.table, report.series);
  const deliveries = await loadDeliveries(parts.table, reportId);
  const run = { sent: 0, failed: 0 };
  for (const { email, language } of series?.recipients ?? []) {
    const recipient = recipientHash(email);
    const letter: Letter = {
      report,
      email,
      language: language ?? series?.language ?? REPORT_LANGUAGES[0],
      recipient,
    };
    const outcome = await deliver(parts, letter, deliveries.get(recipient));
    if (outcome === 'sent') run.sent++;
    if (outcome === 'failed') run.failed++;
  }
  return run;
}

async function deliver(
  { table, clock, send, log }: Delivering,
  letter: Letter,
  before: Delivery | undefined,
): Promise<'sent' | 'failed' | 'done'> {
  if (before && before.status !== 'sending' && before.status !== 'failed') return 'done';
  const now = clock();
  // Somebody is at it, or died at it a moment ago: whoever looks again later will see.
  if (before?.status === 'sending' && before.until !== undefined && before.until > toInstant(now)) return 'failed';
  const { email, report, recipient } = letter;
  const begun: Delivery = {
    email,
    status: 'sending',
    attempts: (before?.attempts ?? 0) + 1,
    at: toInstant(now),
    until: toInstant(now + LEASE_MS),
    expiresAt: before?.expiresAt ?? Math.floor(now / 1_000) + DELIVERY_DAYS * DAY_S,
  };
  if (!(await putDelivery(table, report.id, begun, before))) return 'failed';
  const { until: _, ...rest } = begun;
  try {
    await send(letter);
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    log.warn('A mail could not be sent.', { reportId: report.id, recipient, attempt: begun.attempts, reason });
    await putDelivery(table, report.id, { ...rest, status: 'failed', at: toInstant(clock()), reason }, begun);
    return 'failed';
  }
  await putDelivery(table, report.id, { ...rest, status: 'sent', at: toInstant(clock()) }, begun);
  return 'sent';
}

/** What the mail service learnt later of a mail that it took. */
export interface Feedback {
  readonly reportId: string;
  readonly recipient: string;
  readonly status: 'bounced' | 'complained';
  /** A code. */
  readonly reason: string;
}

/** Keeps it with the delivery. Nothing where there is none. */
export async function noteFeedback(
  { table, clock }: Pick<Delivering, 'table' | 'clock'>,
  { reportId, recipient, status, reason }: Feedback,
): Promise<void> {
  const before = (await loadDeliveries(table, reportId)).get(recipient);
  if (!before) return;
  const { until: _, ...rest } = before;
  const after: Delivery = { ...rest, status, reason, at: toInstant(clock()) };
  if (!(await putDelivery(table, reportId, after, before)))
    throw new Error(`The delivery of ${reportId} changed while its feedback was being recorded.`);
}
