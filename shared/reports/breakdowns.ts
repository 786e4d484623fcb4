import { formatMinor, toMinor } from '#shared/domain/money/money.ts';
import { PHASES } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, THEMES, type Theme } from '#shared/domain/strand.ts';
import type { Convert } from '#shared/reporting/conversion.ts';
import type { Cell, Cube } from '#shared/reporting/cube.ts';
import { ROWS, rowIndex } from '#shared/reporting/heads.ts';
import type { Pipeline } from '#shared/reporting/pipeline.ts';
import { minus, plus, type Rational, roundHalfEven, times, ZERO } from '#shared/reporting/rational.ts';
import type { ReportMaterial } from './material.ts';
import type { OwnerSums, PlaceSums, ThemeSums } from './report.ts';

export interface BreakdownInput {
  /** Filtered. */
  readonly cube: Cube;
  /** Of the same cube. */
  readonly pipeline: Pipeline;
  readonly convert: Convert;
}

type Measure = 'value' | 'weighted';
type Sums = Omit<ThemeSums, 'theme'>;

/** What one group has in one row of the pipeline, exact, in minor units of the report's currency. */
interface Share extends Readonly<Record<Measure, Rational>> {
  readonly count: number;
}

/** By position of the row, and within it by group. */
type Shares = ReadonlyMap<number, ReadonlyMap<string, Share>>;

/** Stands for "none" while groups are added up; no id is empty. */
const NOBODY = '';

export interface Breakdowns {
  readonly byPlace: PlaceSums[];
  readonly byTheme: ThemeSums[];
  readonly byOwner: OwnerSums[];
}

export const breakdownsOf = (input: BreakdownInput): Breakdowns => ({
  byPlace: byPlace(input),
  byTheme: byTheme(input),
  byOwner: byOwner(input),
});

/** The same, with the relationship parts of those places where they are known. */
export const withRelationships = (
  breakdowns: Breakdowns,
  relationships: NonNullable<ReportMaterial['around']>['relationships'] | undefined,
): Breakdowns => ({
  ...breakdowns,
  byPlace: breakdowns.byPlace.map((sums) => {
    const relationship = relationships?.get(sums.place ?? NOBODY);
    return relationship ? { ...sums, relationship } : sums;
  }),
});

/** By place: what has none is under null. They sum to the totals exactly, see {@link apportioned}. */
const byPlace = (input: BreakdownInput): PlaceSums[] =>
  apportioned(input, ({ place = NOBODY }) => place).map(([place, sums]) => ({ place: place || null, ...sums }));

/** By owner: what nobody owns is under null. They sum to the totals exactly, see {@link apportioned}. */
const byOwner = (input: BreakdownInput): OwnerSums[] =>
  apportioned(input, ({ owner = NOBODY }) => owner).map(([owner, sums]) => ({ owner: owner || null, ...sums }));

/**
 * By theme, in the order of the vocabulary; what has none is under null. A record with two stands under both, so they do not sum to the
 * totals: each is what the pipeline of the records with that theme would show, every row rounded half-even once.
 */
function byTheme(input: BreakdownInput): ThemeSums[] {
  const shares = sharesOf(input, ({ themes }) => (themes.length > 0 ? themes : [NOBODY]));
  const rounded = new Map<string, Row[]>();
  for (const [row, groups] of shares)
    for (const [theme, { count, value, weighted }] of groups) {
      const whole = { row, count, value: roundHalfEven(value), weighted: roundHalfEven(weighted) };
      rounded.set(theme, [...(rounded.get(theme) ?? []), whole]);
    }
  return [...THEMES, NOBODY]
    .filter((theme) => rounded.has(theme))
    .map((theme) => ({
      theme: (theme || null) as Theme | null,
      ...sumsOf(rounded.get(theme) ?? [], input.pipeline.currency),
    }));
}

interface Row extends Readonly<Record<Measure, bigint>> {
  readonly row: number;
  readonly count: number;
}

/**
 * Groups in which every record stands once, by name, "none" last. The pence of each row of the pipeline are shared out by largest
 * remainder: every share is rounded down, and what is left goes to those that lost most by it, of equal ones by name. So groups sum to
 * rows and to totals exactly, and what is a whole number of pence stays as it is.
 */
