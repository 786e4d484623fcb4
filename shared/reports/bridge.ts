import { formatMinor, toMinor } from '#shared/domain/money/money.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import { BASE_CURRENCY, type Convert } from '#shared/reporting/conversion.ts';
import { type Cube, type CubeRow, rowsOfCube } from '#shared/reporting/cube.ts';
import { ROWS } from '#shared/reporting/heads.ts';
import type { Pipeline } from '#shared/reporting/pipeline.ts';
import { minus, plus, type Rational, roundHalfEven, ZERO } from '#shared/reporting/rational.ts';
import { inRecordingOrder, type Standing, type Step } from '#shared/reporting/standing.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { type Naming, standTogether, type Worth } from './bridge-changes.ts';
import {
  type Bridge,
  type BridgeFx,
  MOVEMENTS,
  type Movement,
  OPEN_TERMS,
  type OpenTerms,
  type Term,
  WEIGHTED_TERMS,
  type WeightedTerms,
} from './bridge-schema.ts';
import { type Amount, partsOf } from './movements.ts';

/** One end of a bridge: all that the report is about, filtered, and how its amounts convert. */
export interface BridgeEnd {
  readonly cube: Cube;
  readonly pipeline: Pipeline;
  readonly rates: readonly NewestRate[];
  readonly convert: Convert;
}

export interface BridgeInput {
  readonly currency: string;
  readonly opening: BridgeEnd;
  readonly closing: BridgeEnd;
  /** All that leads from the one to the other, in any order. */
  readonly steps: readonly Step[];
  /** What the report is about. */
  readonly seen: (standing: Standing) => boolean;
  readonly naming: Naming;
}

/** Amounts by currency, added up in place. */
type Sums = Map<string, { readonly currency: string; minor: bigint; weighted: bigint }>;

/** The term of a strand, or of all, for open and for weighted value: exact, in minor units of the report's currency. */
type Exact = Readonly<Record<keyof Worth, Rational>>;

/**
 * Why open and weighted value moved from one report to the next (docs/reports.md); undefined where the steps do not lead from
 * the opening to the closing exactly, currency by currency and strand by strand.
 *
 * Movements are summed in their own currencies and converted once, at closing rates; `fx` is what the opening amounts gained by the
 * change of rates. Terms are rounded half-even per strand, totals sum strands; opening and closing are the pipeline's own, sums of
 * rounded rows, and `rounding` is what that leaves over.
 */
export function bridgeOf({ currency, opening, closing, steps, seen, naming }: BridgeInput): Bridge | undefined {
  const movements = new Map(STRANDS.map((strand) => [strand, new Map<Movement, Sums>()]));
  const entries: Parameters<typeof standTogether>[0][number][] = [];
  for (const step of [...steps].sort(inRecordingOrder))
    for (const { term, strand, amounts } of partsOf(step, seen, closing.convert)) {
      const terms = movements.get(strand) as Map<Movement, Sums>;
      const sums: Sums = terms.get(term) ?? new Map();
      terms.set(term, sums);
      for (const amount of amounts) addAmount(sums, amount, 1n);
      entries.push({ term, strand, step, worth: worthOf(amounts, closing.convert) });
    }
  const [before, after] = [openAmounts(opening.cube), openAmounts(closing.cube)];
  if (!STRANDS.every((strand) => leadsTo(before.get(strand), movements.get(strand), after.get(strand))))
    return undefined;

  const terms = new Map<Movement, Map<Strand, Worth>>(
    MOVEMENTS.map((term) => [
      term,
      rounded(STRANDS.map((strand) => worthOf(movements.get(strand)?.get(term)?.values() ?? [], closing.convert))),
    ]),
  );
  const gains = new Map(STRANDS.map((strand) => [strand, fxOf(before.get(strand) ?? new Map(), opening, closing)]));
  const byStrand = STRANDS.map((strand) => {
    const fx = roundWorth([...(gains.get(strand) ?? [])].reduce((sum, { gain }) => addWorth(sum, gain), NOTHING));
    const [start, end] = [opening, closing].map(({ pipeline }) => openOf(pipeline, strand)) as [Worth, Worth];
    const moved = (term: Movement) => terms.get(term)?.get(strand) as Worth;
    const known = [start, ...MOVEMENTS.map(moved), fx].reduce(addWhole);
    const rounding = { open: end.open - known.open, weighted: end.weighted - known.weighted };
    const of = (term: Term): Worth =>
      ({ opening: start, fx, rounding, closing: end })[term as 'opening'] ?? moved(term as Movement);
    return { strand, of };
  });
  const text = (worth: bigint) => formatMinor(worth, currency);
  const totalOf = (term: Term) => byStrand.map(({ of }) => of(term)).reduce(addWhole);
  const open = (of: (term: Term) => Worth) =>
    Object.fromEntries(OPEN_TERMS.map((term) => [term, text(of(term).open)])) as OpenTerms;
  const weighted = (of: (term: Term) => Worth) =>
    Object.fromEntries(WEIGHTED_TERMS.map((term) => [term, text(of(term).weighted)])) as WeightedTerms;
  return {
    open: open(totalOf),
    weighted: weighted(totalOf),
    byStrand: byStrand.map(({ strand, of }) => ({ strand, open: open(of), weighted: weighted(of) })),
    changes: standTogether(entries, naming, currency),
    fx: [...gains].flatMap(([strand, all]) => all.map((one) => fxLine(strand, one, { currency, opening, closing }))),
  };
}

const NOTHING: Exact = { open: ZERO, weighted: ZERO };

