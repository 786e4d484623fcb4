import { describe, expect, it } from 'vitest';
import type { PublishedReport } from '#shared/domain/report/report.ts';
import { REPORT_PUBLISHED } from '#shared/events/reports.ts';
import { publicationOf } from '#shared/recording/publication.ts';

const report: PublishedReport = {
  id: 'rep_5W3QZ8T1H6M4D9K2B7X0V5N3R1',
  type: 'pipeline',
  series: 'weekly-birmingham',
  basis: 'as-known-then',
  period: { from: null, to: '2026-11-23T08:00:00.000Z', timeZone: 'Europe/London' },
  previous: null,
  currency: 'GBP',
  publishedAt: '2026-11-23T08:00:07.412Z',
  open: { count: 3, value: '30.00', weighted: '10.50' },
  forms: [
    { form: 'json', mediaType: 'application/json', bytes: 10, sha256: 'a'.repeat(64) },
    { form: 'html', language: 'zh-CN', mediaType: 'text/html', bytes: 12, sha256: 'b'.repeat(64) },
  ],
};

describe('the event of a published report', () => {
  it('is valid, about the report, and says when it was published', () => {
    const { contract, detail } = publicationOf(report);
    expect(contract).toBe(REPORT_PUBLISHED);
    expect(contract.detail.parse(detail)).toEqual(detail);
    expect(detail.metadata).toMatchObject({
      recordId: report.id,
      occurredAt: report.publishedAt,
      actor: { type: 'system', id: 'report' },
    });
  });

  it('is the same event when the stream tells of it twice, and another one for another report', () => {
    expect(publicationOf(report)).toEqual(publicationOf(structuredClone(report)));
    const other = publicationOf({ ...report, id: 'rep_0A2C4E6G8J1M3P5R7T9W1Y3B5D' });
    expect(other.detail.metadata.eventId).not.toBe(publicationOf(report).detail.metadata.eventId);
  });

  it('names who asked for it, and what it corrects', () => {
    const { detail } = publicationOf({ ...report, requestedBy: 'manager', corrects: 'rep_0A2C4E6G8J1M3P5R7T9W1Y3B5D' });
    expect(REPORT_PUBLISHED.detail.parse(detail)).toMatchObject({
      metadata: { actor: { type: 'user', id: 'manager' } },
      data: { report: { corrects: 'rep_0A2C4E6G8J1M3P5R7T9W1Y3B5D' } },
    });
  });
});
