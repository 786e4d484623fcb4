import * as z from 'zod';
import { MakeReport, ReportId } from '#shared/domain/report/report.ts';
import { FIRST_SERIES, PutReportSeries, ReportSeries } from '#shared/domain/report/series.ts';
import { Slug } from '#shared/domain/text.ts';
import { MANAGERS, ROLES } from '#shared/domain/user/roles.ts';
import { Report } from '#shared/reports/report.ts';
import type { Operation, ResponseDefinition } from '../operation.ts';
import type { ProblemCode } from '../problems.ts';
import { REPORT_EXAMPLE } from '../report-example.ts';
import { DeliveryList, ReportList, ReportSeriesList, reportsQuery } from '../report-schemas.ts';
import { pageQuery } from '../schemas.ts';
import { SIGNED_IN_PATH } from '../signed-in.ts';
import { JSON_TYPE } from './records.ts';

const READ: readonly ProblemCode[] = ['validation', 'forbidden', 'unavailable'];
const WRITE: readonly ProblemCode[] = [
  ...READ,
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];

const OTHER_FORMS = ['text/html', 'text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'];
const idParams = z.strictObject({ id: ReportId });
const seriesParams = z.strictObject({ id: Slug });
const series = FIRST_SERIES[1] as ReportSeries;
const { id: _, ...putExample } = series;
const { id: reportId, type, basis, period, previous, currency, pipeline } = REPORT_EXAMPLE;
const listed = {
  id: reportId,
  type,
  series: REPORT_EXAMPLE.series,
  basis,
  period,
  previous,
  currency,
  publishedAt: '2026-11-23T08:00:07.412Z',
  open: pipeline.totals.open,
};

const versioned = (description: string): ResponseDefinition => ({
  description,
  schema: ReportSeries,
  headers: ['ETag'],
});
const inForms = (description: string, headers: ResponseDefinition['headers'] = ['ETag']): ResponseDefinition => ({
  description,
  schema: Report,
  alternatives: OTHER_FORMS,
  headers,
});

export const REPORT_OPERATIONS: readonly Operation[] = [
  {
    id: 'makeReport',
    method: 'POST',
    path: '/v1/reports',
    access: MANAGERS,
    fn: 'reports',
    tag: 'reports',
    summary: 'Create a report',
    description:
      'Reports on the pipeline now, or at `asOf`. With a `series`, the report is also mailed to the recipients of that series at once. With `"basis":"as-known-now"` and an `asOf` equal to the period end of an earlier report of the series, it is a correction, linked to the earlier report and showing what changed.',
    headers: ['Idempotency-Key', 'Prefer', 'Accept', 'Accept-Language'],
    body: { schema: MakeReport, mediaTypes: [JSON_TYPE], required: true },
    responses: {
      201: inForms('The report.', ['ETag', 'Location']),
      202: {
        description: 'The report is being created. `Location` returns 404 until it is ready.',
        schema: z.strictObject({ id: ReportId }),
        headers: ['Location', 'Preference-Applied'],
      },
    },
    problems: [...WRITE, 'unknown-reference', 'occurred-in-future', 'not-acceptable'],
    example: { body: { type: 'pipeline' }, answer: REPORT_EXAMPLE },
  },
  {
    id: 'listReports',
    method: 'GET',
    path: '/v1/reports',
    access: ROLES,
    fn: 'reports',
    tag: 'reports',
    summary: 'List reports',
    description: 'Newest first, by publication time; with `series`, by period end.',
    query: reportsQuery,
    responses: { 200: { description: 'A page.', schema: ReportList } },
    problems: READ,
    example: { answer: { items: [listed], next: null } },
  },
  {
    id: 'readReport',
    method: 'GET',
    path: '/v1/reports/{id}',
    access: ROLES,
    fn: 'reports',
    tag: 'reports',
    summary: 'Get a report',
    description: 'In the format that `Accept` asks for. A published report never changes, byte for byte.',
    params: idParams,
    headers: ['Accept', 'Accept-Language', 'If-None-Match'],
    responses: { 200: inForms('The report.'), 304: { description: 'Not modified.', headers: ['ETag'] } },
    problems: [...READ, 'not-found', 'not-acceptable'],
    example: { params: { id: reportId }, answer: REPORT_EXAMPLE },
  },
  {
    id: 'listReportDeliveries',
    method: 'GET',
    path: '/v1/reports/{id}/deliveries',
    access: ROLES,
    fn: 'reports',
    tag: 'reports',
    summary: 'List the mail deliveries of a report',
    description: 'Only managers and administrators see full addresses.',
    params: idParams,
    query: pageQuery,
    responses: { 200: { description: 'A page.', schema: DeliveryList } },
    problems: [...READ, 'not-found'],
    example: {
      params: { id: reportId },
      answer: {
        items: [
          {
            id: '6d1f0a6be84c45c3b1fa8f90f3c1f6aa',
            recipient: 'h…@example.org',
            status: 'sent',
            attempts: 1,
            at: '2026-11-23T08:00:09.120Z',
          },
        ],
        next: null,
      },
    },
  },
  {
    id: 'putReportSeries',
    method: 'PUT',
    path: '/v1/report-series/{id}',
    access: MANAGERS,
    fn: 'reports',
    tag: 'report-series',
    summary: 'Create or update a report series',
    description:
      'Includes its schedule and recipients. One report makes up for all missed runs; runs due before the series became active are not made up.',
    params: seriesParams,
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PutReportSeries, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: versioned('Changed.'), 201: versioned('Added.') },
    problems: [...WRITE, 'not-found', 'stale-version'],
    example: { params: { id: series.id }, body: putExample, answer: series },
  },
  {
    id: 'readReportSeries',
    method: 'GET',
    path: '/v1/report-series/{id}',
    access: MANAGERS,
    fn: 'reports',
    tag: 'report-series',
    summary: 'Get a report series',
    params: seriesParams,
    responses: { 200: versioned('The series.') },
    problems: [...READ, 'not-found'],
    example: { params: { id: series.id }, answer: series },
  },
  {
    id: 'listReportSeries',
    method: 'GET',
    path: '/v1/report-series',
    access: MANAGERS,
    fn: 'reports',
    tag: 'report-series',
    summary: 'List report series',
    query: pageQuery,
    responses: { 200: { description: 'A page, sorted by id.', schema: ReportSeriesList } },
    problems: READ,
    example: { answer: { items: [series], next: null } },
  },
  {
    id: 'openReportLink',
    method: 'GET',
    path: '/reports/{id}',
    access: 'open',
    fn: 'reports',
    tag: 'reports',
    summary: 'Open a report from a link in a mail',
    description: 'A page that asks the reader to sign in and then shows the report. An expired link returns 410.',
    params: idParams,
    query: z.strictObject({ expires: z.string().optional(), signature: z.string().optional() }),
    responses: { 200: { description: 'A page.', mediaType: 'text/html', schema: z.string() } },
    problems: ['validation', 'not-found'],
    example: { params: { id: reportId }, answer: '<!doctype html>' },
  },
  {
    id: 'signedIn',
    method: 'GET',
    path: SIGNED_IN_PATH,
    access: 'open',
    fn: 'reports',
    tag: 'reports',
    summary: 'Return from the sign-in page',
    description: 'A page that redirects to the original destination.',
    // Those of OAuth, whichever they are.
    query: z.looseObject({}),
    responses: { 200: { description: 'A page.', mediaType: 'text/html', schema: z.string() } },
    problems: [],
    example: { answer: '<!doctype html>' },
  },
];
