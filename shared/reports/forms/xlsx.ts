import { minorDigits } from '#shared/domain/money/money.ts';
import type { Report, ReportLanguage } from '../report.ts';
import type { Cell, ColumnName, Section } from './cells.ts';
import { wallClock } from './format.ts';
import { IN_REPORT_CURRENCY, sectionsOf, termsSection } from './sections.ts';
import { type Words, wordsOf } from './words.ts';
import { type CellStyle, type Sheet, serialOf, type WrittenCell, workbookOf } from './workbook.ts';

/** What a spreadsheet keeps of a number (IEEE 754 double); a longer amount is written as text, so that no digit of it is lost. */
const SIGNIFICANT_DIGITS = 15;

/**
 * A report as a workbook: a sheet for each section, its header in the first row and frozen, numbers, money, percent and dates as such
 * in cells. Instants are written by the clock of the report's time zone, which their header names. The same report gives the same bytes.
 */
export function renderXlsx(
  report: Report,
  language: ReportLanguage,
  sections: readonly Section[] = sectionsOf(report, language),
): Promise<Buffer> {
  const words = wordsOf(report, language);
  const write = writingOf(report, words);
  return workbookOf(
    [...sections, termsSection(words)].map((section) => sheetOf(section, { report, words, write })),
    FONTS[language],
  );
}

const FONTS: Readonly<Record<ReportLanguage, string>> = { en: 'Calibri', 'zh-CN': 'Microsoft YaHei' };

const PLAIN: CellStyle = {};
const TO_THE_RIGHT: CellStyle = { align: 'right' };
const HEADING: CellStyle = { as: 'heading', align: 'left' };
const HEADING_OF_NUMBERS: CellStyle = { as: 'heading', align: 'right' };
const NOTE: CellStyle = { as: 'note' };
const WHOLE: CellStyle = { format: '#,##0' };
const BROKEN: CellStyle = { format: '#,##0.0##' };
const DECIMAL: CellStyle = { format: '0.############' };
const PERCENT: CellStyle = { format: '0%' };

interface Writing {
  readonly report: Report;
  readonly words: Words;
  readonly write: (cell: Cell) => WrittenCell | null;
}

function sheetOf({ title, columns, rows, notes }: Section, { report, words, write }: Writing): Sheet {
  const header = columns.map((column): WrittenCell => {
    const sample = rows.find((row) => row[column])?.[column] ?? null;
    return {
      value: headerOf(column, sample, report, words),
      style: isNumeric(sample) ? HEADING_OF_NUMBERS : HEADING,
    };
  });
  const empty = rows.length === 0 && notes.length === 0 ? [words.say('noEntries')] : [];
  const remarks = [...empty, ...notes].map((note): WrittenCell[] => [{ value: note, style: NOTE }]);
  return {
    name: title,
    rows: [
      header,
      ...rows.map((row) => columns.map((column) => write(row[column] ?? null))),
      ...(rows.length > 0 && remarks.length > 0 ? [[]] : []),
      ...remarks,
    ],
    widths: columns.map((column, index) => widthOf(column, rows, String(header[index]?.value ?? ''), words)),
  };
}

function headerOf(column: ColumnName, sample: Cell, { currency, period }: Report, { say }: Words): string {
  if (IN_REPORT_CURRENCY.has(column)) return `${say(column)} (${currency})`;
  return sample?.is === 'instant' ? `${say(column)} (${period.timeZone})` : say(column);
}

const isNumeric = (cell: Cell) => cell !== null && ['money', 'number', 'percent', 'decimal'].includes(cell.is);

/** How cells of a report are written: what looks alike has one style. */
function writingOf({ period }: Report, words: Words): Writing['write'] {
  const date = words.language === 'en' ? 'd mmm yyyy' : 'yyyy"年"m"月"d"日"';
  const day: CellStyle = { format: date, align: 'left' };
  const instant: CellStyle = { format: `${date} hh:mm`, align: 'left' };
  const monies = new Map<string, CellStyle>();
  const moneyOf = (currency: string): CellStyle => {
    const style = monies.get(currency) ?? { format: moneyFormat(currency, words) };
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
        return { value: serialOf(new Date(cell.day)), style: day };
      case 'instant':
        return { value: serialOf(wallClock(cell.at, period.timeZone)), style: instant };
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
