import type { CountingParts } from '#shared/reporting/counted.ts';
import { awaitCounted } from '#shared/reporting/counted.ts';
import { buildReport } from './build.ts';
import { type Gathered, type Gathering, gatherMaterial } from './gather.ts';
import type { Report } from './report.ts';
import type { ReportRequest } from './request.ts';

/** The series' currency has no rate, so no figure can be given. Setting one mends it. */
export class NoRateForReport extends Error {
  override readonly name = 'NoRateForReport';
}

export interface Composing extends Gathering {
  readonly counting: CountingParts;
}

/** A report, with what else is known once it is made. */
export interface Composed extends Omit<Gathered, 'material' | 'sums'> {
  readonly report: Report;
}

/** The report that a request asks for, once everything that was recorded by its cut-off has been counted. */
export async function composeReport(parts: Composing, request: ReportRequest): Promise<Composed> {
  await awaitCounted(parts.counting, request.cutOff);
  const position = await positionAfter(parts, request.cutOff);
  const { material, sums, ...found } = await gatherMaterial(parts, request, position);
  const report = buildReport(material, sums);
  if ('noRate' in report)
    throw new NoRateForReport(`No exchange rate for ${report.noRate} is in force on ${request.cutOff}.`);
  return { report, ...found };
}

/** Up to when each shard of the stream had been counted; those that closed before are left out. */
async function positionAfter({ counting }: Composing, cutOff: string): Promise<Record<string, string>> {
  const progress = await counting.probes.progress();
  return Object.fromEntries([...progress].filter(([, at]) => at >= cutOff).sort());
}