/** Sums stay small fractions: those of one currency have one denominator, and there are few currencies. */
function worthOf(amounts: Iterable<Amount>, convert: Convert): Exact {
  let worth = NOTHING;
  for (const { currency, minor, weighted } of amounts) {
    const [open, hundredfold] = [convert(minor, currency), convert(weighted, currency)];
    if (open && hundredfold) worth = addWorth(worth, { open, weighted: byHundred(hundredfold) });
  }
  return worth;
}

const byHundred = ({ numerator, denominator }: Rational): Rational => ({ numerator, denominator: denominator * 100n });
const addWorth = (a: Exact, b: Exact): Exact => ({
  open: plus(a.open, b.open),
  weighted: plus(a.weighted, b.weighted),
});
const addWhole = (a: Worth, b: Worth): Worth => ({ open: a.open + b.open, weighted: a.weighted + b.weighted });
const roundWorth = ({ open, weighted }: Exact): Worth => ({
  open: roundHalfEven(open),
  weighted: roundHalfEven(weighted),
});

/** A term of all strands, in their order, each rounded half-even; what sums to nothing exactly does so when it is rounded. */
function rounded(exact: readonly Exact[]): Map<Strand, Worth> {
  const [open, weighted] = [settled(exact.map((of) => of.open)), settled(exact.map((of) => of.weighted))];
  return new Map(
    STRANDS.map((strand, index) => [strand, { open: open[index] as bigint, weighted: weighted[index] as bigint }]),
  );
}

/**
 * Rounds half-even. Where the whole is exactly nothing, as with transfers, three or more parts may round to a penny more or less: that
 * is taken from the part whose rounding went furthest that way.
 */
function settled(exact: readonly Rational[]): bigint[] {
  const whole = exact.map(roundHalfEven);
  if (exact.reduce(plus).numerator !== 0n) return whole;
  const off = () => whole.reduce((sum, one) => sum + one, 0n);
  while (off() !== 0n) {
    const sign = off() > 0n ? 1n : -1n;
    const excess = (index: number): Rational => {
      const over = minus({ numerator: whole[index] as bigint, denominator: 1n }, exact[index] as Rational);
      return { ...over, numerator: over.numerator * sign };
    };
    const furthest = exact.reduce((best, _, at) => (minus(excess(at), excess(best)).numerator > 0n ? at : best), 0);
    whole[furthest] = (whole[furthest] as bigint) - sign;
  }
  return whole;
}

/** Open value by strand and currency. */
function openAmounts(cube: Cube): Map<Strand, Sums> {
  const openIn = (rows: readonly CubeRow[]): Sums => {
    const sums: Sums = new Map();
    for (const [index, { money }] of rows.entries())
      if (ROWS[index]?.stage.phase === 'open')
        for (const [currency, { minor, weighted }] of money) addAmount(sums, { currency, minor, weighted }, 1n);
    return sums;
  };
  return new Map([...rowsOfCube(cube)].map(([strand, rows]) => [strand, openIn(rows)]));
}

function addAmount(sums: Sums, { currency, minor, weighted }: Amount, sign: bigint): void {
  const sum = sums.get(currency);
  if (sum) {
    sum.minor += sign * minor;
    sum.weighted += sign * weighted;
  } else sums.set(currency, { currency, minor: sign * minor, weighted: sign * weighted });
}

/** Whether the movements of a strand make its closing amounts of its opening ones. */
function leadsTo(before: Sums = new Map(), movements = new Map<Movement, Sums>(), after: Sums = new Map()): boolean {
  const left: Sums = new Map();
  for (const sums of [before, ...movements.values()]) for (const amount of sums.values()) addAmount(left, amount, 1n);
  for (const amount of after.values()) addAmount(left, amount, -1n);
  return [...left.values()].every(({ minor, weighted }) => minor === 0n && weighted === 0n);
}

interface Gain {
  readonly amount: Amount;
  readonly gain: Exact;
}

/** What the opening amounts gained or lost by other rates, by currency; a first rate takes in what had none. */
const fxOf = (opening: Sums, { convert: then }: BridgeEnd, { convert: now }: BridgeEnd): Gain[] =>
  [...opening.values()]
    .map((amount) => {
      const [at, was] = [worthOf([amount], now), worthOf([amount], then)];
      return { amount, gain: { open: minus(at.open, was.open), weighted: minus(at.weighted, was.weighted) } };
    })
    .filter(({ gain }) => gain.open.numerator !== 0n || gain.weighted.numerator !== 0n)
    .sort((a, b) => (a.amount.currency < b.amount.currency ? -1 : 1));

function fxLine(
  strand: Strand,
  { amount, gain }: Gain,
  { currency, opening, closing }: Pick<BridgeInput, 'currency' | 'opening' | 'closing'>,
): BridgeFx {
  const rateIn = ({ rates }: BridgeEnd) =>
    amount.currency === BASE_CURRENCY ? '1' : (rates.find((rate) => rate.currency === amount.currency)?.rate ?? null);
  const { open, weighted } = roundWorth(gain);
  return {
    strand,
    currency: amount.currency,
    amount: formatMinor(amount.minor, amount.currency),
    openingRate: rateIn(opening),
    closingRate: rateIn(closing),
    open: formatMinor(open, currency),
    weighted: formatMinor(weighted, currency),
  };
}

/** A strand's own open totals, in minor units. */
function openOf({ currency, totals }: Pipeline, strand: Strand): Worth {
  const sum = totals.byStrand.find((of) => of.strand === strand)?.open;
  const whole = (amount = '0') => toMinor({ amount, currency });
  return { open: whole(sum?.value), weighted: whole(sum?.weighted) };
}
