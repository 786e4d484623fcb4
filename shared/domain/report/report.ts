import * as z from 'zod';
import { Instant, IsoDate, idOf, Slug } from '../text.ts';
import type { ReportLanguage } from './series.ts';

export const ReportId = idOf('rep').meta({ id: 'ReportId' });
export type ReportId = z.infer<typeof ReportId>;

/** By what a past is told. */
export const Basis = z.enum(['as-known-then', 'as-known-now']).meta({
  id: 'Basis',
  description:
    '`as-known-then`: from events and rates recorded by then. `as-known-now`: what had occurred by then, as known today.',
});
export type Basis = z.infer<typeof Basis>;

/** What became of a mail: `sent` is that the mail service took it. */
export const DeliveryStatus = z
  .enum(['sending', 'sent', 'failed', 'bounced', 'complained'])
  .meta({ id: 'ReportDeliveryStatus' });
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/** One form of a published report, as it is kept. */
export interface StoredForm {
  readonly form: 'json' | 'html' | 'csv' | 'xlsx';
  readonly mediaType: string;
  /** JSON has none: it says the same in every language. */
  readonly language?: ReportLanguage;
  readonly bytes: number;
  /** In hex; the form's entity tag as well. */
  readonly sha256: string;
}

/** A published report: what it is of, what it was made from, and its forms. Nothing of it ever changes. */
export interface PublishedReport {
  readonly id: ReportId;
  readonly type: 'pipeline';
  readonly series: string;
  readonly basis: Basis;
  readonly period: {
    /** The end of the report before; null in the first. */
    readonly from: string | null;
    readonly to: string;
    readonly timeZone: string;
  };
  readonly previous: ReportId | null;
  readonly corrects?: ReportId;
  readonly currency: string;
  /** Instant. */
  readonly publishedAt: string;
  /** Whose request it was; absent where the clock asked. */
  readonly requestedBy?: string;
  readonly open: { readonly count: number; readonly value: string; readonly weighted: string };
  readonly forms: readonly StoredForm[];
}

const Moment = z
  .union([IsoDate, Instant], { error: 'A date such as 2026-11-21, or an instant with an offset.' })
  .meta({ description: 'A date, meaning the end of that day in Europe/London, or an instant. Now if omitted.' });

/** What a manager asks for. */
export const MakeReport = z
  .strictObject({
    type: z.literal('pipeline', { error: 'Must be "pipeline"; HE-BCI returns are not available yet.' }),
    series: Slug.optional().meta({
      description:
        'The series the report belongs to; `on-demand` if omitted. A report with a series is mailed to its recipients at once.',
    }),
    asOf: Moment.optional(),
    basis: Basis.optional().meta({ default: 'as-known-then' }),
  })
  .meta({ id: 'MakeReport' });
export type MakeReport = z.infer<typeof MakeReport>;
