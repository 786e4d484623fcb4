import { dayNumber, londonDay } from '#shared/domain/days.ts';
import { formatMinor } from '#shared/domain/money/money.ts';
import { type Kind, PHASES, type Phase } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { type Convert, conversionInto } from './conversion.ts';
import { ROWS } from './heads.ts';
import { plus, type Rational, roundHalfEven, times, ZERO } from './rational.ts';
import type { MoneySum, RowFigures } from './tally.ts';

export { BASE_CURRENCY } from './conversion.ts';

interface PipelineRow {
  readonly strand: Strand;
  readonly kind: Kind;
  readonly stage: string;
  readonly phase: Phase;
  readonly count: number;
  readonly value: string;
  readonly weighted: string;
  readonly byCurrency: readonly { readonly currency: string; readonly amount: string; readonly weighted: string }[];
  readonly medianDaysInStage: number | null;
  readonly longestDaysInStage: number | null;
}

interface PhaseSum {
  readonly count: number;
  readonly value: string;
  readonly weighted: string;
}

type PhaseSums = Readonly<Record<Phase, PhaseSum>>;

/** The pipeline as it is answered; amounts are decimal strings in the major unit. */
export interface Pipeline {
  readonly asOf: string;
  readonly currency: string;
  readonly rates: readonly NewestRate[];
  readonly rows: readonly PipelineRow[];
  readonly totals: PhaseSums & { readonly byStrand: readonly ({ readonly strand: Strand } & PhaseSums)[] };
  readonly unconverted: readonly { readonly currency: string; readonly amount: string; readonly count: number }[];
}

export interface PipelineInput {
  /** Instant; days in stage are counted to its day in Europe/London. */
  readonly asOf: string;
  /** What values are converted into. */
  readonly currency: string;
  /** Those in force; of the base currency none. */
  readonly rates: readonly NewestRate[];
  /** Every strand's rows. */
  readonly heads: ReadonlyMap<Strand, readonly RowFigures[]>;
}

/** There is no rate of the currency that the pipeline was asked for in. */
export interface NoRate {
  readonly noRate: string;
}

/** A row with its rounded sums as whole minor units, for the totals. */
interface Counted {
  readonly row: PipelineRow;
  readonly value: bigint;
  readonly weighted: bigint;
}

/**
 * The pipeline from its heads: all 140 rows, in the order of strands, kinds and ladders. A row's sums are converted exactly and rounded
 * half-even once, to the minor unit; totals are sums of rows (docs/reports.md). A currency without a rate adds nothing to any
 * value and is told apart.
 */
export function pipelineOf({ asOf, currency, rates, heads }: PipelineInput): Pipeline | NoRate {
  const convert = conversionInto(currency, rates);
  if (!convert) return { noRate: currency };
  const today = dayNumber(londonDay(asOf));
  const counted = STRANDS.flatMap((strand) =>
    ROWS.map((_, index) => countRow(strand, index, heads.get(strand)?.[index], { convert, currency, today })),
  );
  const present = new Map<string, { minor: bigint; records: number }>();
  for (const head of heads.values())
    for (const { money } of head)
      for (const [of, { minor, records }] of money) {
        const sum = present.get(of) ?? { minor: 0n, records: 0 };
        present.set(of, { minor: sum.minor + minor, records: sum.records + records });
      }
  const sums = (rows: readonly Counted[]) =>
    Object.fromEntries(PHASES.map((phase) => [phase, sumOf(rows, phase, currency)])) as PhaseSums;
  return {
    asOf,
    currency,
    rates: rates
      .filter(({ currency: of }) => present.has(of) || of === currency)
      .map(({ currency: of, date, rate }) => ({ currency: of, date, rate }))
      .sort(byCurrencyCode),
    rows: counted.map(({ row }) => row),
    totals: {
      ...sums(counted),
      byStrand: STRANDS.map((strand) => ({ strand, ...sums(counted.filter(({ row }) => row.strand === strand)) })),
    },
    unconverted: [...present]
      .filter(([of]) => convert(0n, of) === undefined)
      .map(([of, { minor, records }]) => ({ currency: of, amount: formatMinor(minor, of), count: records }))
      .sort(byCurrencyCode),
  };
}

function countRow(
  strand: Strand,
  index: number,
  figures: RowFigures | undefined,
  { convert, currency, today }: { convert: Convert; currency: string; today: number },
): Counted {
  const { kind, stage } = ROWS[index] as (typeof ROWS)[number];
  const money = [...(figures?.money ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const total = (of: (sum: MoneySum) => bigint) =>
    money.reduce((sum, [from, sums]) => plus(sum, convert(of(sums), from) ?? ZERO), ZERO);
  const value = roundHalfEven(total(({ minor }) => minor));
  const weighted = roundHalfEven(
    times(
      total((sums) => sums.weighted),
      PER_CENT,
    ),
  );
  const spread = figures?.spread;
  const since = (day: number) => Math.max(0, today - day);
  return {
    value,
    weighted,
    row: {
      strand,
      kind,
      stage: stage.name,
      phase: stage.phase,
      count: figures?.count ?? 0,
      value: formatMinor(value, currency),
      weighted: formatMinor(weighted, currency),
      byCurrency: money.map(([of, sums]) => ({
        currency: of,
        amount: formatMinor(sums.minor, of),
        weighted: formatMinor(roundHalfEven({ numerator: sums.weighted, denominator: 100n }), of),
      })),
      medianDaysInStage: spread ? (since(spread.middle[0]) + since(spread.middle[1])) / 2 : null,
      longestDaysInStage: spread ? since(spread.smallest) : null,
    },
  };
}

const PER_CENT: Rational = { numerator: 1n, denominator: 100n };

function sumOf(rows: readonly Counted[], phase: Phase, currency: string): PhaseSum {
  const inPhase = rows.filter(({ row }) => row.phase === phase);
  const total = (of: (row: Counted) => bigint) =>
    formatMinor(
      inPhase.reduce((sum, row) => sum + of(row), 0n),
      currency,
    );
  return {
    count: inPhase.reduce((sum, { row }) => sum + row.count, 0),
    value: total(({ value }) => value),
    weighted: total(({ weighted }) => weighted),
  };
}

const byCurrencyCode = (a: { currency: string }, b: { currency: string }) => (a.currency < b.currency ? -1 : 1);
