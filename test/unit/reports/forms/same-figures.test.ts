import { parse } from 'csv-parse/sync';
import { Workbook, type Worksheet } from 'exceljs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import type { ColumnName } from '#shared/reports/forms/cells.ts';
import { renderCsv } from '#shared/reports/forms/csv.ts';
import { renderHtml } from '#shared/reports/forms/html.ts';
import { renderJson } from '#shared/reports/forms/json.ts';
import { IN_REPORT_CURRENCY, sectionsOf } from '#shared/reports/forms/sections.ts';
import { wordsOf } from '#shared/reports/forms/words.ts';
import { renderXlsx } from '#shared/reports/forms/xlsx.ts';
import { Report } from '#shared/reports/report.ts';
import { figuresOf } from '#test/support/form-figures.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';
import { goldenCorrected, goldenFirst, goldenInRenminbi, goldenReport } from '#test/support/golden-report.ts';

const REPORTS = {
  'the report with everything in it': FORM_REPORT,
  'the golden report': goldenReport(),
  'the first of a series': goldenFirst(),
  'a corrected report': goldenCorrected(),
  'a report in renminbi': goldenInRenminbi(),
};
const CASES = Object.entries(REPORTS).flatMap(([name, report]) =>
  REPORT_LANGUAGES.map((language) => ({ name, language, report })),
);

/** A decimal without the noughts that a number does not show. */
const bare = (decimal: string) => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);

describe.each(CASES)('$name in $language', ({ report, language }) => {
  const words = wordsOf(report, language);
  const figures = figuresOf(report);
  const headerOf = (column: ColumnName) =>
    IN_REPORT_CURRENCY.has(column) ? `${words.say(column)} (${report.currency})` : words.say(column);

  it('says in JSON what it says, and can be read again', () => {
    expect(Report.parse(JSON.parse(renderJson(report)))).toEqual(report);
  });

  it('has the same figures in CSV, by a parser that allows no ragged line', () => {
    const lines = parse<Record<string, string>>(renderCsv(report, language), {
      bom: true,
      columns: true,
      record_delimiter: '\r\n',
    });
    for (const [id, { columns, rows }] of Object.entries(figures)) {
      const found = lines.filter((line) => line[words.say('section')] === id && line[words.say('detail')] === '');
      expect(
        found.map((line) => columns.map((column) => line[headerOf(column as ColumnName)])),
        id,
      ).toEqual(rows);
    }
  });

  it('has the same figures in the workbook, as numbers, by another library', async () => {
    const workbook = new Workbook();
    await workbook.xlsx.load((await renderXlsx(report, language)) as unknown as ArrayBuffer);
    const titles = new Map(sectionsOf(report, language).map(({ id, title }) => [id, title]));
    for (const [id, { columns, rows }] of Object.entries(figures)) {
      const sheet = workbook.getWorksheet(titles.get(id)) as Worksheet;
      const header = (sheet.getRow(1).values as string[]).map((name) =>
        String(name).replace(/ \([A-Z]\w+\/\w+\)$/, ''),
      );
      for (const [index, row] of rows.entries())
        for (const [at, column] of columns.entries()) {
          const cell = sheet.getRow(index + 2).getCell(header.indexOf(headerOf(column as ColumnName)));
          const expected = row[at] as string;
          const place = `${id} ${index} ${column}`;
          if (expected === '') expect(cell.value, place).toBeNull();
          else if (/^-?\d+(\.\d+)?$/.test(expected)) {
            expect(typeof cell.value, place).toBe('number');
            expect(String(cell.value), place).toBe(bare(expected));
          } else if (cell.value instanceof Date) expect(cell.value.toISOString().slice(0, 10), place).toBe(expected);
          else expect(cell.value, place).toBe(expected);
        }
    }
  });

  it('has each of these figures in HTML, exactly, for programs', () => {
    const page = renderHtml(report, language);
    const written = new Set(
      [...page.matchAll(/<(?:data|time)[^>]* (?:value|datetime)="([^"]*)"/g)].map(([, value]) => value),
    );
    // Amounts in their own currency, and stages without records, are in the workbook.
    const { byCurrency: _, lists: __, rows: stages, bridgeFx, ...others } = figures;
    for (const [id, { columns, rows }] of Object.entries(others))
      for (const row of rows)
        for (const [at, column] of columns.entries())
          if (!['recordId', 'ownCurrency'].includes(column) && row[at] !== '')
            expect(written, `${id} ${column}`).toContain(row[at]);
    for (const row of stages?.rows ?? [])
      if (row[0] !== '0') for (const value of row) if (value !== '') expect(written).toContain(value);
    for (const [amount] of bridgeFx?.rows ?? []) expect(page).toContain(`value="${amount}"`);
  });

  it('is the same bytes when it is made again', async () => {
    const forms = async () => [
      renderJson(structuredClone(report)),
      renderCsv(structuredClone(report), language),
      renderHtml(structuredClone(report), language),
      (await renderXlsx(structuredClone(report), language)).toString('base64'),
    ];
    const first = await forms();
    // A year later: what stamps the time of writing would show now.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 86_400_000 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await forms()).toEqual(first);
  });
});

it('JSON is the same whatever order its keys were put together in', () => {
  const reversed = Object.fromEntries(Object.entries(FORM_REPORT).reverse()) as Report;
  expect(renderJson(reversed)).toBe(renderJson(FORM_REPORT));
});
