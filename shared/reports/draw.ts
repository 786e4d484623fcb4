import { REPORT_LANGUAGES, type ReportLanguage } from '#shared/domain/report/series.ts';
import { csvLines } from './forms/csv.ts';
import { renderHtml } from './forms/html.ts';
import { renderJson } from './forms/json.ts';
import { sectionsOf } from './forms/sections.ts';
import { renderXlsx } from './forms/xlsx.ts';
import type { DrawnForm } from './publish.ts';
import type { Report } from './report.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Line by line: a text of it all would be kept at two bytes a letter, for the sake of one Chinese name, and take twice as long. */
const linesToBytes = (lines: readonly string[]): Uint8Array => Buffer.concat(lines.map((line) => Buffer.from(line)));

export const toJson = (report: Report): Uint8Array => bytesOf(renderJson(report));

/** Every form but JSON, in every language unless said. */
export const drawForms = async (
  report: Report,
  languages: readonly ReportLanguage[] = REPORT_LANGUAGES,
): Promise<DrawnForm[]> =>
  (
    await Promise.all(
      languages.map(async (language): Promise<DrawnForm[]> => {
        const sections = sectionsOf(report, language);
        return [
          {
            form: 'xlsx',
            language,
            mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            bytes: await renderXlsx(report, language, sections),
          },
          { form: 'html', language, mediaType: 'text/html', bytes: bytesOf(renderHtml(report, language)) },
          { form: 'csv', language, mediaType: 'text/csv', bytes: linesToBytes(csvLines(report, language, sections)) },
        ];
      }),
    )
  ).flat();
