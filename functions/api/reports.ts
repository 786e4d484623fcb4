import { operationsOf } from '#shared/http/operation.ts';
import { REPORT_OPERATIONS } from '#shared/http/operations/reports.ts';
import { listDeliveries } from '#shared/http/reports/deliveries.ts';
import { makeReport } from '#shared/http/reports/make.ts';
import { comeBack, openLink } from '#shared/http/reports/open-link.ts';
import { listReports, readReport } from '#shared/http/reports/read.ts';
import { listSeries, putSeries, readSeries } from '#shared/http/reports/series.ts';
import { httpHandler } from '#shared/http/stack.ts';
import { openFiles, openQueue, openScheduler, openSecrets, openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { EnvironmentName, environment } from '#shared/runtime/environment.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const parts = {
  table: openTable(),
  files: openFiles(),
  queue: openQueue(),
  scheduler: openScheduler(),
  secrets: openSecrets(),
};

/** On one machine the product's own door has the page, under the same paths. */
const signIn = () => ({
  url: process.env[EnvironmentName.signInUrl] ?? '',
  clientId: environment('signInClientId'),
});

/** Asks for reports, serves what was published, and keeps their series. */
export const handler = httpHandler({
  operations: operationsOf('reports', REPORT_OPERATIONS),
  useCases: {
    makeReport: (call) => makeReport(parts, call),
    listReports: (call) => listReports(parts, call),
    readReport: (call) => readReport(parts, call),
    listReportDeliveries: (call) => listDeliveries(parts, call),
    putReportSeries: (call) => putSeries(parts, call),
    readReportSeries: (call) => readSeries(parts, call),
    listReportSeries: (call) => listSeries(parts, call),
    openReportLink: (call) => openLink({ ...parts, signIn: signIn() }, call),
    signedIn: (call) => comeBack({ signIn: signIn() }, call),
  },
  clock: systemClock,
  log: openLogger('reports'),
});
