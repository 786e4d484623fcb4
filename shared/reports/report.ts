import * as z from 'zod';
import { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import { Currency, Money } from '#shared/domain/money/money.ts';
import { Kind, Phase } from '#shared/domain/pipeline/ladders.ts';
import { LostReason } from '#shared/domain/pipeline/moves.ts';
import { Basis, ReportId } from '#shared/domain/report/report.ts';
import { ReportFilters, ReportLanguage } from '#shared/domain/report/series.ts';
import { Strand, Theme } from '#shared/domain/strand.ts';
import { Instant, IsoDate, idOf, line, Slug, UserId } from '#shared/domain/text.ts';
import { Pipeline } from '#shared/http/pipeline-schema.ts';
import { Bridge } from './bridge-schema.ts';
import { decimal, ListedOrganisation, recordReference } from './parts.ts';
import { ReportChanges } from './report-changes.ts';

/*
 * The one shape of a pipeline report: what is stored, what JSON answers, and all that the other forms are made from. Amounts are
 * decimal strings in the report's currency unless a currency stands beside them. Keys are always there, but for the optional
 * sections; a section that cannot be given is null, and `unavailable` says why.
 */

export { Basis, ReportFilters, ReportId, ReportLanguage };

const count = z.int().min(0);
const days = z.int();

/** A record as a list shows it, as it was at the cut-off. Confidential leads are never among them. */
const recordLine = {
  id: recordReference,
  kind: Kind,
  strand: Strand,
  stage: z.string(),
  phase: Phase,
  title: line(1, 200),
  organisations: z.array(ListedOrganisation),
  owner: UserId.nullable(),
  place: Slug.nullable(),
  value: Money.nullable(),
  converted: decimal.nullable().meta({
    description: "The value in the report's currency, rounded individually; null without a value or a rate.",
  }),
  probability: z.int().min(0).max(100),
};
export const RecordLine = z.strictObject(recordLine).meta({ id: 'ReportRecord' });
export type RecordLine = z.infer<typeof RecordLine>;

const by = z.strictObject({ type: z.enum(['user', 'partner', 'system']), id: z.string() });

export const ReportMove = z
  .strictObject({
    ...recordLine,
    eventId: z.string(),
    from: z.string(),
    to: z.string(),
    at: Instant.meta({ description: 'When it occurred.' }),
    recordedAt: Instant,
    by: by.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'ReportMove' });
export type ReportMove = z.infer<typeof ReportMove>;

export const ReportOutcome = z
  .strictObject({
    ...recordLine,
    eventId: z.string(),
    at: Instant.meta({ description: 'When it occurred.' }),
    by: by.nullable(),
    lostReason: LostReason.nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'ReportOutcome' });
export type ReportOutcome = z.infer<typeof ReportOutcome>;

export const StalledRecord = z
  .strictObject({
    ...recordLine,
    enteredOn: IsoDate.meta({ description: 'The day in Europe/London on which it entered its stage.' }),
    days: count.meta({ description: 'Whole days in its stage.' }),
    threshold: count.meta({ description: 'The threshold in days: longer in the stage counts as stalled.' }),
  })
  .meta({ id: 'StalledRecord' });
export type StalledRecord = z.infer<typeof StalledRecord>;

export const ClosingRecord = z
  .strictObject({
    ...recordLine,
    expectedCloseOn: IsoDate,
    days: days.meta({
      description: "Days from the report's date to the expected close; negative if it has passed.",
    }),
  })
  .meta({ id: 'ClosingRecord' });
export type ClosingRecord = z.infer<typeof ClosingRecord>;

export const OverdueStep = z
  .strictObject({
    ...recordLine,
    nextStep: z.strictObject({ text: z.string(), dueOn: IsoDate }),
    days: count.meta({ description: 'How many days late it is.' }),
  })
  .meta({ id: 'OverdueStep' });
export type OverdueStep = z.infer<typeof OverdueStep>;

const sum = z.strictObject({ count, value: decimal, weighted: decimal });
const sums = { open: sum, won: sum, lost: sum };

/** The relationship indicator's parts (docs/relationships.md); the index is null with fewer than 5 activities. */
const relationship = z.strictObject({
  activities: count,
  variety: z.number(),
  reciprocity: z.number().nullable(),
  duration: z.number(),
  index: z.number().nullable(),
});

export const PlaceSums = z
  .strictObject({ place: Slug.nullable(), ...sums, relationship: relationship.optional() })
  .meta({ id: 'ReportByPlace', description: 'Null means records without a place. The rows sum to the totals.' });
export type PlaceSums = z.infer<typeof PlaceSums>;
export const ThemeSums = z.strictObject({ theme: Theme.nullable(), ...sums }).meta({
  id: 'ReportByTheme',
  description:
    'A record with two themes is counted under both, so the rows do not sum to the totals. Null means records without a theme.',
});
export type ThemeSums = z.infer<typeof ThemeSums>;
export const OwnerSums = z
  .strictObject({ owner: UserId.nullable(), ...sums })
  .meta({ id: 'ReportByOwner', description: 'Null means records without an owner. The rows sum to the totals.' });
export type OwnerSums = z.infer<typeof OwnerSums>;

export const LISTS = ['moves', 'won', 'lost', 'stalled', 'closingSoon', 'overdue', 'nextStepsOverdue'] as const;
export type ListName = (typeof LISTS)[number];

export const ListFigures = z
  .strictObject({
    count: count.meta({ description: 'The number of entries, listed or not.' }),
    withheld: count.meta({ description: 'Entries about confidential IP leads: counted, never named.' }),
    omitted: count.meta({ description: 'Entries omitted because the list is long.' }),
    complete: z.boolean().meta({ description: 'False if there may be more that were not counted.' }),
  })
  .meta({ id: 'ReportListFigures' });
export type ListFigures = z.infer<typeof ListFigures>;

/** Why a number cannot be given. */
export const UNAVAILABLE_REASONS = [
  /** There is no earlier report to compare with. */
  'first-report',
  /** Currencies (`of`) without a rate: counted, never converted. */
  'no-rate',
  /** The report's currency had no rate at the opening. */
  'no-opening-rate',
  /** The opening, counted once more, is not what the previous report said. */
  'opening-differs',
  /** The single changes do not lead from the opening to the closing. */
  'changes-do-not-add-up',
  /** What changed in the period is not wholly known. */
  'history-incomplete',
  /** Earlier reports are in another currency or about other records. */
  'not-comparable',
  /** What the section needs is not kept for a date so far back. */
  'not-kept',
  /** Records that cannot be counted are in no figure: the ids of those that may be named (`of`). */
  'records-not-counted',
] as const;

export const Unavailable = z
  .strictObject({
    section: z.string().meta({ description: "The section's key in the report.", examples: ['bridge'] }),
    reason: z.enum(UNAVAILABLE_REASONS),
    of: z.array(z.string()).optional().meta({ description: 'What is affected, such as currencies.' }),
  })
  .meta({ id: 'ReportUnavailable' });
export type Unavailable = z.infer<typeof Unavailable>;

const rate = z.strictObject({ currency: Currency, date: IsoDate, rate: z.string() });

/** Evidence that a record stands without, or soon will: a record of what was checked, and no legal verdict. */
const ExpiringEvidence = z
  .strictObject({
    ...recordLine,
    evidence: z.array(EvidenceType).min(1).meta({ description: 'Any one of these is enough.' }),
    state: z.enum(['missing', 'expired', 'ending']),
    expiresOn: IsoDate.nullable().meta({ description: 'The last day it is valid; null if the evidence is missing.' }),
    days: days.nullable().meta({ description: "Days from the report's date until then; negative if it has expired." }),
  })
  .meta({ id: 'ExpiringEvidence' });

export const ReportInputs = z
  .strictObject({
    cutOff: Instant,
    rates: z.array(rate).meta({ description: 'Rates in force at the cut-off: pounds per unit.' }),
    openingRates: z
      .array(rate)
      .nullable()
      .meta({ description: 'Rates in force at the opening; null without a bridge.' }),
    position: z.record(z.string(), z.string()).nullable().meta({
      description: "How far the table's stream had been counted, per shard.",
    }),
    around: z
      .strictObject({
        basis: z.literal('as-known-when-made'),
        window: z.strictObject({ from: IsoDate, to: IsoDate }),
      })
      .optional()
      .meta({
        description:
          "The basis of relationships, agreements and evidence: what was known when the report was created, whatever the report's own basis. The window applies to activities.",
      }),
  })
  .meta({ id: 'ReportInputs' });
export type ReportInputs = z.infer<typeof ReportInputs>;

export const TrendPoint = z
  .strictObject({ id: ReportId, to: Instant, open: decimal, weighted: decimal })
  .meta({ id: 'ReportTrendPoint' });
export type TrendPoint = z.infer<typeof TrendPoint>;

/** How many reports the trend shows, this one included. */
export const TREND_REPORTS = 12;

export const Report = z
  .strictObject({
    id: ReportId,
    type: z.literal('pipeline'),
    series: Slug,
    period: z.strictObject({
      from: Instant.nullable().meta({ description: 'The cut-off of the previous report; null in the first.' }),
      to: Instant,
      timeZone: z.string().meta({ examples: ['Europe/London'] }),
    }),
    date: IsoDate.meta({ description: "The report's date: the day of the cut-off in the report's time zone." }),
    basis: Basis,
    language: ReportLanguage,
    currency: Currency,
    filters: ReportFilters,
    previous: ReportId.nullable(),
    corrects: ReportId.nullable().meta({ description: 'The report that this one corrects.' }),
    changes: ReportChanges.nullable().meta({ description: 'What differs from the report that this one corrects.' }),
    inputs: ReportInputs,
    pipeline: Pipeline(),
    bridge: Bridge.nullable(),
    trend: z.array(TrendPoint).max(TREND_REPORTS).meta({ description: 'Oldest first; the last is this report.' }),
    moves: z.array(ReportMove).nullable(),
    won: z.array(ReportOutcome).nullable(),
    lost: z.array(ReportOutcome).nullable(),
    stalled: z.array(StalledRecord).nullable(),
    closingSoon: z.array(ClosingRecord).nullable(),
    overdue: z.array(ClosingRecord).nullable(),
    nextStepsOverdue: z.array(OverdueStep).nullable(),
    lists: z.strictObject(
      Object.fromEntries(LISTS.map((name) => [name, ListFigures.nullable()])) as Record<
        ListName,
        z.ZodNullable<typeof ListFigures>
      >,
    ),
    byPlace: z.array(PlaceSums).nullable(),
    byTheme: z.array(ThemeSums).nullable(),
    byOwner: z.array(OwnerSums).nullable(),
    agreementsExpiring: z
      .array(
        z.strictObject({
          id: idOf('agr'),
          title: z.string(),
          organisations: z.array(ListedOrganisation),
          place: Slug.nullable(),
          expiresOn: IsoDate.meta({ description: 'The last day it is in force.' }),
          days: count.meta({ description: "Days from the report's date until then." }),
        }),
      )
      .optional()
      .meta({ description: 'Agreements in force whose renewal is due, soonest expiry first.' }),
    evidenceExpiring: z
      .array(ExpiringEvidence)
      .optional()
      .meta({ description: 'Missing evidence first, then evidence that has expired or expires within 60 days.' }),
    aroundFigures: z.strictObject({ agreementsExpiring: ListFigures, evidenceExpiring: ListFigures }).optional(),
    names: z
      .strictObject({
        places: z.record(z.string(), z.strictObject({ en: z.string(), zh: z.string() })),
        users: z.record(z.string(), z.string()),
      })
      .meta({ description: 'Display names for place and user ids; an id without a name is shown as it is.' }),
    unavailable: z.array(Unavailable),
  })
  .meta({ id: 'Report' });
export type Report = z.infer<typeof Report>;
