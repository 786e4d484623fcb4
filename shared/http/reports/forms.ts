import type { PublishedReport, StoredForm } from '#shared/domain/report/report.ts';
import { REPORT_LANGUAGES, type ReportLanguage } from '#shared/domain/report/series.ts';
import type { Headers } from '../headers.ts';
import { acceptedLanguage, acceptedType } from '../negotiate.ts';

/** Media types by which the forms are asked for; the first where anything will do. */
export const FORM_TYPES = [
  'application/json',
  'text/html',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;

const FORMS = {
  'application/json': 'json',
  'text/html': 'html',
  'text/csv': 'csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
} as const satisfies Record<(typeof FORM_TYPES)[number], StoredForm['form']>;

/** The form of a report that a request asks for, by `Accept` (406) and `Accept-Language`. */
export function formAskedFor(report: PublishedReport, language: ReportLanguage, headers: Headers): StoredForm {
  const form = FORMS[acceptedType(headers, FORM_TYPES)];
  const wanted = acceptedLanguage(headers, REPORT_LANGUAGES, language);
  const found = report.forms.find((kept) => kept.form === form && (kept.language ?? wanted) === wanted);
  if (!found) throw new Error(`Report ${report.id} was published without ${form}.`);
  return found;
}

/** A report's HTML brings its own styles and pictures, and nothing else: no script runs and nothing is fetched. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/** All that is text is UTF-8. */
export const contentTypeOf = ({ mediaType }: StoredForm): string =>
  mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType;

/** What is told of a form's bytes. They never change, and are for nobody but who asked. */
export function headersOf(report: PublishedReport, form: StoredForm): Record<string, string> {
  const day = report.period.to.slice(0, 10);
  const isDownload = form.form === 'csv' || form.form === 'xlsx';
  return {
    etag: `"${form.sha256}"`,
    'cache-control': 'private, max-age=31536000, immutable',
    vary: 'Accept, Accept-Language, Authorization',
    ...(form.language === undefined ? {} : { 'content-language': form.language }),
    ...(form.form === 'html' ? { 'content-security-policy': PAGE_POLICY } : {}),
    ...(isDownload ? { 'content-disposition': `attachment; filename="${report.series}-${day}.${form.form}"` } : {}),
  };
}

/** Whether `If-None-Match` names the form; its comparison is weak. */
export function hasForm(headers: Headers, { sha256 }: StoredForm): boolean {
  const tags = (headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(`"${sha256}"`);
}
