import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { type Cell, type Cube, type CubeDraft, type CurrencySum, cellKey, emptyDraft } from './cube.ts';
import { ROWS, rowIndex } from './heads.ts';
import { Packer, Unpacker } from './packing.ts';

/** The form of a packed cube; another one is another number. The first, whose days and currencies are in no order, remains readable. */
const [UNORDERED, FORMAT] = [1, 2];
/** Compressing harder takes ten times as long and saves a tenth. */
const QUALITY = 5;

/** Columns of whole numbers, one value a cell but for those of days and money. */
const COLUMNS = ['row', 'place', 'themes', 'owner', 'days', 'day', 'records', 'sums', 'money', 'weighted'] as const;
type Column = (typeof COLUMNS)[number];

/** A cube as few bytes: its cells in order, in columns, compressed with Brotli. About ten bytes a record where all differ. */
export function encodeCube({ cells, stays }: Pick<Cube, 'cells' | 'stays'>): Uint8Array {
  const sorted = [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
  const texts = [
    ...new Set(
      sorted.flatMap(({ owner, place, money }) =>
        [owner, place, ...money.map(({ currency }) => currency)].filter((text) => text !== undefined),
      ),
    ),
  ].sort();
  const positions = new Map(texts.map((text, index) => [text, index + 1]));
  const position = (text: string | undefined) => (text === undefined ? 0 : (positions.get(text) as number));
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Packer()])) as Record<Column, Packer>;
  for (const cell of sorted) encodeCell(cell, columns, position);

  const packer = new Packer().unsigned(FORMAT).unsigned(texts.length);
  for (const text of texts) packer.text(text);
  packer.unsigned(sorted.length);
  for (const name of COLUMNS) packer.unsigned(columns[name].length).raw(columns[name].bytes());
  for (const [row, histogram] of stays) {
    packer.unsigned(row).unsigned(histogram.size);
    for (const [days, count] of histogram) packer.signed(days).unsigned(count);
  }
  return brotliCompressSync(packer.bytes(), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } });
}

function encodeCell(cell: Cell, columns: Record<Column, Packer>, position: (text: string | undefined) => number): void {
  const row = rowIndex(cell.kind, cell.stage);
  columns.row.unsigned(row * STRANDS.length + STRANDS.indexOf(cell.strand));
  columns.place.unsigned(position(cell.place));
  columns.owner.unsigned(position(cell.owner));
  columns.themes.unsigned(cell.themes.reduce((sum, theme) => sum + (1 << THEMES.indexOf(theme)), 0));
  columns.days.unsigned(cell.entered.length / 2);
  for (let at = 0; at < cell.entered.length; at += 2) {
    columns.day.signed((cell.entered[at] as number) - (cell.entered[at - 2] ?? 0));
    columns.records.unsigned(cell.entered[at + 1] as number);
  }
  columns.sums.unsigned(cell.money.length);
  for (const { currency, records, minor, weighted } of cell.money) {
    columns.money.unsigned(position(currency)).unsigned(records).signed(minor);
    columns.weighted.signed(weighted - minor * probabilityOf(row));
  }
}

/** What a row's values are weighted with unless records have a probability of their own. */
const probabilityOf = (row: number): bigint => BigInt(ROWS[row]?.stage.probability ?? 0);

/** The inverse of {@link encodeCube}: a new draft, to be added to. Throws for another form. */
export function decodeCube(bytes: Uint8Array): CubeDraft {
  const unpacker = new Unpacker(brotliDecompressSync(bytes));
  const format = unpacker.unsigned();
  if (format !== FORMAT && format !== UNORDERED) throw new Error(`A cube of form ${format} cannot be read.`);
  const texts = Array.from({ length: unpacker.unsigned() }, () => unpacker.text());
  const count = unpacker.unsigned();
  const columns = Object.fromEntries(
    COLUMNS.map((name) => [name, new Unpacker(unpacker.raw(unpacker.unsigned()))]),
  ) as Record<Column, Unpacker>;
  const draft = emptyDraft();
  for (let index = 0; index < count; index++) {
    const cell = decodeCell(columns, texts, format === FORMAT);
    draft.cells.set(cellKey(cell), cell);
  }
  while (!unpacker.done) {
    const row = unpacker.unsigned();
    const histogram = new Map<number, number>();
    for (let left = unpacker.unsigned(); left > 0; left--) histogram.set(unpacker.signed(), unpacker.unsigned());
    draft.stays.set(row, histogram);
  }
  return draft;
}

function decodeCell(columns: Record<Column, Unpacker>, texts: readonly string[], isOrdered: boolean) {
  const where = columns.row.unsigned();
  const row = Math.floor(where / STRANDS.length);
  const { kind, stage } = ROWS[row] as (typeof ROWS)[number];
  const [place, owner] = [texts[columns.place.unsigned() - 1], texts[columns.owner.unsigned() - 1]];
  const themes = columns.themes.unsigned();
  // Lists of their very length: growing ones would have room for more, in thousands of cells.
  const entered = new Array<number>(2 * columns.days.unsigned());
  let [count, day] = [0, 0];
  for (let at = 0; at < entered.length; at += 2) {
    const records = columns.records.unsigned();
    day = columns.day.signed() + (isOrdered ? day : 0);
    entered[at] = day;
    entered[at + 1] = records;
    count += records;
  }
  const money = new Array<CurrencySum>(columns.sums.unsigned());
  for (let at = 0; at < money.length; at++) {
    const currency = texts[columns.money.unsigned() - 1] as string;
    const records = columns.money.unsigned();
    const minor = columns.money.signedBig();
    const weighted = columns.weighted.signedBig() + minor * probabilityOf(row);
    money[at] = { currency, records, minor, weighted };
  }
  return {
    strand: STRANDS[where % STRANDS.length] as Cell['strand'],
    kind,
    stage: stage.name,
    ...(owner === undefined ? {} : { owner }),
    ...(place === undefined ? {} : { place }),
    themes: THEMES_OF[themes] as Cell['themes'],
    count,
    money: isOrdered ? money : money.sort((a, b) => (a.currency < b.currency ? -1 : 1)),
    entered: isOrdered ? entered : inOrder(entered),
  };
}

/** Days with how many entered on each, in the order of days. */
const inOrder = (entered: readonly number[]): number[] =>
  entered
    .flatMap((day, at) => (at % 2 === 0 ? [[day, entered[at + 1] as number]] : []))
    .sort(([a = 0], [b = 0]) => a - b)
    .flat();

/** The themes of each code: few lists for many cells. */
const THEMES_OF = Array.from({ length: 1 << THEMES.length }, (_, code) =>
  THEMES.filter((__, index) => code & (1 << index)),
);
