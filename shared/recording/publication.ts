import type { PublishedReport } from '#shared/domain/report/report.ts';
import { REPORT_PUBLISHED } from '#shared/events/reports.ts';
import { hashId } from '#shared/runtime/ids.ts';
import type { Outcome } from './outcome.ts';

/** The event of a published report, from its item. Its id follows from the report's, so that a repeat of it is the same event. */
export function publicationOf(report: PublishedReport): Outcome {
  const { id, type, series, basis, period, previous, corrects, currency, open, publishedAt, requestedBy, forms } =
    report;
  return {
    contract: REPORT_PUBLISHED,
    detail: {
      metadata: {
        eventId: hashId('evt', 'publication', id),
        schemaVersion: 1,
        occurredAt: publishedAt,
        receivedAt: publishedAt,
        actor: requestedBy === undefined ? { type: 'system', id: 'report' } : { type: 'user', id: requestedBy },
        channel: 'api',
        correlationId: id,
        recordId: id,
      },
      data: {
        report: { id, type, series, basis, period, previous, ...(corrects === undefined ? {} : { corrects }) },
        currency,
        open,
        forms: forms.map(({ mediaType, language, bytes, sha256 }) => ({
          mediaType,
          ...(language === undefined ? {} : { language }),
          bytes,
          sha256,
        })),
      },
    },
  };
}
