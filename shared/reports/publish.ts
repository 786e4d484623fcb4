import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PublishedReport, StoredForm } from '#shared/domain/report/report.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { type KeptFile, keepOnce, loadFile } from '#shared/runtime/kept-files.ts';
import { loadReport, publishReport } from '#shared/store/reports.ts';
import { fileOf } from './file-names.ts';
import { parseReport } from './kept.ts';
import type { Report, ReportLanguage } from './report.ts';
import type { ReportRequest } from './request.ts';

/** A form of a report, drawn. */
export interface DrawnForm {
  readonly form: StoredForm['form'];
  readonly language?: ReportLanguage;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export interface Publishing {
  readonly table: DynamoDBDocumentClient;
  readonly files: S3Client;
  readonly clock: Clock;
  /** The report, from what is known once everything that was recorded by its cut-off has been counted. */
  readonly compose: (request: ReportRequest) => Promise<Report>;
  /** JSON, from which all other forms follow. */
  readonly toJson: (report: Report) => Uint8Array;
  /** Every other form in every language. */
  readonly draw: (report: Report) => Promise<readonly DrawnForm[]>;
}

/**
 * Makes a report and publishes it, unless it is published. Whatever step fails or dies, doing it again ends with the same bytes: the
 * JSON is kept first, and once it is kept the report is what it says, whatever has changed since; every other form follows from it
 * and is kept once as well; the item in the table is last, and is the proof that all are there. What tells the world is the table's
 * stream, so nothing comes after that a crash could skip.
 */
export async function makeReport(parts: Publishing, request: ReportRequest): Promise<'published' | 'was-published'> {
  const { table, files, clock } = parts;
  if (await loadReport(table, request.id)) return 'was-published';
  const { report, json } = await keptJson(parts, request);
  const drawn = await parts.draw(report);
  const forms = await Promise.all(
    drawn.map(async (form) => {
      const { bytes, mediaType } = form;
      return storedForm(form, await keepOnce(files, { key: fileOf(report.id, form), bytes, mediaType }));
    }),
  );
  const published = await publishReport(table, {
    id: report.id,
    type: report.type,
    series: report.series,
    basis: report.basis,
    period: report.period,
    previous: report.previous,
    ...(report.corrects === null ? {} : { corrects: report.corrects }),
    currency: report.currency,
    publishedAt: toInstant(clock()),
    ...(request.requestedBy === undefined ? {} : { requestedBy: request.requestedBy }),
    open: report.pipeline.totals.open,
    forms: [storedForm(JSON_FORM, json), ...forms],
  } satisfies PublishedReport);
  return published ? 'published' : 'was-published';
}

const JSON_FORM = { form: 'json', mediaType: 'application/json' } as const;

/** The JSON that is kept, or that is kept now, and the report that it says. */
async function keptJson(parts: Publishing, request: ReportRequest): Promise<{ report: Report; json: KeptFile }> {
  const key = fileOf(request.id, JSON_FORM);
  const there = await loadFile(parts.files, key);
  if (there) return { report: parseReport(there.bytes), json: there };
  const report = await parts.compose(request);
  const bytes = parts.toJson(report);
  const json = await keepOnce(parts.files, { key, bytes, mediaType: JSON_FORM.mediaType });
  // Another run may have been first, and then it is its report that all forms must show.
  return { report: json.bytes === bytes ? report : parseReport(json.bytes), json };
}

const storedForm = ({ form, language, mediaType }: Omit<DrawnForm, 'bytes'>, file: KeptFile): StoredForm => ({
  form,
  mediaType,
  ...(language === undefined ? {} : { language }),
  bytes: file.bytes.length,
  sha256: file.sha256,
});
