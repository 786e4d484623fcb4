import * as z from 'zod';
import { Currency } from '../money/money.ts';
import { KINDS, Kind } from '../pipeline/ladders.ts';
import { Place } from '../place.ts';
import { Strand } from '../strand.ts';
import { Slug, UserId } from '../text.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

export const REPORT_LANGUAGES = ['en', 'zh-CN'] as const;
/** A language that every report is written in. */
export const ReportLanguage = z.enum(REPORT_LANGUAGES).meta({ id: 'ReportLanguage' });
export type ReportLanguage = z.infer<typeof ReportLanguage>;

const LocalTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'A time of day such as 08:00.')
  .meta({ description: "Local time in the series' time zone.", examples: ['08:00'] });

/** When a report is due, by the clock of its series. */
export const Cadence = z
  .discriminatedUnion('every', [
    z.strictObject({ every: z.literal('week'), weekday: z.enum(WEEKDAYS), at: LocalTime }),
    z.strictObject({
      every: z.literal('month'),
      // Days that not every month has would make series that skip months.
      day: z.union([z.int().min(1).max(28), z.literal('last')], { error: 'A day from 1 to 28, or "last".' }),
      at: LocalTime,
    }),
  ])
  .meta({ id: 'Cadence' });
export type Cadence = z.infer<typeof Cadence>;

const several = <Item extends z.ZodType>(item: Item, most: number) =>
  z
    .array(item)
    .min(1)
    .max(most)
    .refine((items) => new Set(items).size === items.length, 'Duplicates are not allowed.');

/** What is counted: a record that is in each list that is there. */
export const ReportFilters = z
  .strictObject({
    strand: several(Strand, 5).optional(),
    kind: several(Kind, KINDS.length).optional(),
    place: several(Slug, 50).optional().meta({ description: '`none` means records without a place.' }),
    owner: several(z.union([UserId, z.literal('none')], { error: 'A user id, or "none".' }), 50)
      .optional()
      .meta({ description: '`none` means records without an owner.' }),
  })
  .meta({ id: 'ReportFilters', description: 'The records a report covers; all of them if empty.' });
export type ReportFilters = z.infer<typeof ReportFilters>;

export const Recipient = z
  .strictObject({
    email: z.email('An email address.').max(254),
    language: ReportLanguage.optional().meta({ description: 'The language of the series if omitted.' }),
  })
  .meta({ id: 'Recipient' });
export type Recipient = z.infer<typeof Recipient>;

/** What a manager puts under a series' id. */
export const PutReportSeries = z
  .strictObject({
    cadence: Cadence,
    timeZone: Place.shape.timeZone,
    currency: Currency.default('GBP').meta({ description: 'The currency that values are converted to.' }),
    language: ReportLanguage.default('en'),
    filters: ReportFilters.default({}),
    recipients: z
      .array(Recipient)
      .max(100)
      .refine(
        (recipients) => new Set(recipients.map(({ email }) => email.toLowerCase())).size === recipients.length,
        'Each address may appear only once.',
      )
      .default([]),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'PutReportSeries' });

/** A series of reports: when, over what, in what currency, and to whom. */
export const ReportSeries = z.strictObject({ id: Slug, ...PutReportSeries.shape }).meta({ id: 'ReportSeries' });
export type ReportSeries = z.infer<typeof ReportSeries>;

const UNFILTERED = { currency: 'GBP', language: 'en', filters: {}, recipients: [], enabled: true } as const;

/** The series that are there from the start, until a manager changes them (docs/reports.md). */
export const FIRST_SERIES: readonly ReportSeries[] = [
  {
    id: 'monthly',
    cadence: { every: 'month', day: 1, at: '07:00' },
    timeZone: 'Europe/London',
    ...UNFILTERED,
    recipients: [],
  },
  {
    id: 'weekly-birmingham',
    cadence: { every: 'week', weekday: 'monday', at: '08:00' },
    timeZone: 'Europe/London',
    ...UNFILTERED,
    recipients: [],
  },
  {
    id: 'weekly-guangzhou',
    cadence: { every: 'week', weekday: 'monday', at: '09:00' },
    timeZone: 'Asia/Shanghai',
    ...UNFILTERED,
    recipients: [],
  },
];

/** Reports that belong to no other series: made when somebody asks, never by the clock. It cannot be put. */
export const ON_DEMAND = 'on-demand';

/** What holds for reports of {@link ON_DEMAND}. */
export const ON_DEMAND_TERMS = { timeZone: 'Europe/London', ...UNFILTERED } as const;
