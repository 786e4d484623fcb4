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
      corrects: ReportId.optional().meta({ description: 'The report of the same period that this one corrects.' }),
    }),
    currency: Currency,
    open: Sum.meta({ description: 'What is open at the end of the period, in that currency.' }),
    forms: z
      .array(
        z.strictObject({
          mediaType: z.string(),
          language: z.enum(REPORT_LANGUAGES).optional(),
          bytes: z.int().min(1),
          sha256: z.string().regex(/^[0-9a-f]{64}$/),
        }),
      )
      .meta({ description: 'What `GET /v1/reports/{id}` answers, for ever the same bytes.' }),
  })
  .meta({ id: 'ReportPublished' });

export const REPORT_PUBLISHED = defineEvent({
  source: 'partnership.reports',
  name: 'pipeline-report.published',
  schemaVersion: 1,
  meaning: 'A report of the pipeline is published and will not change.',
  data: Published,
});

export const REPORT_CONTRACTS: readonly EventContract[] = [REPORT_PUBLISHED];
