import writeExcelFile, { type CellObject } from 'write-excel-file/node';
import { minorDigits } from '#shared/domain/money/money.ts';
import type { Report, ReportLanguage } from '../report.ts';
import type { Cell, ColumnName, Section } from './cells.ts';
import { wallClock } from './format.ts';
import { IN_REPORT_CURRENCY, sectionsOf, termsSection } from './sections.ts';
import { type Words, wordsOf } from './words.ts';
import { withoutTimes } from './zip-time.ts';

/** What a spreadsheet keeps of a number (IEEE 754 double); a longer amount is written as text, so that no digit of it is lost. */
const SIGNIFICANT_DIGITS = 15;

/**
 * A report as a workbook: a sheet for each section, its header in the first row and frozen, numbers, money, percent and dates as such
 * in cells. Instants are written by the clock of the report's time zone, which their header names. The same report gives the same bytes.
 */
export async function renderXlsx(report: Report, language: ReportLanguage): Promise<Buffer> {
  const words = wordsOf(report, language);
  const sheets = [...sectionsOf(report, language), termsSection(words)].map((section) =>
    sheetOf(section, report, words),
  );
  return withoutTimes(await writeExcelFile(sheets, { fontFamily: FONTS[language], fontSize: 11 }).toBuffer());
}

const FONTS: Readonly<Record<ReportLanguage, string>> = { en: 'Calibri', 'zh-CN': 'Microsoft YaHei' };

const HEADER = {
  fontWeight: 'bold',
  textColor: '#FFFFFF',
  backgroundColor: '#1C4F82',
  alignVertical: 'center',
  wrap: true,
  height: 32,
} as const;

function sheetOf({ title, columns, rows, notes }: Section, report: Report, words: Words) {
  const cells = rows.map((row) => columns.map((column) => typed(row[column] ?? null, report, words)));
  const header = columns.map((column): CellObject => {
    const sample = rows.find((row) => row[column])?.[column] ?? null;
    return { value: headerOf(column, sample, report, words), ...HEADER, align: isNumeric(sample) ? 'right' : 'left' };
  });
  const empty = rows.length === 0 && notes.length === 0 ? [words.say('noEntries')] : [];
  const remarks = [...empty, ...notes].map((note): CellObject[] => [{ value: note, fontStyle: 'italic' }]);
  return {
    sheet: title,
    data: [header, ...cells, ...(rows.length > 0 && remarks.length > 0 ? [[]] : []), ...remarks],
    columns: columns.map((column, index) => ({
      width: widthOf(
        new Set([String(header[index]?.value ?? ''), ...rows.map((row) => shown(row[column] ?? null, words))]),
      ),
    })),
    stickyRowsCount: 1,
    orientation: 'landscape' as const,
  };
}

function headerOf(column: ColumnName, sample: Cell, { currency, period }: Report, { say }: Words): string {
  if (IN_REPORT_CURRENCY.has(column)) return `${say(column)} (${currency})`;
  return sample?.is === 'instant' ? `${say(column)} (${period.timeZone})` : say(column);
}

const isNumeric = (cell: Cell) => cell !== null && ['money', 'number', 'percent', 'decimal'].includes(cell.is);

function typed(cell: Cell, { period }: Report, words: Words): CellObject | null {
  switch (cell?.is) {
    case undefined:
      return null;
    case 'text':
    case 'words':
      return { value: cell.text, type: String };
    case 'money':
      return decimalCell(cell.amount, moneyFormat(cell.currency, words));
    case 'decimal':
      return decimalCell(cell.decimal, '0.############');
    case 'number':
      return { value: cell.value, type: Number, format: Number.isInteger(cell.value) ? '#,##0' : '#,##0.0##' };
    case 'percent':
      return { value: cell.value / 100, type: Number, format: '0%' };
    case 'day':
      return { value: new Date(cell.day), type: Date, format: dateFormat(words), align: 'left' };
    case 'instant':
      return {
        value: wallClock(cell.at, period.timeZone),
        type: Date,
        format: `${dateFormat(words)} hh:mm`,
        align: 'left',
      };
  }
}

const digitsIn = (decimal: string) => decimal.replace(/^-?0*\.?0*|[.]/g, '').length;

/** A number where a double shows each of its digits, or else text. */
const decimalCell = (decimal: string, format: string): CellObject =>
  digitsIn(decimal) <= SIGNIFICANT_DIGITS
    ? { value: Number(decimal), type: Number, format }
    : { value: decimal, type: String, align: 'right' };

const dateFormat = ({ language }: Words) => (language === 'en' ? 'd mmm yyyy' : 'yyyy"年"m"月"d"日"');

function moneyFormat(currency: string, { format }: Words): string {
  const digits = minorDigits(currency) ?? 2;
  const number = `[$${format.symbol(currency)}]#,##0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}`;
  return `${number};-${number}`;
}

/** About what the cell shows, for the width of its column. */
function shown(cell: Cell, { format }: Words): string {
  if (cell === null) return '';
  if (cell.is === 'text' || cell.is === 'words') return cell.text;
  if (cell.is === 'money') return format.money(cell.amount, cell.currency);
  if (cell.is === 'decimal') return cell.decimal;
  return cell.is === 'instant' ? '2026-11-21 08:00' : '21 Nov 2026';
}

/** In characters of a Latin letter's width; a Chinese one takes two. Long texts are cut off by the next cell, not by the page. */
function widthOf(texts: ReadonlySet<string>): number {
  const longest = Math.max(...[...texts].map((text) => text.length + (text.match(/[\u2e80-\uffef]/g)?.length ?? 0)));
  return Math.min(Math.max(longest + 2, 8), 60);
}
