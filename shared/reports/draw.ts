import { REPORT_LANGUAGES } from '#shared/domain/report/series.ts';
import { renderCsv } from './forms/csv.ts';
import { renderHtml } from './forms/html.ts';
import { renderJson } from './forms/json.ts';
import { renderXlsx } from './forms/xlsx.ts';
import type { DrawnForm } from './publish.ts';
import type { Report } from './report.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const toJson = (report: Report): Uint8Array => bytesOf(renderJson(report));

/** Every form but JSON, in every language. */
export async function drawForms(report: Report): Promise<DrawnForm[]> {
  const forms: DrawnForm[] = [];
  for (const language of REPORT_LANGUAGES)
    forms.push(
      { form: 'html', language, mediaType: 'text/html', bytes: bytesOf(renderHtml(report, language)) },
      { form: 'csv', language, mediaType: 'text/csv', bytes: bytesOf(renderCsv(report, language)) },
      {
        form: 'xlsx',
        language,
        mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        bytes: await renderXlsx(report, language),
      },
    );
  return forms;
}
