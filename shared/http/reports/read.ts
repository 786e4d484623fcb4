import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PublishedReport } from '#shared/domain/report/report.ts';
import { ON_DEMAND_TERMS, type ReportLanguage } from '#shared/domain/report/series.ts';
import { fileOf } from '#shared/reports/file-names.ts';
import { loadFile } from '#shared/runtime/kept-files.ts';
import { listReports as load, loadReport } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';
import { type Answer, notFound } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { MAX_LIMIT } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { contentTypeOf, formAskedFor, hasForm, headersOf } from './forms.ts';

export interface ReadingReports {
  readonly table: DynamoDBDocumentClient;
  readonly files: S3Client;
}

/** `GET /v1/reports/{id}`: the bytes that were published, in the form and language that are asked for. */
export async function readReport(reading: ReadingReports, call: Call): Promise<Answer> {
  const report = await loadReport(reading.table, call.params['id'] ?? '');
  if (!report) throw notFound('There is no such report, or it is not ready yet.');
  return answerReport(reading, call, report, 200);
}

/** A report's answer, with a status of the caller's. */
export async function answerReport(
  { table, files }: ReadingReports,
  call: Call,
  report: PublishedReport,
  status: number,
): Promise<Answer> {
  const form = formAskedFor(report, await languageOf(table, call, report), call.headers);
  const headers = headersOf(report, form);
  const log = { reportId: report.id, form: form.form };
  if (status === 200 && hasForm(call.headers, form)) return { status: 304, headers, log };
  const file = await loadFile(files, fileOf(report.id, form));
  if (file?.sha256 !== form.sha256) throw new Error(`A file of report ${report.id} differs from what was published.`);
  return { status, file: { mediaType: contentTypeOf(form), bytes: file.bytes }, headers, log };
}

/** What a report is meant to be read in: looked up only where the request leaves it open. */
async function languageOf(
  table: DynamoDBDocumentClient,
  call: Call,
  { series }: PublishedReport,
): Promise<ReportLanguage> {
  if (call.headers['accept-language'] !== undefined) return ON_DEMAND_TERMS.language;
  return (await loadSeries(table, series)).series?.language ?? ON_DEMAND_TERMS.language;
}

/** `GET /v1/reports`: newest first, all by publication or those of a series by the end of their periods. */
export async function listReports({ table }: ReadingReports, call: Call): Promise<Answer> {
  const { series, cursor, limit = MAX_LIMIT } = call.query;
  const boundTo = { reports: series ?? null, user: viewerIn(call).id };
  const after = cursor === undefined ? undefined : String(decodeCursor(cursor, boundTo)[0]);
  const { reports, more } = await load(table, {
    limit: Number(limit),
    ...(series === undefined ? {} : { series }),
    ...(after === undefined ? {} : { after }),
  });
  const last = reports.at(-1);
  return {
    status: 200,
    body: {
      items: reports.map(({ report }) => report),
      next: more && last ? encodeCursor([last.place], boundTo) : null,
    },
  };
}
