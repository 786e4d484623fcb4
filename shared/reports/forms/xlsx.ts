import { type CellStyle, type Cell as SheetCell, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { minorDigits } from '#shared/domain/money/money.ts';
import type { Report, ReportLanguage } from '../report.ts';
import type { Cell, ColumnName, Section } from './cells.ts';
import { wallClock } from './format.ts';
import { IN_REPORT_CURRENCY, sectionsOf, termsSection } from './sections.ts';
import { type Words, wordsOf } from './words.ts';

/** What a spreadsheet keeps of a number (IEEE 754 double); a longer amount is written as text, so that no digit of it is lost. */
const SIGNIFICANT_DIGITS = 15;

/**
 * A report as a workbook: a sheet for each section, its header in the first row and frozen, numbers, money, percent and dates as such
 * in cells. Instants are written by the clock of the report's time zone, which their header names. The same report gives the same bytes.
 */
export async function renderXlsx(
  report: Report,
  language: ReportLanguage,
  sections: readonly Section[] = sectionsOf(report, language),
): Promise<Buffer> {
  const words = wordsOf(report, language);
  const font: Font = { name: FONTS[language], size: 11, family: SANS_SERIF };
  const writing = { report, words, write: writingOf(report, words), looks: looksWith(font) };
  const cutOff = new Date(report.inputs.cutOff);
  const written = await writeXlsx({
    sheets: [...sections, termsSection(words)].map((section) => sheetOf(section, writing)),
    defaultFont: font,
    // The time of writing, unless said, and the same report would be other bytes.
    properties: { created: cutOff, modified: cutOff },
  });
  return Buffer.from(written);
}

type Font = NonNullable<CellStyle['font']>;
const FONTS: Readonly<Record<ReportLanguage, string>> = { en: 'Calibri', 'zh-CN': 'Microsoft YaHei' };
/** A family of fonts, for a machine that has not the one that is named. */
const SANS_SERIF = 2;
/** Points. */
const HEADING_HEIGHT = 32;

/** What needs a font: whatever is said of one, all of it is said. */
function looksWith(font: Font) {
  const heading = (horizontal: 'left' | 'right'): CellStyle => ({
    font: { ...font, bold: true, color: { rgb: 'FFFFFF' } },
    fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: '1C4F82' }, bgColor: { indexed: 64 } },
    alignment: { horizontal, vertical: 'center', wrapText: true },
  });
  const note: CellStyle = { font: { ...font, italic: true } };
  return { heading: heading('left'), headingOfNumbers: heading('right'), note };
}

const PLAIN: CellStyle = {};
const LEFT = { horizontal: 'left' } as const;
const TO_THE_RIGHT: CellStyle = { alignment: { horizontal: 'right' } };
const WHOLE: CellStyle = { numFmt: '#,##0' };
const BROKEN: CellStyle = { numFmt: '#,##0.0##' };
const DECIMAL: CellStyle = { numFmt: '0.############' };
const PERCENT: CellStyle = { numFmt: '0%' };

/** Cells that look alike share one style. */
interface WrittenCell {
  readonly value: string | number | Date;
  readonly style: CellStyle;
}

interface Writing {
  readonly report: Report;
  readonly words: Words;
  readonly write: (cell: Cell) => WrittenCell | null;
  readonly looks: ReturnType<typeof looksWith>;
}

function sheetOf({ title, columns, rows, notes }: Section, { report, words, write, looks }: Writing): WriteSheet {
  const header = columns.map((column) => {
    const sample = rows.find((row) => row[column])?.[column] ?? null;
    return {
      value: headerOf(column, sample, report, words),
      style: isNumeric(sample) ? looks.headingOfNumbers : looks.heading,
    };
  });
  const body = rows.map((row) => columns.map((column) => write(row[column] ?? null)));
  const empty = rows.length === 0 && notes.length === 0 ? [words.say('noEntries')] : [];
  const remarks = [...empty, ...notes].map((note): WrittenCell[] => [{ value: note, style: looks.note }]);
  const lines = [header, ...body, ...(rows.length > 0 && remarks.length > 0 ? [[]] : []), ...remarks];
  // A column is said to look like its first cell: to say it of each one takes longer.
  const usual = columns.map((_, index) => body.find((line) => line[index])?.[index]?.style ?? PLAIN);
  const widths = columns.map((column, index) => widthOf(column, rows, header[index]?.value ?? '', words));
  return {
    name: title,
    columns: usual.map((style, index) => ({ width: widths[index] ?? NARROWEST, ...(style !== PLAIN && { style }) })),
    ...cellsOf(lines, usual),
    rowDefs: new Map([[0, { height: HEADING_HEIGHT }]]),
    freezePane: { rows: 1 },
    pageSetup: { paperSize: 'a4', orientation: 'landscape' },
  };
}

