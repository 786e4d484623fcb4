import { buildReport } from '#shared/reports/build.ts';
import type { ReportMaterial } from '#shared/reports/material.ts';
import type { Report } from '#shared/reports/report.ts';
import { FIRST_CUT_OFF, GOLDEN_WORLD, SECOND_CUT_OFF } from './golden-history.ts';
import { materialOf } from './report-history.ts';

const rep = (n: number) => `rep_${String(n).padStart(26, '0')}`;

/** The report that a material makes. Throws where its currency has no rate. */
export function built(material: ReportMaterial): Report {
  const report = buildReport(material);
  if ('noRate' in report) throw new Error(`There is no rate of ${report.noRate}.`);
  return report;
}

/** The first of its series: it has no bridge yet, and says so. */
export const goldenFirst = (): Report => built(materialOf(GOLDEN_WORLD, { id: rep(1), cutOff: FIRST_CUT_OFF }));

/** What the golden report is made from. */
export const goldenMaterial = (): ReportMaterial =>
  materialOf(GOLDEN_WORLD, { id: rep(2), cutOff: SECOND_CUT_OFF, previous: goldenFirst() });

/** The report of docs/report-worked-example.md, with every term of the bridge. */
export const goldenReport = (): Report => built(goldenMaterial());

/** The same week by what became known later: a deal that was lost, a rate that was mended. */
export function goldenCorrected(): Report {
  const corrects = goldenReport();
  const asked = { id: rep(3), cutOff: SECOND_CUT_OFF, previous: goldenFirst(), corrects };
  return built(materialOf(GOLDEN_WORLD, { ...asked, basis: 'as-known-now' }));
}

/** The golden report in renminbi, for the office in Guangzhou: nothing to compare with yet. */
export const goldenInRenminbi = (): Report =>
  built(
    materialOf(GOLDEN_WORLD, {
      id: rep(4),
      cutOff: SECOND_CUT_OFF,
      currency: 'CNY',
      series: 'weekly-guangzhou',
      timeZone: 'Asia/Shanghai',
    }),
  );
