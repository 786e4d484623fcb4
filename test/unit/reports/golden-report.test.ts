import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Bridge } from '#shared/reports/bridge-schema.ts';
import { Report } from '#shared/reports/report.ts';
import { goldenCorrected, goldenFirst, goldenInRenminbi, goldenReport } from '../../support/golden-report.ts';
import { NEVER_NAMED } from '../../support/golden-teller.ts';

const page = readFileSync(new URL('../../../docs/report-worked-example.md', import.meta.url), 'utf8');

/** The first table after some words of the page, as its rows of cells, without the head; amounts as reports write them. */
function tableAfter(words: string): string[][] {
  const lines = page.slice(page.indexOf(words)).split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rows = lines.slice(start);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(2, end).map((line) => line.split('|').slice(1, -1).map(plain));
}

const plain = (cell: string) =>
  cell
    .trim()
    .replaceAll('*', '')
    .replaceAll('−', '-')
    .replace(/(?<=\d),(?=\d{3})/g, '');

const report = goldenReport();
const bridge = report.bridge as Bridge;

describe('the golden report is the worked example', () => {
  it.each([
    ['open', 'Open value *(compared)*'],
    ['weighted', 'Weighted value *(compared)*'],
  ] as const)('in every term of %s value, per strand and in total', (measure, words) => {
    const told = tableAfter(words);
    expect(told.map(([term]) => term)).toEqual(Object.keys(bridge[measure]));
    const shown = Object.keys(bridge[measure]).map((term) => {
      const of = (terms: object) => (terms as Record<string, string>)[term];
      return [term, ...bridge.byStrand.map((strand) => of(strand[measure])), of(bridge[measure])];
    });
    expect(shown).toEqual(told);
  });

  it.each([
    ['opening', goldenFirst(), 'Opening rows *(compared)*'],
    ['closing', report, 'Closing rows *(compared)*'],
  ])('in every open row at the %s', (_, { pipeline }, words) => {
    const told = tableAfter(words)
      .map(([strand, kind, stage, , value, , weighted]) => [strand, kind, stage, value, weighted].join(' '))
      .filter((row) => !row.endsWith(' 0.00 0.00'));
    const shown = pipeline.rows
      .filter(({ phase, value }) => phase === 'open' && value !== '0.00')
      .map(({ strand, kind, stage, value, weighted }) => [strand, kind, stage, value, weighted].join(' '));
    expect(shown.sort()).toEqual(told.sort());
  });

  it('in the changes behind its terms', () => {
    const told = tableAfter('## What happened in the week')
      .map(([strand, term, , , , open, weighted]) => [term, strand, Number(open), Number(weighted)] as const)
      .filter(([, , open]) => Math.abs(open) !== 114750 && Math.abs(open) !== 120000);
    // A change of currency is one change: 150,000 USD instead of 120,000 GBP.
    told.push(['valueDown', 'postgraduate-partnership', -5250, -1050]);
    const near = (rows: readonly (readonly [string | undefined, string | undefined, number, number])[]) =>
      rows
        .map(([term, strand, open, weighted]) => `${term} ${strand} ${open.toFixed(2)} ${weighted.toFixed(2)}`)
        .sort();
    const shown = bridge.changes.map(
      ({ term, strand, open, weighted }) => [term, strand, Number(open), Number(weighted)] as const,
    );
    expect(near(shown)).toEqual(near(told));
  });

  it('in what the rates did, by strand and currency', () => {
    const told = tableAfter('## What the rates did').map(([strand, currency, amount, from, to, gain, , weighted]) => {
      return [strand, currency, amount, from, to, Number(gain).toFixed(2), Number(weighted).toFixed(2)];
    });
    const shown = bridge.fx.map(({ strand, currency, amount, openingRate, closingRate, open, weighted }) => {
      return [strand, currency, amount, openingRate ?? 'none', closingRate, open, weighted];
    });
    expect(shown).toEqual(told);
  });

  it('in every place', () => {
    const told = tableAfter('Open records *(compared)*').slice(0, -1);
    const shown = report.byPlace?.map(({ place, open }) => [
      place ?? 'none',
      `${open.count}`,
      open.value,
      open.weighted,
    ]);
    expect(shown).toEqual(told);
  });

  it('in its lists', () => {
    const told = tableAfter('## The lists').map(([, count]) => Number(count));
    const { moves, won, lost, stalled, closingSoon, overdue, nextStepsOverdue } = report.lists;
    const lists = [moves, won, lost, stalled, closingSoon, overdue, nextStepsOverdue];
    expect(lists.map((list) => list?.count)).toEqual(told);
    expect(lists.map((list) => list?.withheld)).toEqual([1, 0, 0, 0, 0, 0, 1]);
    expect(report.closingSoon?.map(({ days }) => days)).toEqual([0, 16, 30]);
    expect(report.overdue?.map(({ expectedCloseOn }) => expectedCloseOn)).toEqual(['2026-02-28', '2026-03-29']);
    expect(report.stalled).toMatchObject([{ title: 'Foundation year in Guizhou', days: 119, threshold: 30 }]);
    expect(report.nextStepsOverdue).toMatchObject([{ nextStep: { dueOn: '2026-03-20' }, days: 10 }]);
    expect(report.lost).toMatchObject([{ lostReason: 'price', reason: 'A local maker was 20% cheaper.' }]);
    expect(report.won?.map(({ title }) => title)).toEqual([
      'Pumps for the Nanjing water board',
      '高速列车部件检测设备',
      'Calibration service, paid on the day',
    ]);
  });

  it('in what the corrected report says', () => {
    const told = tableAfter('## The same week, corrected').map(([, amount]) => amount);
    const corrected = goldenCorrected();
    expect(corrected.changes?.figures).toContainEqual({
      section: 'totals',
      of: ['open'],
      figure: 'value',
      before: told[0],
      after: told[3],
    });
    expect(corrected.changes?.entries).toContainEqual({
      section: 'lost',
      recordId: 'trd_00000000000000000000000005',
      title: 'Robot cell for a Bristol plant',
      change: 'added',
      fields: [],
    });
    expect(corrected).toMatchObject({ corrects: report.id, previous: goldenFirst().id, basis: 'as-known-now' });
    expect(corrected.bridge?.open.lost).toBe('-121200.00');
  });
});

