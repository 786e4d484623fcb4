import { isDeepStrictEqual } from 'node:util';
import { dayOfNumber } from '#shared/domain/days.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import { type Cube, type CubeRow, JournalGap, rowsOfCube, staysOfCube } from './cube.ts';
import { decodeFigures, decodeTally, LaddersChanged, SNAPSHOT_PARTS } from './head.ts';
import { COMPLETED_STAYS, HEADS, type HeadName, LAYOUT, ROWS } from './heads.ts';
import { EVER, type Past } from './past.ts';
import {
  addLine,
  byRecord,
  type CountedRecord,
  countHistory,
  countRecord,
  type RowCount,
  type RowCounts,
  rowOf,
  spreadOfCells,
} from './recount.ts';
import type { MoneySum, Spread } from './tally.ts';

export interface ReconcileParts {
  readonly aggregates: Aggregates;
  /** For comparing what follows from the journal too. */
  readonly past?: Pick<Past, 'standingAsOf'>;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A figure of the pipeline that a recount does not bear out. */
export interface Difference {
  /** What was recounted. */
  readonly from: 'records' | 'history' | 'journal';
  /** `<strand>/<kind>/<stage>`, `completed-stays/<kind>/<stage>`, the id of a record that cannot be counted, or `journal`. */
  readonly row: string;
  /** `count`, `value CNY` (minor units), `weighted CNY` (minor units × percent), `records CNY`, `entered 2026-11-21`, `days 12`, … */
  readonly figure: string;
  readonly expected: string;
  readonly found: string;
}

export interface Reconciliation {
  /** Inconclusive: it differed, but not in the same way throughout, since records went on changing. */
  readonly verdict: 'agrees' | 'differs' | 'inconclusive';
  readonly generation: number;
  readonly records: number;
  readonly rounds: number;
  /** Figures that stood wrong, at rest, in every round. */
  readonly differences: readonly Difference[];
  /** Figures of rows that did not differ in the same way in every round: still moving. */
  readonly unsettled: readonly Difference[];
}

/** How often a difference must be found before it counts, and how far apart: the stream is seconds behind. */
const ROUNDS = 3;
const APART_MILLISECONDS = 3_000;
const HEAD_ATTEMPTS = 10;

/**
 * Counts everything once more, from the records and from their history, and compares. A difference counts when its row differs in
 * three rounds in the very same way: expecting the same and finding the same. That row is at rest, and it is wrong.
 */
export const reconcile = ({ aggregates, past, pause }: ReconcileParts): Promise<Reconciliation> =>
  inRounds(pause, () => compareOnce(aggregates, past));

/**
 * Compares the pipeline with what follows from its journal, and reads no record: heads, their histograms, a snapshot, and the steps
 * since. What was read of the journal a moment ago (`latest`) is compared first, and is enough where it agrees. Throws
 * {@link JournalGap} where they stand apart; one that is still moving passes.
 */
export async function checkJournal(
  { aggregates, past, pause }: Required<Omit<ReconcileParts, 'clock'>>,
  latest?: Cube,
): Promise<void> {
  if (latest && (await headsAre(aggregates, latest))) return;
  const { verdict, differences } = await inRounds(pause, async () => {
    const failures: Difference[] = [];
    const { generation, figures } = await readHeads(aggregates, failures);
    return { generation, records: 0, differences: [...failures, ...(await compareJournal(past, figures))] };
  });
  const rows = [...new Set(differences.map(({ row }) => row))];
  if (verdict === 'differs') throw new JournalGap(`The journal does not match ${rows.join(', ')}.`);
}

/** Whether the heads say just what was counted: the same question as {@link compare} asks, which also says where they do not. */
async function headsAre(aggregates: Aggregates, latest: Cube): Promise<boolean> {
  const { current } = await aggregates.generation();
  const reading = Promise.all(HEADS.map((name) => readHead(aggregates, current, name)));
  const counted = new Map<HeadName, readonly CubeRow[]>([
    ...rowsOfCube(latest),
    [COMPLETED_STAYS, staysOfCube(latest)],
  ]);
  const heads = await reading;
  return HEADS.every((name, at) => {
    const head = heads[at];
    if (!head || head instanceof LaddersChanged) return false;
    return ROWS.every((_, index) => {
      const row = head.tally.rows[index] ?? NO_ROW;
      const expected = counted.get(name)?.[index] as CubeRow;
      return (
        row.count === expected.count &&
        isDeepStrictEqual(row.money, expected.money) &&
        isSameHistogram(row.cells, expected.cells) &&
        isDeepStrictEqual(head.shown[index]?.spread, expected.spread)
      );
    });
  });
}

const NO_ROW: RowCount = { count: 0, money: new Map(), cells: new Map() };
const isSameHistogram = (a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean =>
  a.size === b.size && [...a].every(([cell, count]) => b.get(cell) === count);

async function inRounds(
  pause: ReconcileParts['pause'],
  compareAll: () => Promise<{ generation: number; records: number; differences: Difference[] }>,
): Promise<Reconciliation> {
  let standing: ReadonlyMap<string, readonly Difference[]> = new Map();
  for (let round = 1; ; round++) {
    const { generation, records, differences } = await compareAll();
    const rows = Map.groupBy(differences, ({ from, row }) => `${from} ${row}`);
    const before = standing;
    standing = round === 1 ? rows : new Map([...rows].filter(([row, its]) => isDeepStrictEqual(its, before.get(row))));
    const found = { generation, records, rounds: round };
    if (differences.length === 0) return { verdict: 'agrees', ...found, differences: [], unsettled: [] };
    if (round === ROUNDS)
      return {
        verdict: standing.size > 0 ? 'differs' : 'inconclusive',
        ...found,
        differences: [...standing.values()].flat(),
        unsettled: [...rows].filter(([row]) => !standing.has(row)).flatMap(([, its]) => its),
      };
    await pause(APART_MILLISECONDS);
  }
}

/** How many rows of the pipeline the differences are in. */
export const rowsOf = (differences: readonly Difference[]): number => new Set(differences.map(({ row }) => row)).size;

/** Figures by row and name, as text: `0` where there is none. */
type Figures = Map<string, string>;
const SEPARATOR = '|';

async function compareOnce(
  aggregates: Aggregates,
  past: ReconcileParts['past'],
): Promise<{ generation: number; records: number; differences: Difference[] }> {
  const recounts = { records: new Map() as RowCounts, history: new Map() as RowCounts };
  const failures: Difference[] = [];
  let records = 0;
  const add = (from: keyof typeof recounts, id: string, count: () => CountedRecord) => {
    try {
      const { line } = count();
      if (line) addLine(recounts[from], line);
    } catch (error) {
      failures.push({ from, row: id, figure: 'readable', expected: 'yes', found: reasonOf(error) });
    }
  };
  for await (const items of byRecord(aggregates.scanRecords())) {
    records += 1;
    add('history', items.id, () => countHistory(items));
    add('records', items.id, () => {
      if (!items.record) throw new Error('There is no record.');
      return countRecord(items.record);
    });
  }
  const { generation, figures } = await readHeads(aggregates, failures);
  const differences = (['records', 'history'] as const).flatMap((from) =>
    compare(from, flatten(recounts[from]), figures),
  );
  // After the heads: the journal is written before them, so it is never behind.
  if (past) differences.push(...(await compareJournal(past, figures)));
  return { generation, records, differences: [...failures, ...differences] };
}

async function compareJournal(past: Pick<Past, 'standingAsOf'>, figures: Figures): Promise<Difference[]> {
  try {
    return compare('journal', flatten(countCube(await past.standingAsOf(EVER, 'as-known-then'))), figures);
  } catch (error) {
    if (!(error instanceof JournalGap)) throw error;
    return [{ from: 'journal', row: 'journal', figure: 'complete', expected: 'yes', found: error.message }];
  }
}

/** A cube as a recount. */
function countCube(cube: Cube): RowCounts {
  const rows: RowCounts = new Map();
  for (const { strand, kind, stage, count, money, entered } of cube.cells.values()) {
    const row = rowOf(rows, `${strand}/${kind}/${stage}`);
    row.count += count;
    for (const { currency, records, minor, weighted } of money) {
      const sum = row.money.get(currency);
      if (!sum) row.money.set(currency, { records, minor, weighted });
      else {
        sum.records += records;
        sum.minor += minor;
        sum.weighted += weighted;
      }
    }
    for (const [at, day] of entered.entries())
      if (at % 2 === 0) row.cells.set(day, (row.cells.get(day) ?? 0) + (entered[at + 1] as number));
  }
  for (const [index, stays] of cube.stays) {
    const { kind, stage } = ROWS[index] as (typeof ROWS)[number];
    const row = rowOf(rows, `${COMPLETED_STAYS}/${kind}/${stage.name}`);
    for (const [days, count] of stays) {
      row.count += count;
      row.cells.set(days, count);
    }
  }
  return rows;
}

function compare(from: Difference['from'], expected: Figures, found: Figures): Difference[] {
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((key) => (expected.get(key) ?? '0') !== (found.get(key) ?? '0'))
    .sort()
    .map((key) => {
      const [row = '', figure = ''] = key.split(SEPARATOR);
      return { from, row, figure, expected: expected.get(key) ?? '0', found: found.get(key) ?? '0' };
    });
}

interface AnyRow {
  readonly count: number;
  readonly money: ReadonlyMap<string, MoneySum>;
  readonly cells: ReadonlyMap<number, number>;
}

function put(figures: Figures, row: string, { count, money, cells }: AnyRow, spread: Spread | undefined): void {
  const stays = row.startsWith(COMPLETED_STAYS);
  const cellName = (cell: number) => (stays ? `days ${cell}` : `entered ${dayOfNumber(cell)}`);
  const set = (figure: string, value: number | bigint | string) => {
    if (String(value) !== '0') figures.set(row + SEPARATOR + figure, String(value));
  };
  set('count', count);
  for (const [currency, { records, minor, weighted }] of money) {
    set(`records ${currency}`, records);
    set(`value ${currency}`, minor);
    set(`weighted ${currency}`, weighted);
  }
  for (const [cell, number] of cells) set(cellName(cell), number);
  if (spread) {
    set('smallest', cellName(spread.smallest));
    set('middle', spread.middle.map(cellName).join(', '));
  }
}

function flatten(rows: RowCounts): Figures {
  const figures: Figures = new Map();
  for (const [name, row] of rows) put(figures, name, row, spreadOfCells(row.cells));
  return figures;
}

/** Without what it was that could not be read: messages of the engine's own errors quote it. */
const reasonOf = (error: unknown) =>
  error instanceof Error && error.name === 'Error' ? error.message : ((error as Error).name ?? 'unknown');

async function readHeads(
  aggregates: Aggregates,
  failures: Difference[],
): Promise<{ generation: number; figures: Figures }> {
  const { current } = await aggregates.generation();
  const figures: Figures = new Map();
  const heads = await Promise.all(HEADS.map((name) => readHead(aggregates, current, name)));
  for (const [at, name] of HEADS.entries()) {
    const head = heads[at] as (typeof heads)[number];
    if (head instanceof LaddersChanged) {
      failures.push({ from: 'records', row: name, figure: 'ladders', expected: LAYOUT, found: 'others' });
      continue;
    }
    const { tally, shown } = head;
    for (const [index, { kind, stage }] of ROWS.entries()) {
      const row = tally.rows[index];
      if (row) put(figures, `${name}/${kind}/${stage.name}`, row, shown[index]?.spread);
    }
  }
  return { generation: current, figures };
}

/** A head with its histograms, and its rows as readers are shown them. */
async function readHead(aggregates: Aggregates, generation: number, name: HeadName) {
  for (let attempt = 0; attempt < HEAD_ATTEMPTS; attempt++) {
    const head = await aggregates.head(generation, name);
    const parts = head?.snapshot === undefined ? [] : await aggregates.snapshot(generation, name, head.snapshot);
    // A projector has replaced the snapshot since.
    if (head?.snapshot !== undefined && parts.length < SNAPSHOT_PARTS.length) continue;
    try {
      return { tally: decodeTally(head, parts), shown: decodeFigures(head) };
    } catch (error) {
      if (error instanceof LaddersChanged) return error;
      throw error;
    }
  }
  throw new Error(`The snapshot of ${name} is not there.`);
}
