import * as z from 'zod';
import { Currency } from '#shared/domain/money/money.ts';
import { ReportId } from '#shared/domain/report/report.ts';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { Instant, Slug } from '#shared/domain/text.ts';
import { defineEvent, type EventContract } from './contract.ts';

const Sum = z.strictObject({ count: z.int().min(0), value: z.string(), weighted: z.string() });

const Published = z
  .strictObject({
    report: z.strictObject({
      id: ReportId,
      type: z.literal('pipeline'),
      series: Slug,
      basis: z.enum(['as-known-then', 'as-known-now']),
      period: z.strictObject({ from: Instant.nullable(), to: Instant, timeZone: z.string() }),
      previous: ReportId.nullable(),
      corrects: ReportId.optional().meta({ description: 'The report for the same period that this one corrects.' }),
    }),
    currency: Currency,
    open: Sum.meta({ description: "Open records at the end of the period, in the report's currency." }),
    forms: z
      .array(
        z.strictObject({
          mediaType: z.string(),
          language: z.enum(REPORT_LANGUAGES).optional(),
          bytes: z.int().min(1),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
        }),
      )
      .meta({ description: 'The response of `GET /v1/reports/{id}`, which never changes.' }),
  })
  .meta({ id: 'ReportPublished' });

export const REPORT_PUBLISHED = defineEvent({
  source: 'partnership.reports',
  name: 'pipeline-report.published',
  schemaVersion: 1,
  meaning: 'A pipeline report was published; it will not change.',
  data: Published,
});

export const REPORT_CONTRACTS: readonly EventContract[] = [REPORT_PUBLISHED];
