import * as z from 'zod';
import { Basis, ReportId } from '#shared/domain/report/report.ts';
import { ON_DEMAND, ON_DEMAND_TERMS, type ReportSeries } from '#shared/domain/report/series.ts';
import { Instant, Slug, UserId } from '#shared/domain/text.ts';
import { hashId } from '#shared/runtime/ids.ts';

/** What a report is to be made of: all that its id stands for. */
export const ReportRequest = z.strictObject({
  id: ReportId,
  series: Slug,
  cutOff: Instant,
  basis: Basis,
  /** The report of the same period that this one is to correct. */
  corrects: ReportId.optional(),
  /** Absent where the clock asked. */
  requestedBy: UserId.optional(),
});
export type ReportRequest = z.infer<typeof ReportRequest>;

/** The request for the report that a series is due at an instant: whoever asks, and however often, it is the same. */
export const dueRequest = (series: string, due: string): ReportRequest => ({
  id: hashId('rep', 'series', series, due),
  series,
  cutOff: due,
  basis: 'as-known-then',
});

/** What holds for the reports of a series. */
export type SeriesTerms = Pick<ReportSeries, 'timeZone' | 'currency' | 'language' | 'filters'>;

/** The terms of a report's series; those of reports on demand where it belongs to none. Undefined for a series that is unknown. */
export const termsOf = (seriesId: string, series: SeriesTerms | undefined): SeriesTerms | undefined =>
  seriesId === ON_DEMAND ? ON_DEMAND_TERMS : series;