describe('the golden report', () => {
  it('is of the day of its cut-off, over the change of the clocks, and follows the report before it', () => {
    expect(report).toMatchObject({
      date: '2026-03-30',
      previous: 'rep_00000000000000000000000001',
      period: { from: '2026-03-23T08:00:00.000Z', to: '2026-03-30T07:00:00.000Z', timeZone: 'Europe/London' },
    });
    expect(report.trend).toEqual([
      { id: goldenFirst().id, to: '2026-03-23T08:00:00.000Z', open: '1720330.03', weighted: '739380.00' },
      { id: report.id, to: '2026-03-30T07:00:00.000Z', open: '1693320.00', weighted: '869038.90' },
    ]);
  });

  it('says what it cannot give, and why', () => {
    expect(report.unavailable).toEqual([{ section: 'pipeline', reason: 'no-rate', of: ['SGD'] }]);
    const first = goldenFirst();
    expect(first.bridge).toBeNull();
    expect([first.moves, first.won, first.lost]).toEqual([null, null, null]);
    expect(first.unavailable).toEqual([
      { section: 'pipeline', reason: 'no-rate', of: ['JPY', 'SGD'] },
      { section: 'moves', reason: 'first-report' },
      { section: 'won', reason: 'first-report' },
      { section: 'lost', reason: 'first-report' },
      { section: 'bridge', reason: 'first-report' },
    ]);
  });

  it('names nothing of a confidential lead, neither first, nor corrected, nor in another currency', () => {
    for (const each of [report, goldenFirst(), goldenCorrected(), goldenInRenminbi()]) {
      const text = JSON.stringify(each);
      for (const secret of [...NEVER_NAMED, 'ipl_00000000000000000000000002', 'ipl_00000000000000000000000003'])
        expect(text).not.toContain(secret);
      expect(Report.parse(JSON.parse(text))).toEqual(each);
    }
    const together = bridge.changes.filter((change) => change.together === 'confidential');
    expect(together.map(({ term, count, open, weighted }) => [term, count, open, weighted])).toEqual([
      ['valueUp', 1, '6606.00', '660.60'],
      ['moved', 1, '0.00', '500.00'],
    ]);
  });
});
