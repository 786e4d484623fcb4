import { dayNumber } from '#shared/domain/days.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, type Strand, type Theme } from '#shared/domain/strand.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { ROWS, rowIndex } from './heads.ts';
import { BASE_CURRENCY, type NoRate, type Pipeline, pipelineOf } from './pipeline.ts';
import type { Standing, StayChange, Step } from './standing.ts';
import { addTo, type Histogram, type MoneySum, type RowFigures, spreadOf } from './tally.ts';

/** By what records are told apart in a cube: all that a report can be filtered or grouped by. */
export interface CellName {
  readonly strand: Strand;
  readonly kind: Kind;
  readonly stage: string;
  readonly owner?: string;
  readonly place?: string;
  /** In the order of the vocabulary. */
  readonly themes: readonly Theme[];
}

/** What records that are alike in all of that come to. There are very many cells with little in each, so it is kept in plain lists. */
export interface Cell extends CellName {
  readonly count: number;
  /** In the order of currencies, each once. */
  readonly money: readonly CurrencySum[];
  /** Days on which they entered their stage, day numbers in order, each followed by how many did. */
  readonly entered: readonly number[];
}

export interface CurrencySum extends Readonly<MoneySum> {
  readonly currency: string;
}

/** The pipeline at an instant, finer than its rows. */
export interface Cube {
  /** Instant. */
  readonly at: string;
  /** None of them empty; in no order. */
  readonly cells: ReadonlyMap<string, Cell>;
  /** Completed stays over all strands, whatever the filter: by position in `ROWS`, how many took how many days. */
  readonly stays: ReadonlyMap<number, Histogram>;
}

/** Stands in a filter for records without an owner, or without a place. */
export const NONE = 'none';

/** What of the pipeline is looked at; a list that is absent or empty takes everything. */
export interface CubeFilter {
  readonly strand?: readonly Strand[];
  readonly kind?: readonly Kind[];
  /** `none` takes records without one. */
  readonly place?: readonly string[];
  /** `none` takes records without one. */
  readonly owner?: readonly string[];
}

/** The pipeline does not follow from what was kept of its changes: one of them is missing. Mended by a rebuild. */
export class JournalGap extends Error {
  override readonly name = 'JournalGap';
}

interface MutableCell extends CellName {
  count: number;
  readonly money: CurrencySum[];
  readonly entered: number[];
}

/** A cube that is being added up. */
export interface CubeDraft {
  readonly cells: Map<string, MutableCell>;
  readonly stays: Map<number, Histogram>;
  /** Keys of the cells that are its own, where it shares the others: those are copied before they change. */
  readonly own?: Set<string>;
}

export const emptyDraft = (): CubeDraft => ({ cells: new Map(), stays: new Map() });

/** The draft as it stands at an instant. It is the draft itself: add nothing more to it. */
export const cubeOf = ({ cells, stays }: CubeDraft, at: string): Cube => ({ at, cells, stays });

/** A draft that goes on from another one, or from a cube, which stays as it is: what is added goes to the branch alone. */
export const branchOf = ({ cells, stays }: Pick<Cube, 'cells' | 'stays'>): CubeDraft => ({
  cells: new Map(cells as Map<string, MutableCell>),
  stays: new Map([...stays].map(([row, histogram]) => [row, new Map(histogram)])),
  own: new Set(),
});

/** Adds a step, in recording order. Throws {@link JournalGap} where it takes away what is not there. */
export function addStep(draft: CubeDraft, { before, after, stays }: Step): void {
  if (before) addStanding(draft, before, -1);
  if (after) addStanding(draft, after, 1);
  const standing = before ?? after;
  if (standing) addStays(draft, standing.kind, stays);
}

/** Adds completed stays of a record of a kind. */
export function addStays(draft: CubeDraft, kind: Kind, stays: readonly StayChange[]): void {
  for (const { stage, days, sign } of stays) {
    const row = rowIndex(kind, stage);
    const cells = draft.stays.get(row) ?? new Map<number, number>();
    addTo(cells, days, sign);
    if ((cells.get(days) ?? 0) < 0) throw new JournalGap(`The pipeline has no stay to take from ${kind}/${stage}.`);
    if (cells.size === 0) draft.stays.delete(row);
    else draft.stays.set(row, cells);
  }
}

/** Adds what a record stands for (`sign` 1) or takes it back (-1), in place. Throws {@link JournalGap} where it is not there. */
export function addStanding(draft: CubeDraft, standing: Standing, sign: 1 | -1): void {
  const key = cellKey(standing);
  const cell = ownCell(draft, key) ?? newCell(standing);
  cell.count += sign;
  const { currency, minor } = standing;
  const weighted = minor === undefined ? undefined : minor * BigInt(standing.percent);
  const isValued = currency !== undefined && minor !== undefined && weighted !== undefined;
  const unit = BigInt(sign);
  const isThere =
    cell.count >= 0 &&
    addDay(cell.entered, dayNumber(standing.entered), sign) &&
    (!isValued || addMoney(cell.money, { currency, records: sign, minor: unit * minor, weighted: unit * weighted }));
  if (!isThere)
    throw new JournalGap(
      `The pipeline has no such record to take from ${standing.strand}/${standing.kind}/${standing.stage}.`,
    );
  if (cell.count === 0) draft.cells.delete(key);
  else draft.cells.set(key, cell);
  draft.own?.add(key);
}

/** A cell that may be changed. */
function ownCell({ cells, own }: CubeDraft, key: string): MutableCell | undefined {
  const cell = cells.get(key);
  return cell && own && !own.has(key) ? { ...cell, money: [...cell.money], entered: [...cell.entered] } : cell;
}

