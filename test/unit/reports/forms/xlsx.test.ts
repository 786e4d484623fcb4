import { Workbook } from 'exceljs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { sectionsOf } from '#shared/reports/forms/sections.ts';
import { renderXlsx } from '#shared/reports/forms/xlsx.ts';
import type { Report } from '#shared/reports/report.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';

async function workbookOf(report: Report, language: (typeof REPORT_LANGUAGES)[number] = 'en') {
  const workbook = new Workbook();
  await workbook.xlsx.load((await renderXlsx(report, language)) as unknown as ArrayBuffer);
  return workbook;
}

describe.each(REPORT_LANGUAGES)('the workbook in %s', (language) => {
  it('has a sheet for each section, with its header frozen', async () => {
    const workbook = await workbookOf(FORM_REPORT, language);
    const titles = sectionsOf(FORM_REPORT, language).map(({ title }) => title);
    expect(workbook.worksheets.map(({ name }) => name).slice(0, -1)).toEqual(titles);
    for (const sheet of workbook.worksheets) {
      expect(sheet.views[0], sheet.name).toMatchObject({ state: 'frozen', ySplit: 1 });
      expect(sheet.getRow(1).font?.bold ?? sheet.getCell('A1').font.bold, sheet.name).toBe(true);
    }
  });

  it('shows amounts in their currencies, days and times as dates, and probabilities as percent', async () => {
    const workbook = await workbookOf(FORM_REPORT, language);
    const sheet = workbook.worksheets.find(({ name }) => ['Past the expected close', '已过预计完成日'].includes(name));
    const cells = Array.from({ length: sheet?.columnCount ?? 0 }, (_, index) => sheet?.getRow(2).getCell(index + 1));
    const formats = cells.map((cell) => cell?.numFmt);
    expect(formats).toContain('[$£]#,##0.00;-[$£]#,##0.00');
    expect(formats).toContain('0%');
    expect(cells.map((cell) => cell?.value)).toContainEqual(new Date('2026-11-02T00:00:00Z'));
    expect(cells.map((cell) => cell?.value)).toContain(0.55);
  });
});

it('an amount with more digits than a cell keeps is text, so that none of them is lost', async () => {
  const report: Report = structuredClone(FORM_REPORT);
  const [first, second] = report.trend;
  if (first) first.open = '123456789012345.67';
  if (second) second.open = '-1234567890123.45';
  const sheet = (await workbookOf(report)).getWorksheet('Over the last reports');
  expect(sheet?.getCell('C2').value).toBe('123456789012345.67');
  expect(sheet?.getCell('C3').value).toBe(-1234567890123.45);
});

/** What a cell has of a title. */
async function cellOf(title: string) {
  const report: Report = structuredClone(FORM_REPORT);
  const [line] = report.stalled ?? [];
  if (line) line.title = title;
  const sheet = (await workbookOf(report)).getWorksheet('Stalled');
  const titles = sheet?.getRow(1).values as unknown[];
  return sheet?.getRow(2).getCell(titles.indexOf('Title')).value;
}

it.each([
  ['looks like a formula', '=1+1'],
  ['has what XML has other words for', `a < b & "c" > 'd' ]]>`],
  ['has white space at its ends and within', '  two\t lines\n '],
  ['has what Excel would read as a character', '_x0041_ and _x000D_'],
  ['is of any script', '广州 🎓 Ελλάδα'],
])('text that %s is that text', async (_, text) => {
  expect(await cellOf(text)).toBe(text);
});

it('text that looks like an error is text', async () => {
  expect(await cellOf('#N/A')).toEqual({ richText: [{ text: '#N/A' }] });
});

it('what may not be in XML is left out of a text', async () => {
  expect(await cellOf('a\u0000b\u000cc\ud83dd\uffffe')).toBe('abcde');
});

it('the same report is the same bytes, whenever it is written', async () => {
  const written = await renderXlsx(FORM_REPORT, 'en');
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2031-05-06T07:08:09Z') });
  onTestFinished(() => void vi.useRealTimers());
  expect(written.equals(await renderXlsx(FORM_REPORT, 'en'))).toBe(true);
});
