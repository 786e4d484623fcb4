import * as z from 'zod';
import { Currency } from '#shared/domain/money/money.ts';
import { Basis, DeliveryStatus, ReportId } from '#shared/domain/report/report.ts';
import { ReportSeries } from '#shared/domain/report/series.ts';
import { Instant, Slug, UserId } from '#shared/domain/text.ts';
import { next, pageQuery } from './schemas.ts';

export const reportsQuery = pageQuery.extend({ series: Slug.optional() });

const ListedReport = z
  .strictObject({
    id: ReportId,
    type: z.literal('pipeline'),
    series: Slug,
    basis: Basis,
    period: z.strictObject({ from: Instant.nullable(), to: Instant, timeZone: z.string() }),
    previous: ReportId.nullable(),
    corrects: ReportId.optional(),
    currency: Currency,
    publishedAt: Instant,
    requestedBy: UserId.optional().meta({ description: 'Absent if the schedule created it.' }),
    open: z.strictObject({ count: z.int().min(0), value: z.string(), weighted: z.string() }),
  })
  .meta({ id: 'ListedReport' });

export const ReportList = z.strictObject({ items: z.array(ListedReport), next }).meta({ id: 'ReportList' });

export const ReportSeriesList = z.strictObject({ items: z.array(ReportSeries), next }).meta({ id: 'ReportSeriesList' });

const DeliveryView = z
  .strictObject({
    id: z.string(),
    recipient: z.string().meta({ description: 'The address; masked except for managers and administrators.' }),
    status: DeliveryStatus,
    attempts: z.int().min(1),
    at: Instant,
    reason: z.string().optional(),
  })
  .meta({ id: 'ReportDelivery' });

export const DeliveryList = z.strictObject({ items: z.array(DeliveryView), next }).meta({ id: 'ReportDeliveryList' });
