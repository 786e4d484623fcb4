import { Workbook } from 'exceljs';
import { expect, it } from 'vitest';
import { serialOf, type WrittenCell, workbookOf } from '#shared/reports/forms/workbook.ts';

const cell = (value: string | number): WrittenCell => ({ value, style: {} });

async function read(rows: readonly (readonly (WrittenCell | null)[])[], name = 'Sheet') {
  const workbook = new Workbook();
  const widths = Array.from({ length: Math.max(...rows.map(({ length }) => length)) }, () => 10);
  await workbook.xlsx.load((await workbookOf([{ name, widths, rows }], 'Calibri')) as unknown as ArrayBuffer);
  return workbook.worksheets[0];
}

it.each([
  ['what XML has other words for', `a < b & "c" > 'd' ]]>`],
  ['white space at the ends and within', '  two\t lines\n '],
  ['what Excel would read as a character', '_x0041_ and _x000D_'],
  ['any script', '广州 🎓 Ελλάδα'],
])('keeps a text with %s as it is', async (_, text) => {
  const sheet = await read([[cell(text)]]);
  expect(sheet?.getCell('A1').value).toBe(text);
});

it('leaves out of a text what may not be in XML', async () => {
  const sheet = await read([[cell('a\u0000b\u000cc\ud83dd\uffffe')]]);
  expect(sheet?.getCell('A1').value).toBe('abcde');
});

it('puts each cell where it belongs, empty ones among them, beyond the 26th column too', async () => {
  const row = Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? cell(index) : null));
  const sheet = await read([[cell('head')], row]);
  const values = Array.from({ length: 60 }, (_, index) => sheet?.getRow(2).getCell(index + 1).value);
  expect(values).toEqual(row.map((each) => each?.value ?? null));
});

it('a moment is the number that a spreadsheet knows it by', () => {
  expect(serialOf(new Date('1970-01-01T00:00:00Z'))).toBe(25_569);
  expect(serialOf(new Date('2026-11-21T12:00:00Z'))).toBe(46_347.5);
});

it.each(['', 'a name of thirty-two characters..', 'a/b', 'a:b', "'quoted'"])(
  'refuses %j as the name of a sheet',
  (name) => {
    expect(() => workbookOf([{ name, widths: [10], rows: [[cell('head')]] }], 'Calibri')).toThrow('No sheet');
  },
);