/** Adds so many records to a day; whether there are as many to take. Most days are the last or come after it. */
function addDay(entered: number[], day: number, records: number): boolean {
  let at = entered.length;
  while (at > 0 && (entered[at - 2] as number) >= day) at -= 2;
  if (at === entered.length) entered.push(day, records);
  else if (entered[at] !== day) entered.splice(at, 0, day, records);
  else entered[at + 1] = (entered[at + 1] as number) + records;
  const left = entered[at + 1] as number;
  if (left === 0) entered.splice(at, 2);
  return left >= 0;
}

/** Adds to the sum of a currency; whether there is as much to take. */
function addMoney(money: CurrencySum[], more: CurrencySum): boolean {
  let at = money.length;
  while (at > 0 && (money[at - 1] as CurrencySum).currency >= more.currency) at -= 1;
  const found = money[at];
  if (!found || found.currency !== more.currency) money.splice(at, 0, more);
  else
    money[at] = {
      currency: more.currency,
      records: found.records + more.records,
      minor: found.minor + more.minor,
      weighted: found.weighted + more.weighted,
    };
  const { records, minor, weighted } = money[at] as CurrencySum;
  if (records === 0) money.splice(at, 1);
  return records > 0 || (records === 0 && minor === 0n && weighted === 0n);
}

/** The name of a cell as text, the same for equal names. */
export const cellKey = ({ strand, kind, stage, owner = '', place = '', themes }: CellName): string =>
  `${strand}|${kind}|${stage}|${place}|${themes.join(',')}|${owner}`;

const newCell = ({ strand, kind, stage, owner, place, themes }: CellName): MutableCell => ({
  strand,
  kind,
  stage,
  ...(owner === undefined ? {} : { owner }),
  ...(place === undefined ? {} : { place }),
  themes,
  count: 0,
  money: [],
  entered: [],
});

/** Whether a record of these names is in a filter. */
export function passes(
  filter: CubeFilter,
  { strand, kind, place, owner }: Omit<CellName, 'stage' | 'themes'>,
): boolean {
  const among = <Name extends string>(wanted: readonly Name[] | undefined, name: Name) =>
    wanted === undefined || wanted.length === 0 || wanted.includes(name);
  return (
    among(filter.strand, strand) &&
    among(filter.kind, kind) &&
    among<string>(filter.place, place ?? NONE) &&
    among<string>(filter.owner, owner ?? NONE)
  );
}

/** The cells of a cube that are in a filter. Completed stays remain whole: who is stalled is measured against all records. */
export function filtered(cube: Cube, filter: CubeFilter): Cube {
  return { ...cube, cells: new Map([...cube.cells].filter(([, cell]) => passes(filter, cell))) };
}

/** Each currency that a cube has values in, sorted. */
export function currenciesOf(cube: Cube): string[] {
  const rows = [...rowsOfCube(cube).values()].flat();
  return [...new Set(rows.flatMap(({ money }) => [...money.keys()]))].sort();
}

/** What cells of a cube are told apart by, of one kind: owners or places, each once. */
export function namesIn(cube: Cube, kind: 'owner' | 'place'): Set<string> {
  const found = new Set<string>();
  for (const cell of cube.cells.values()) {
    const name = cell[kind];
    if (name !== undefined) found.add(name);
  }
  return found;
}

/** A row of a head, as a cube adds up to it. */
export interface CubeRow extends RowFigures {
  /** Records by the day on which they entered their stage, a day number; completed stays by how many days they took. */
  readonly cells: Histogram;
}

const added = new WeakMap<Cube, ReadonlyMap<Strand, readonly CubeRow[]>>();

/** The rows of each strand's head. They are added up once for each cube: it has many cells, is asked often, and does not change. */
export function rowsOfCube(cube: Cube): ReadonlyMap<Strand, readonly CubeRow[]> {
  const rows = added.get(cube) ?? addedUp(cube);
  added.set(cube, rows);
  return rows;
}

function addedUp(cube: Cube): Map<Strand, CubeRow[]> {
  const sums = new Map(STRANDS.map((strand) => [strand, ROWS.map(emptyRow)]));
  for (const { strand, kind, stage, count, money, entered } of cube.cells.values()) {
    const row = sums.get(strand)?.[rowIndex(kind, stage)] as RowSum;
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
    for (let at = 0; at < entered.length; at += 2) {
      const [day, records] = [entered[at] as number, entered[at + 1] as number];
      row.cells.set(day, (row.cells.get(day) ?? 0) + records);
    }
  }
  return new Map(
    [...sums].map(([strand, rows]) => [strand, rows.map((row) => ({ ...row, spread: spreadOf(row.cells) }))]),
  );
}

interface RowSum {
  count: number;
  readonly money: Map<string, MoneySum>;
  readonly cells: Histogram;
}
const emptyRow = (): RowSum => ({ count: 0, money: new Map(), cells: new Map() });

/** The rows of the head of completed stays, for {@link stallThresholds}. */
export const staysOfCube = (cube: Cube): CubeRow[] =>
  ROWS.map((_, index) => {
    const cells = cube.stays.get(index) ?? new Map<number, number>();
    const count = [...cells.values()].reduce((sum, stays) => sum + stays, 0);
    return { count, money: new Map(), cells, spread: spreadOf(cells) };
  });

/**
 * The pipeline of a cube in a currency, medians included; days in stage are counted to the cube's instant. `rates` are those in force,
 * of the base currency none. {@link NoRate} where the currency has none among them.
 */
export const pipelineOfCube = (
  cube: Cube,
  rates: readonly NewestRate[],
  currency: string = BASE_CURRENCY,
): Pipeline | NoRate => pipelineOf({ asOf: cube.at, currency, rates, heads: rowsOfCube(cube) });
