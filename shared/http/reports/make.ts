import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MakeReport } from '#shared/domain/report/report.ts';
import { ON_DEMAND } from '#shared/domain/report/series.ts';
import type { ReportRequest } from '#shared/reports/request.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { newId } from '#shared/runtime/ids.ts';
import { IDEMPOTENCY_SECONDS, keepPromise, loadPromised } from '#shared/store/idempotency.ts';
import { loadReport, reportEnding } from '#shared/store/reports.ts';
import { loadSeries } from '#shared/store/series.ts';
import { type Answer, unavailable } from '../answer.ts';
import type { Call } from '../call.ts';
import { keyHash, keyReused, requestHash } from '../idempotency.ts';
import { momentOf } from '../moment.ts';
import { ProblemError } from '../problems.ts';
import { viewerIn } from '../sight.ts';
import { answerReport, type ReadingReports } from './read.ts';

export interface MakingReports extends ReadingReports {
  readonly queue: SQSClient;
}

/** How long a request waits for its report, in milliseconds, before it is told where that will be. */
const PATIENCE_MS = 11_000;
/** Counting has to settle first, so there is nothing to see sooner than this. */
const FIRST_LOOK_MS = 4_000;
const PAUSE_MS = 400;
/** How often a key is looked at that others claim at the same time. */
const ROUNDS = 3;

/**
 * `POST /v1/reports`: asks for a report and waits a little for it. The request lies safely in a queue before anything is answered, so
 * a 202 is kept. A repeat under the same key asks for the very same report again, which changes nothing once it is there.
 */
export async function makeReport(making: MakingReports, call: Call): Promise<Answer> {
  const request = await requestOf(making, call);
  await making.queue.send(
    new SendMessageCommand({ QueueUrl: environment('reportQueueUrl'), MessageBody: JSON.stringify(request) }),
  );
  const location = { location: `/v1/reports/${request.id}` };
  const report = call.respondAsync ? undefined : await awaited(making, request.id);
  if (report) {
    const answer = await answerReport(making, call, report, 201);
    return { ...answer, headers: { ...answer.headers, ...location } };
  }
  const applied = call.respondAsync ? { 'preference-applied': 'respond-async' } : {};
  return { status: 202, body: { id: request.id }, headers: { ...location, ...applied }, log: { reportId: request.id } };
}

async function requestOf(making: MakingReports, call: Call): Promise<ReportRequest> {
  const { series = ON_DEMAND, asOf, basis = 'as-known-then' } = call.body as MakeReport;
  if (series !== ON_DEMAND && !(await loadSeries(making.table, series)).series) {
    const detail = `There is no series ${series}.`;
    throw new ProblemError('unknown-reference', detail, [{ pointer: '/series', detail }]);
  }
  if (asOf !== undefined && momentOf(asOf) > toInstant(call.receivedAt)) {
    const detail = 'A report cannot cover the future.';
    throw new ProblemError('occurred-in-future', detail, [{ pointer: '/asOf', detail }]);
  }
  const { id, firstAt } = await claimReport(making, call);
  const cutOff = asOf === undefined ? firstAt : momentOf(asOf);
  const first = basis === 'as-known-now' ? await reportEnding(making.table, { series, to: cutOff }) : undefined;
  const corrects = first && first.id !== id ? { corrects: first.id } : {};
  return { id, series, cutOff, basis, ...corrects, requestedBy: viewerIn(call).id };
}

/** Under which id the report will be, and when it was first asked for: the same for every repeat under one key. */
async function claimReport({ table }: MakingReports, call: Call): Promise<{ id: string; firstAt: string }> {
  const first = { id: newId('rep', call.receivedAt), firstAt: toInstant(call.receivedAt) };
  const { idempotencyKey } = call;
  if (idempotencyKey === undefined) return first;
  const { id: user } = viewerIn(call);
  const hash = keyHash(user, idempotencyKey);
  const promised = {
    eventId: newId('evt', call.receivedAt),
    recordId: first.id,
    user,
    requestHash: requestHash(call),
    firstAt: first.firstAt,
    attempt: 1,
    expiresAt: Math.floor(call.receivedAt / 1_000) + IDEMPOTENCY_SECONDS,
  };
  for (let round = 0; round < ROUNDS; round++) {
    const kept = await loadPromised(table, hash);
    if (kept && kept.expiresAt * 1_000 > call.receivedAt) {
      if (kept.requestHash !== promised.requestHash) throw keyReused();
      return { id: kept.recordId, firstAt: kept.firstAt };
    }
    if (await keepPromise(table, hash, promised, kept)) return first;
  }
  throw unavailable('Too many concurrent requests with the same Idempotency-Key.');
}

async function awaited({ table }: MakingReports, id: string) {
  // A repeat may find it there.
  let report = await loadReport(table, id);
  for (let waited = 0; !report && waited < PATIENCE_MS; ) {
    const wait = waited === 0 ? FIRST_LOOK_MS : PAUSE_MS;
    await new Promise<void>((resolve) => setTimeout(resolve, wait));
    waited += wait;
    report = await loadReport(table, id);
  }
  return report;
}
