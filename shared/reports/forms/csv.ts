import { stringify } from 'csv-stringify/sync';
import type { Report, ReportLanguage } from '../report.ts';
import { type Cell, COLUMNS, type ColumnName, type Row, type Section } from './cells.ts';
import { IN_REPORT_CURRENCY, sectionsOf } from './sections.ts';
import { wordsOf } from './words.ts';

/**
 * A report as one table (RFC 4180; UTF-8 with a byte order mark, CRLF): its first column is the section's key, then its title, then
 * all columns that any section has. Every report has the same columns, so that files can be put below each other, and filtering by the
 * section gives each of its tables. Amounts are plain decimals with a point, days and instants ISO 8601 (instants in UTC).
 */
export const renderCsv = (report: Report, language: ReportLanguage): string =>
  csvLines(report, language, sectionsOf(report, language)).join('');

/** The same, line by line, each with its end. */
export function csvLines(report: Report, language: ReportLanguage, sections: readonly Section[]): readonly string[] {
  const { say } = wordsOf(report, language);
  const name = (column: ColumnName) =>
    IN_REPORT_CURRENCY.has(column) ? `${say(column)} (${report.currency})` : say(column);
  const quoted = quoting();
  const header = [say('section'), say('sectionTitle'), ...COLUMNS.map(name)].map(quoted).join(',');
  return [`${BYTE_ORDER_MARK}${header}${END}`, ...sections.flatMap((section) => linesOf(section, quoted))];
}

const BYTE_ORDER_MARK = '\ufeff';
const END = '\r\n';
/** What stands in a line as it is, whoever writes it. */
const PLAIN = /^[\w.:+-]*$/;

/** A cell as the library writes it. Most are empty, plain or have been written before, and are not worth asking it again. */
function quoting(): (cell: string) => string {
  const known = new Map<string, string>();
  return (cell) => {
    if (PLAIN.test(cell)) return cell;
    const written =
      known.get(cell) ?? stringify([[cell]], { record_delimiter: END, quoted_match: /[\r\n]/ }).slice(0, -END.length);
    known.set(cell, written);
    return written;
  };
}

/** The lines of a section. It has few of all columns, so the commas of those that it has not are put together once. */
function linesOf({ id, title, columns, rows, notes }: Section, quoted: (cell: string) => string): string[] {
  const start = `${quoted(id)},${quoted(title)}`;
  const lineOf = (names: readonly ColumnName[]) => {
    const places = names.map((column) => COLUMNS.indexOf(column));
    const commas = places.map((place, index) => ','.repeat(place - (places[index - 1] ?? -1)));
    const end = ','.repeat(COLUMNS.length - 1 - (places.at(-1) ?? -1)) + END;
    return (row: Row) => {
      let line = start;
      for (const [index, column] of names.entries()) {
        const cell = row[column];
        line += cell ? commas[index] + quoted(plain(cell)) : commas[index];
      }
      return line + end;
    };
  };
  const noteLine = lineOf(['detail']);
  return [...rows.map(lineOf(columns)), ...notes.map((note) => noteLine({ detail: { is: 'words', text: note } }))];
}

/** A cell as plain text: what a spreadsheet reads as a number or a date again. */
function plain(cell: NonNullable<Cell>): string {
  switch (cell.is) {
    case 'text':
    case 'words':
      return inert(cell.text);
    case 'money':
      return cell.amount;
    case 'number':
    case 'percent':
      return String(cell.value);
    case 'decimal':
      return cell.decimal;
    case 'day':
      return cell.day;
    case 'instant':
      return cell.at;
  }
}

/** What makes a spreadsheet take text for a formula, in both widths. */
const FORMULA_START = /(^|[;\t\r\n])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]|^[\t\r])/g;

/**
 * Text that no spreadsheet runs: an apostrophe stands before what would begin a formula, at its start and wherever a program that
 * splits at semicolons or lines would see a start (OWASP, CSV injection). Numbers do not come through here: they stay numbers.
 */
export const inert = (text: string): string => text.replace(FORMULA_START, "$1'");
