import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ON_DEMAND, type ReportSeries } from '#shared/domain/report/series.ts';
import { keepSchedule } from '#shared/reports/schedules.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from '#shared/store/keys.ts';
import {
  activeSince,
  type KeptSeries,
  listSeries as loadAll,
  loadSeries,
  type VersionedSeries,
} from '#shared/store/series.ts';
import { writeSetting } from '#shared/store/settings.ts';
import { type Answer, etagOf, notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { canonical } from '../canonical.ts';
import { matches } from '../headers.ts';
import { pageOfAll } from '../page.ts';
import { claim } from '../settings/claim.ts';
import { viewerIn } from '../sight.ts';

export interface SeriesSettings {
  readonly table: DynamoDBDocumentClient;
  readonly scheduler: SchedulerClient;
}

/** `GET /v1/report-series/{id}` */
export async function readSeries({ table }: SeriesSettings, call: Call): Promise<Answer> {
  const { series } = await loadSeries(table, call.params['id'] ?? '');
  if (!series) throw notFound('There is no such series.');
  return answer(200, series);
}

/** `GET /v1/report-series`: to managers, since recipients are people. */
export async function listSeries({ table }: SeriesSettings, call: Call): Promise<Answer> {
  return { status: 200, body: await pageOfAll(call, async () => (await loadAll(table)).map(viewOf)) };
}

/** How often a series is written anew where somebody else was quicker and no condition forbids it. */
const ATTEMPTS = 4;

/**
 * `PUT /v1/report-series/{id}`: adds it (201) or changes it, and then its schedule. What a crash leaves undone in between is mended by
 * a repeat, which finds the series as it wants it and looks at the schedule all the same, or by the hourly look at all series.
 */
export async function putSeries({ table, scheduler }: SeriesSettings, call: Call): Promise<Answer> {
  const id = call.params['id'] ?? '';
  if (id === ON_DEMAND) throw notFound('`on-demand` has no schedule and cannot be changed.');
  const content = call.body as Omit<ReportSeries, 'id'>;
  const { eventId, isRepeat } = await claim(table, call);
  const scheduled = async (status: number, series: VersionedSeries) => {
    await keepSchedule(scheduler, series, environment('scheduleTargetArn'));
    return answer(status, series);
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { series, kept } = await loadSeries(table, id);
    const isSame = series !== undefined && canonical(viewOf(series)) === canonical({ id, ...content });
    if (isSame && isRepeat) return scheduled(series.version === 1 && kept ? 201 : 200, series);
    if (call.ifMatch && !(series && matches(call.ifMatch, series.version))) throw stale(id, series?.version);
    if (isSame) return scheduled(200, series);
    const at = toInstant(call.receivedAt);
    const next: KeptSeries = { ...content, activeSince: await activeSinceOf(table, series, content, at) };
    const previousVersion = series?.version ?? 0;
    const author = { userId: viewerIn(call).id, at, correlationId: call.correlationId };
    const written = await writeSetting(table, {
      key: keys.reportSeries(id),
      content: { ...next },
      previous: kept,
      previousVersion,
      author,
      eventId,
    });
    if (written) return scheduled(series ? 200 : 201, { id, ...next, version: previousVersion + 1 });
  }
  throw stale(id, undefined);
}

/** Other times, or being enabled again, begin anew: what would have been due before by them was never missed. */
async function activeSinceOf(
  table: DynamoDBDocumentClient,
  before: VersionedSeries | undefined,
  after: Omit<ReportSeries, 'id'>,
  now: string,
): Promise<string> {
  const timesOf = ({ cadence, timeZone, enabled }: Omit<ReportSeries, 'id'>) =>
    canonical({ cadence, timeZone, enabled });
  return before && timesOf(before) === timesOf(after) ? await activeSince(table, before, now) : now;
}

const viewOf = ({ version: _, activeSince: __, ...series }: VersionedSeries): ReportSeries => series;

const answer = (status: number, series: VersionedSeries): Answer => ({
  status,
  body: viewOf(series),
  headers: { etag: etagOf(series.version) },
});