function apportioned(input: BreakdownInput, groupOf: (cell: Cell) => string): [group: string, sums: Sums][] {
  const { pipeline } = input;
  const groups = new Map<string, Row[]>();
  for (const [row, shares] of sharesOf(input, (cell) => [groupOf(cell)])) {
    const names = [...shares.keys()].sort();
    const total = pipeline.rows[row];
    const measure = (of: Measure) =>
      byLargestRemainder(
        names.map((name) => shares.get(name)?.[of] ?? ZERO),
        toMinor({ amount: total?.[of] ?? '0', currency: pipeline.currency }),
      );
    const [value, weighted] = [measure('value'), measure('weighted')];
    for (const [index, name] of names.entries()) {
      const share = {
        row,
        count: shares.get(name)?.count ?? 0,
        value: value[index] ?? 0n,
        weighted: weighted[index] ?? 0n,
      };
      const rows = groups.get(name);
      if (rows) rows.push(share);
      else groups.set(name, [share]);
    }
  }
  return [...groups]
    .sort(([a], [b]) => (a === NOBODY ? 1 : b === NOBODY ? -1 : a < b ? -1 : 1))
    .map(([name, rows]) => [name, sumsOf(rows, pipeline.currency)]);
}

/** Whole numbers that sum to the total; none is negative, and the total is the exact sum rounded. */
function byLargestRemainder(exact: readonly Rational[], total: bigint): bigint[] {
  const floors = exact.map(({ numerator, denominator }) => numerator / denominator);
  const left = Number(total - floors.reduce((sum, floor) => sum + floor, 0n));
  // Most rows are whole pennies, and nothing is left of them.
  if (left === 0) return floors;
  const lost = exact.map(({ numerator, denominator }, index) => ({
    index,
    remainder: { numerator: numerator % denominator, denominator },
  }));
  const most = lost.sort((a, b) => {
    const difference = minus(b.remainder, a.remainder).numerator;
    return difference === 0n ? a.index - b.index : difference > 0n ? 1 : -1;
  });
  for (const { index } of most.slice(0, left)) floors[index] = (floors[index] as bigint) + 1n;
  return floors;
}

/** Summed in their own currencies and converted once: fractions of thousands of cells would grow without end. */
function sharesOf({ cube, convert }: BreakdownInput, groupsOf: (cell: Cell) => readonly string[]): Shares {
  const rows = new Map<number, Map<string, Counted>>();
  for (const cell of cube.cells.values()) {
    const row = STRANDS.indexOf(cell.strand) * ROWS.length + rowIndex(cell.kind, cell.stage);
    let groups = rows.get(row);
    if (!groups) {
      groups = new Map();
      rows.set(row, groups);
    }
    for (const name of groupsOf(cell)) {
      let group = groups.get(name);
      if (!group) {
        group = { count: 0, money: new Map() };
        groups.set(name, group);
      }
      group.count += cell.count;
      for (const { currency, minor, weighted } of cell.money) {
        const sum = group.money.get(currency);
        if (sum) {
          sum.minor += minor;
          sum.weighted += weighted;
        } else group.money.set(currency, { minor, weighted });
      }
    }
  }
  const shared = (groups: ReadonlyMap<string, Counted>) =>
    new Map([...groups].map(([name, group]) => [name, shareOf(group, convert)]));
  return new Map([...rows].map(([row, groups]) => [row, shared(groups)]));
}

interface Counted {
  count: number;
  readonly money: Map<string, { minor: bigint; weighted: bigint }>;
}

function shareOf({ count, money }: Counted, convert: Convert): Share {
  let [value, weighted] = [ZERO, ZERO];
  for (const [currency, sums] of money) {
    value = plus(value, convert(sums.minor, currency) ?? ZERO);
    weighted = plus(weighted, convert(sums.weighted, currency) ?? ZERO);
  }
  return { count, value, weighted: times(weighted, { numerator: 1n, denominator: 100n }) };
}

function sumsOf(rows: readonly Row[], currency: string): Sums {
  const inPhase = (phase: (typeof PHASES)[number]) => {
    const of = rows.filter(({ row }) => ROWS[row % ROWS.length]?.stage.phase === phase);
    const total = (measure: Measure) =>
      formatMinor(
        of.reduce((sum, row) => sum + row[measure], 0n),
        currency,
      );
    return {
      count: of.reduce((sum, { count }) => sum + count, 0),
      value: total('value'),
      weighted: total('weighted'),
    };
  };
  return Object.fromEntries(PHASES.map((phase) => [phase, inPhase(phase)])) as Sums;
}
