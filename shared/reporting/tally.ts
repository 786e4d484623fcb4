import type { Posting } from './contribution.ts';
import { ROWS } from './heads.ts';

/** Sums of one currency in one row: exact integers. */
export interface MoneySum {
  /** Records with a value in this currency. */
  records: number;
  /** Σ value, in minor units. */
  minor: bigint;
  /** Σ value × probability, in minor units × percent. */
  weighted: bigint;
}

/** How many stand at each whole number: a day of entry, or the days of a stay. */
export type Histogram = Map<number, number>;

/** What a reader needs of a histogram. */
export interface Spread {
  readonly smallest: number;
  /** The middle two, in order; the same twice where the number is odd. */
  readonly middle: readonly [number, number];
}

/** The figures of one row, without the histogram that they come from. */
export interface RowFigures {
  readonly count: number;
  readonly money: ReadonlyMap<string, MoneySum>;
  /** Undefined where the row is empty. */
  readonly spread: Spread | undefined;
}

interface RowTally {
  count: number;
  readonly money: Map<string, MoneySum>;
  readonly cells: Histogram;
  /** Told from the cells when asked for; cleared when they change. */
  spread?: Spread | undefined;
}

/** One head in memory: a row for each stage of each kind, and what has changed in the histograms since they were last written out. */
export interface Tally {
  readonly rows: readonly RowTally[];
  readonly pending: readonly Histogram[];
}

export const emptyTally = (): Tally => ({
  rows: ROWS.map(() => ({ count: 0, money: new Map(), cells: new Map() })),
  pending: ROWS.map(() => new Map()),
});

/** Adds a posting (`sign` 1) or takes it back (-1), in place. */
export function post(tally: Tally, posting: Posting, sign: 1 | -1): void {
  const row = tally.rows[posting.row] as RowTally;
  row.count += sign;
  if (posting.currency !== undefined && posting.minor !== undefined)
    addMoney(row.money, posting.currency, {
      records: sign,
      minor: BigInt(sign) * posting.minor,
      weighted: BigInt(sign) * posting.minor * BigInt(posting.percent),
    });
  addTo(row.cells, posting.cell, sign);
  addTo(tally.pending[posting.row] as Histogram, posting.cell, sign);
  row.spread = undefined;
}

function addMoney(money: Map<string, MoneySum>, currency: string, { records, minor, weighted }: MoneySum): void {
  const sum = money.get(currency) ?? { records: 0, minor: 0n, weighted: 0n };
  const next = { records: sum.records + records, minor: sum.minor + minor, weighted: sum.weighted + weighted };
  if (next.records === 0 && next.minor === 0n && next.weighted === 0n) money.delete(currency);
  else money.set(currency, next);
}

/** Adds to a cell; what comes to nothing is left out. */
export function addTo(histogram: Histogram, cell: number, count: number): void {
  const next = (histogram.get(cell) ?? 0) + count;
  if (next === 0) histogram.delete(cell);
  else histogram.set(cell, next);
}

export function figuresOf(tally: Tally): RowFigures[] {
  return tally.rows.map((row) => {
    row.spread ??= spreadOf(row.cells);
    return { count: row.count, money: row.money, spread: row.spread };
  });
}

/** Smallest and middle of a histogram; undefined of an empty one. */
export function spreadOf(cells: ReadonlyMap<number, number>): Spread | undefined {
  const present = [...cells.keys()].filter((cell) => (cells.get(cell) ?? 0) > 0);
  const sorted = Int32Array.from(present).sort();
  const total = present.reduce((sum, cell) => sum + (cells.get(cell) ?? 0), 0);
  const [smallest] = sorted;
  if (smallest === undefined) return undefined;
  /** The value at a place, from 1, of the sorted sequence that the cells stand for. */
  const nth = (place: number): number => {
    let passed = 0;
    for (const cell of sorted) {
      passed += cells.get(cell) ?? 0;
      if (passed >= place) return cell;
    }
    throw new RangeError(`There is no place ${place} among ${passed}.`);
  };
  return { smallest, middle: [nth((total + 1) >> 1), nth((total >> 1) + 1)] };
}
