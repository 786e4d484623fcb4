import type { Report } from '../report.ts';
import {
  type ColumnName,
  day,
  decimal,
  instant,
  money,
  number,
  type Row,
  type Section,
  words as term,
  text,
} from './cells.ts';
import type { SectionMaker } from './section-maker.ts';
import type { Words } from './words.ts';

interface Sums {
  readonly open: { readonly count: number; readonly value: string; readonly weighted: string };
  readonly won: { readonly count: number; readonly value: string };
  readonly lost: { readonly count: number; readonly value: string };
}

const SUM_COLUMNS = [
  'openCount',
  'open',
  'openWeighted',
  'wonCount',
  'wonValue',
  'lostCount',
  'lostValue',
] as const satisfies readonly ColumnName[];

// Won is weighted with 100 and lost with 0, so their weighted sums say nothing that their values do not.
const sumCells = ({ open, won, lost }: Sums, currency: string): Row => ({
  openCount: number(open.count),
  open: money(open.value, currency),
  openWeighted: money(open.weighted, currency),
  wonCount: number(won.count),
  wonValue: money(won.value, currency),
  lostCount: number(lost.count),
  lostValue: money(lost.value, currency),
});

export function pipelineSections(
  { pipeline, trend, currency }: Report,
  words: Words,
  section: SectionMaker,
): Section[] {
  const { say } = words;
  const { totals, rows, unconverted } = pipeline;
  return [
    section(
      'byStrand',
      say('byStrand'),
      ['strand', ...SUM_COLUMNS],
      [
        ...totals.byStrand.map((sums) => ({ strand: term(words.strand(sums.strand)), ...sumCells(sums, currency) })),
        { strand: term(say('total')), ...sumCells(totals, currency) },
      ],
    ),
    section(
      'rows',
      say('byStage'),
      ['strand', 'kind', 'stage', 'phase', 'count', 'value', 'weighted', 'median', 'longest'],
      rows.map((row) => ({
        ...rowNames(row, words),
        count: number(row.count),
        value: money(row.value, currency),
        weighted: money(row.weighted, currency),
        median: number(row.medianDaysInStage),
        longest: number(row.longestDaysInStage),
      })),
    ),
    section(
      'byCurrency',
      say('byCurrency'),
      ['strand', 'kind', 'stage', 'phase', 'ownCurrency', 'amount', 'weightedAmount'],
      rows.flatMap((row) =>
        row.byCurrency.map((sum) => ({
          ...rowNames(row, words),
          ownCurrency: text(sum.currency),
          amount: money(sum.amount, sum.currency),
          weightedAmount: money(sum.weighted, sum.currency),
        })),
      ),
    ),
    section(
      'unconverted',
      say('unconverted'),
      ['ownCurrency', 'amount', 'count'],
      unconverted.map((sum) => ({
        ownCurrency: text(sum.currency),
        amount: money(sum.amount, sum.currency),
        count: number(sum.count),
      })),
    ),
    section(
      'trend',
      say('trend'),
      ['recordId', 'at', 'open', 'openWeighted'],
      trend.map((point) => ({
        recordId: text(point.id),
        at: instant(point.to),
        open: money(point.open, currency),
        openWeighted: money(point.weighted, currency),
      })),
    ),
  ];
}

const rowNames = (row: Report['pipeline']['rows'][number], words: Words): Row => ({
  strand: term(words.strand(row.strand)),
  kind: term(words.kind(row.kind)),
  stage: term(words.stage(row.kind, row.stage)),
  phase: term(words.phase(row.phase)),
});

/** The same sums along other lines, and the rates behind all of them. */
export function sumSections(report: Report, words: Words, section: SectionMaker): Section[] {
  const { say } = words;
  const { byPlace, byTheme, byOwner, currency, inputs, pipeline } = report;
  const total = (column: ColumnName): Row => ({
    [column]: term(say('total')),
    ...sumCells(pipeline.totals, currency),
  });
  const hasRelationship = byPlace?.some(({ relationship }) => relationship) ?? false;
  return [
    section(
      'byPlace',
      say('byPlace'),
      [
        'place',
        ...SUM_COLUMNS,
        ...(hasRelationship ? (['activities', 'variety', 'reciprocity', 'duration', 'relationship'] as const) : []),
      ],
      byPlace && [
        ...byPlace.map((sums) => ({
          place: text(words.place(sums.place)),
          ...sumCells(sums, currency),
          activities: number(sums.relationship?.activities ?? null),
          variety: number(sums.relationship?.variety ?? null),
          reciprocity: number(sums.relationship?.reciprocity ?? null),
          duration: number(sums.relationship?.duration ?? null),
          relationship: number(sums.relationship?.index ?? null),
        })),
        total('place'),
      ],
      hasRelationship ? [say('relationshipNote')] : [],
    ),
    section(
      'byTheme',
      say('byTheme'),
      ['theme', ...SUM_COLUMNS],
      byTheme?.map((sums) => ({ theme: term(words.theme(sums.theme)), ...sumCells(sums, currency) })),
      [say('themesOverlap')],
    ),
    section(
      'byOwner',
      say('byOwner'),
      ['owner', ...SUM_COLUMNS],
      byOwner && [
        ...byOwner.map((sums) => ({ owner: text(words.owner(sums.owner)), ...sumCells(sums, currency) })),
        total('owner'),
      ],
    ),
    section(
      'rates',
      say('rates'),
      ['item', 'ownCurrency', 'rateDate', 'rate'],
      [
        ...(inputs.openingRates ?? []).map((rate) => ({ item: term(say('opening')), ...rateCells(rate) })),
        ...inputs.rates.map((rate) => ({ item: term(say('closing')), ...rateCells(rate) })),
      ],
    ),
  ];
}

const rateCells = (rate: Report['inputs']['rates'][number]): Row => ({
  ownCurrency: text(rate.currency),
  rateDate: day(rate.date),
  rate: decimal(rate.rate),
});