/** The values of these lines, and what is not as usual in their columns. */
function cellsOf(lines: readonly (readonly (WrittenCell | null)[])[], usual: readonly CellStyle[]) {
  const cells = new Map<string, Partial<SheetCell>>();
  const rows = lines.map((line, row) =>
    line.map((cell, column) => {
      if (!cell) return null;
      const { style } = cell;
      const value = typeof cell.value === 'string' ? storable(cell.value) : cell.value;
      // What looks like the name of an error, such as `#N/A`, would be that error, were it not said to be a run of text.
      if (typeof value === 'string' && value.startsWith('#'))
        cells.set(`${row},${column}`, { style, richText: [{ text: value }] });
      else if (style !== usual[column]) cells.set(`${row},${column}`, { style });
      return value;
    }),
  );
  return { rows, cells };
}

/** What looks like Excel's word for a character (`_x0041_`), and what may not be in XML at all. */
const SPECIAL = /_(?=x[\dA-Fa-f]{4}_)|[^\t\n\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

const storable = (text: string): string => text.replace(SPECIAL, (special) => (special === '_' ? '_x005F_' : ''));

function headerOf(column: ColumnName, sample: Cell, { currency, period }: Report, { say }: Words): string {
  if (IN_REPORT_CURRENCY.has(column)) return `${say(column)} (${currency})`;
  return sample?.is === 'instant' ? `${say(column)} (${period.timeZone})` : say(column);
}

const isNumeric = (cell: Cell) => cell !== null && ['money', 'number', 'percent', 'decimal'].includes(cell.is);

/** How cells of a report are written: what looks alike has one style. */
function writingOf({ period }: Report, words: Words): Writing['write'] {
  const date = words.language === 'en' ? 'd mmm yyyy' : 'yyyy"年"m"月"d"日"';
  const day: CellStyle = { numFmt: date, alignment: LEFT };
  const instant: CellStyle = { numFmt: `${date} hh:mm`, alignment: LEFT };
  const monies = new Map<string, CellStyle>();
  const moneyOf = (currency: string): CellStyle => {
    const style = monies.get(currency) ?? { numFmt: moneyFormat(currency, words) };
    monies.set(currency, style);
    return style;
  };
  return (cell) => {
    switch (cell?.is) {
      case undefined:
        return null;
      case 'text':
      case 'words':
        return cell.text === '' ? null : { value: cell.text, style: PLAIN };
      case 'money':
        return decimalCell(cell.amount, moneyOf(cell.currency));
      case 'decimal':
        return decimalCell(cell.decimal, DECIMAL);
      case 'number':
        return { value: cell.value, style: Number.isInteger(cell.value) ? WHOLE : BROKEN };
      case 'percent':
        return { value: cell.value / 100, style: PERCENT };
      case 'day':
        return { value: new Date(cell.day), style: day };
      case 'instant':
        return { value: wallClock(cell.at, period.timeZone), style: instant };
    }
  };
}

const digitsIn = (decimal: string) => decimal.replace(/^-?0*\.?0*|[.]/g, '').length;

/** A number where a double shows each of its digits, or else text. */
const decimalCell = (decimal: string, style: CellStyle): WrittenCell =>
  decimal.length <= SIGNIFICANT_DIGITS || digitsIn(decimal) <= SIGNIFICANT_DIGITS
    ? { value: Number(decimal), style }
    : { value: decimal, style: TO_THE_RIGHT };

function moneyFormat(currency: string, { format }: Words): string {
  const digits = minorDigits(currency) ?? 2;
  const number = `[$${format.symbol(currency)}]#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
  return `${number};-${number}`;
}

/** What a column is wide at least and at most. Long texts are cut off by the next cell, not by the page. */
const [NARROWEST, WIDEST] = [8, 60];

/** Of a column, from what it shows, in characters of a Latin letter's width; a Chinese one takes two. */
function widthOf(column: ColumnName, rows: Section['rows'], header: string, words: Words): number {
  let longest = lengthOf(header);
  for (const row of rows) {
    if (longest >= WIDEST) break;
    longest = Math.max(longest, shownLength(row[column] ?? null, words));
  }
  return Math.min(Math.max(longest + 2, NARROWEST), WIDEST);
}

const lengthOf = (text: string): number => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0);

/** About how long it is what a cell shows. */
function shownLength(cell: Cell, { format }: Words): number {
  switch (cell?.is) {
    case undefined:
      return 0;
    case 'text':
    case 'words':
      return lengthOf(cell.text);
    case 'money':
      return cell.amount.length + separatorsIn(cell.amount) + format.symbol(cell.currency).length;
    case 'decimal':
      return cell.decimal.length;
    case 'instant':
      return '21 Nov 2026 08:00'.length;
    default:
      return '21 Nov 2026'.length;
  }
}

/** Of thousands: one for each three digits before the point but the first ones. */
const separatorsIn = (amount: string): number => Math.floor(((/\d+/.exec(amount)?.[0].length ?? 1) - 1) / 3);
