import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'csv-parse/sync';
import { expect, it, onTestFinished } from 'vitest';
import { renderXlsx } from '#shared/reports/forms/xlsx.ts';
import { figuresOf } from '#test/support/form-figures.ts';
import { FORM_REPORT } from '#test/support/form-report.ts';

const SOFFICE = [
  '/usr/bin/soffice',
  '/usr/local/bin/soffice',
  '/Applications/LibreOffice.app/Contents/MacOS/soffice',
].find(existsSync);

// Another library reads the same cells in same-figures.test.ts, so nothing is left unproven where there is no LibreOffice.
it.skipIf(!SOFFICE)(
  'the workbook opens in LibreOffice, and every sheet has its figures there',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'report-xlsx-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const file = join(directory, 'report.xlsx');
    writeFileSync(file, await renderXlsx(FORM_REPORT, 'zh-CN'));
    // UTF-8, every sheet to a file of its own, cells by their values and not as shown.
    const filter = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1';
    execFileSync(
      SOFFICE as string,
      [
        `-env:UserInstallation=${pathToFileURL(join(directory, 'profile'))}`,
        '--headless',
        '--convert-to',
        filter,
        '--outdir',
        directory,
        file,
      ],
      { stdio: 'pipe' },
    );
    const sheet = (title: string) =>
      parse(readFileSync(join(directory, `report-${title}.csv`)), { relax_column_count: true }) as string[][];
    const { byStrand, trend } = figuresOf(FORM_REPORT);
    const numbers = (rows: readonly (readonly string[])[] | undefined) => rows?.map((row) => row.map(Number));
    expect(
      numbers(
        sheet('各板块进展')
          .slice(1, 7)
          .map((row) => row.slice(1)),
      ),
    ).toEqual(numbers(byStrand?.rows));
    expect(
      numbers(
        sheet('历次报告走势')
          .slice(1, 13)
          .map((row) => row.slice(2, 4)),
      ),
    ).toEqual(numbers(trend?.rows));
  },
  180_000,
);
