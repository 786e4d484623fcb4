import { WEIGHTED_TERMS } from '#shared/reports/bridge-schema.ts';
import type { WordingName } from '#shared/reports/forms/wording.ts';
import { LISTS, type Report } from '#shared/reports/report.ts';

/** Figures that must stand in a section of a form: the names of its columns, and a row of them for each row there. */
export interface Figures {
  readonly columns: readonly WordingName[];
  readonly rows: readonly (readonly string[])[];
}

const SUMS = ['openCount', 'open', 'openWeighted', 'wonCount', 'wonValue', 'lostCount', 'lostValue'] as const;

const RELATIONSHIP = ['activities', 'variety', 'reciprocity', 'duration', 'relationship'] as const;

const relationship = ({ relationship: of }: Pick<NonNullable<Report['byPlace']>[number], 'relationship'>) =>
  [of?.activities, of?.variety, of?.reciprocity, of?.duration, of?.index].map((part) => String(part ?? ''));

/**
 * What a report says, section by section, taken from its JSON alone: the forms are read back and compared with it. An amount that is not
 * there is the empty string.
 */
export function figuresOf(report: Report): Record<string, Figures> {
  const sums = ({ open, won, lost }: Pick<Report['pipeline']['totals'], 'open' | 'won' | 'lost'>) =>
    [open.count, open.value, open.weighted, won.count, won.value, lost.count, lost.value].map(String);
  const total = sums(report.pipeline.totals);
  const { pipeline, bridge, trend, inputs } = report;
  const terms = (side: { open: Record<string, string>; weighted: Record<string, string> }) =>
    WEIGHTED_TERMS.map((term) => [side.open[term] ?? '', side.weighted[term] ?? '']);
  return {
    byStrand: { columns: SUMS, rows: [...pipeline.totals.byStrand.map(sums), total] },
    rows: {
      columns: ['count', 'value', 'weighted', 'median', 'longest'],
      rows: pipeline.rows.map((row) => [
        String(row.count),
        row.value,
        row.weighted,
        String(row.medianDaysInStage ?? ''),
        String(row.longestDaysInStage ?? ''),
      ]),
    },
    byCurrency: {
      columns: ['ownCurrency', 'amount', 'weightedAmount'],
      rows: pipeline.rows.flatMap((row) => row.byCurrency.map((sum) => [sum.currency, sum.amount, sum.weighted])),
    },
    unconverted: {
      columns: ['ownCurrency', 'amount', 'count'],
      rows: pipeline.unconverted.map((sum) => [sum.currency, sum.amount, String(sum.count)]),
    },
    bridge: {
      columns: ['open', 'openWeighted'],
      rows: bridge ? [...bridge.byStrand.flatMap(terms), ...terms(bridge)] : [],
    },
    bridgeChanges: {
      columns: ['count', 'open', 'openWeighted'],
      rows: bridge?.changes.map((change) => [String(change.count), change.open, change.weighted]) ?? [],
    },
    bridgeFx: {
      columns: ['amount', 'openingRate', 'closingRate', 'open', 'openWeighted'],
      rows: bridge?.fx.map((fx) => [fx.amount, fx.openingRate ?? '', fx.closingRate ?? '', fx.open, fx.weighted]) ?? [],
    },
    trend: { columns: ['open', 'openWeighted'], rows: trend.map((point) => [point.open, point.weighted]) },
    ...Object.fromEntries(
      LISTS.map((list) => [
        list,
        {
          columns: ['recordId', 'amount', 'value'] as const,
          rows: (report[list] ?? []).map((line) => [line.id, line.value?.amount ?? '', line.converted ?? '']),
        },
      ]),
    ),
    byPlace: {
      columns: report.inputs.around ? [...SUMS, ...RELATIONSHIP] : SUMS,
      rows: report.byPlace
        ? [
            ...report.byPlace.map((line) => [...sums(line), ...(inputs.around ? relationship(line) : [])]),
            [...total, ...(inputs.around ? relationship({}) : [])],
          ]
        : [],
    },
    byTheme: { columns: SUMS, rows: report.byTheme?.map(sums) ?? [] },
    byOwner: { columns: SUMS, rows: report.byOwner ? [...report.byOwner.map(sums), total] : [] },
    rates: {
      columns: ['ownCurrency', 'rateDate', 'rate'],
      rows: [...(inputs.openingRates ?? []), ...inputs.rates].map(({ currency, date, rate }) => [currency, date, rate]),
    },
    lists: {
      columns: ['count', 'withheld', 'omitted'],
      rows: LISTS.flatMap((list) => {
        const figures = report.lists[list];
        return figures ? [[figures.count, figures.withheld, figures.omitted].map(String)] : [];
      }).concat(
        Object.values(report.aroundFigures ?? {}).map(({ count, withheld, omitted }) =>
          [count, withheld, omitted].map(String),
        ),
      ),
    },
    ...(report.agreementsExpiring
      ? {
          agreementsExpiring: {
            columns: ['recordId'],
            rows: report.agreementsExpiring.map((line) => [line.id]),
          },
        }
      : {}),
    ...(report.evidenceExpiring
      ? {
          evidenceExpiring: {
            columns: ['recordId', 'amount', 'value'],
            rows: report.evidenceExpiring.map((line) => [line.id, line.value?.amount ?? '', line.converted ?? '']),
          },
        }
      : {}),
  };
}
