import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { aboutPlace, EVERYWHERE, type LinkKind } from '#shared/domain/link/links.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { type Listing, readExpiring, readLinks } from '#shared/store/links.ts';
import { wholeFamilyOf } from '#shared/store/merges.ts';
import { loadRecord } from '#shared/store/records.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { entityOf, readEntities } from '../read/entity.ts';
import { visibleRecord } from '../read/record.ts';
import { maySeeState, viewerIn } from '../sight.ts';
import { type Around, pageOfCall, type Source, showEntities, sourceOf } from './pages.ts';

const answer = (body: Awaited<ReturnType<typeof pageOfCall>>): Answer => ({
  status: 200,
  body,
  log: { items: body.items.length },
});

const NOTHING: Answer = { status: 200, body: { items: [], next: null } };

/** `GET /v1/organisations/{id}/…` and `GET /v1/agreements/{id}/…`: one of the lists around it, the newest first. */
export const listAround =
  (around: Around, kind: Exclude<LinkKind, 'duplicate'>) =>
  async (call: Call): Promise<Answer> => {
    const { state } = await entityOf(around.table, call);
    const abouts = state.kind === 'organisation' ? await wholeFamilyOf(around.table, state.id) : [state.id];
    return answer(await pageOfCall(call, sourceOf(around, viewerIn(call), abouts, kind)));
  };

/** `GET /v1/{kinds}/{id}/activities`: what belongs to a record, who was there by their ids, the newest first. */
export async function listRecordActivities(around: Around, call: Call): Promise<Answer> {
  const { state } = await visibleRecord(around, call);
  return answer(await pageOfCall(call, sourceOf(around, viewerIn(call), [state.id], 'activity')));
}

/** `GET /v1/activities`: by the latest change; with any filter by the day, the newest first. */
export async function listActivities(around: Around, call: Call): Promise<Answer> {
  const { limit: _, cursor: __, ...filters } = call.query;
  if (Object.keys(filters).length === 0) return readEntities(around, call);
  const viewer = viewerIn(call);
  const { organisation, place, record, type, from, to } = filters;
  if (record !== undefined) {
    const found = await loadRecord(around.table, record);
    // A lead that one may not see is none: nothing belongs to it.
    if (!found || !maySeeState(viewer, found.state)) return NOTHING;
  }
  const of = organisation === undefined ? undefined : await wholeFamilyOf(around.table, organisation);
  const abouts = record !== undefined ? [record] : (of ?? [place === undefined ? EVERYWHERE : aboutPlace(place)]);
  const fits = ({ fields }: EntityState) =>
    isAmong(fields['organisations'], of) &&
    (place === undefined || fields['place'] === place) &&
    (type === undefined || fields['type'] === type);
  const source: Source = {
    read: (after, limit) => readLinks(around.table, abouts, 'activity', { from, to, descending: true, after, limit }),
    ...(type === undefined ? {} : { wants: (entry: Listing) => entry.type === type }),
    show: showEntities(around.table, viewer, 'activity', fits),
  };
  return answer(await pageOfCall(call, source));
}

/**
 * `GET /v1/agreements`: by the latest change; of an organisation or a place by the day of signing, the newest first; those that are to
 * expire, or whose renewal is due, by their last day, the next one first.
 */
export async function listAgreements(around: Around, call: Call): Promise<Answer> {
  const { limit: _, cursor: __, ...filters } = call.query;
  if (Object.keys(filters).length === 0) return readEntities(around, call);
  const { organisation, place, expiringBefore, renewalDue } = filters;
  const of = organisation === undefined ? undefined : await wholeFamilyOf(around.table, organisation);
  const fits = ({ fields }: EntityState) =>
    isAmong(fields['organisations'], of) && (place === undefined || fields['place'] === place);
  const show = showEntities(around.table, viewerIn(call), 'agreement', fits);
  if (expiringBefore === undefined && renewalDue === undefined) {
    const abouts = of ?? [aboutPlace(place as string)];
    const read: Source['read'] = (after, limit) =>
      readLinks(around.table, abouts, 'agreement', { descending: true, after, limit });
    return answer(await pageOfCall(call, { read, show }));
  }
  const today = londonDay(toInstant(around.clock()));
  const to = expiringBefore === undefined ? undefined : dayOfNumber(dayNumber(expiringBefore) - 1);
  if (to !== undefined && to < today) return NOTHING;
  const read: Source['read'] = (after, limit) =>
    readExpiring(around.table, 'agreement', { from: today, to, descending: false, after, limit });
  const isDue = ({ dueOn }: Listing) => dueOn !== undefined && dueOn <= today;
  return answer(await pageOfCall(call, { read, show, ...(renewalDue === undefined ? {} : { wants: isDue }) }));
}

const isAmong = (organisations: unknown, wanted: readonly string[] | undefined): boolean =>
  wanted === undefined || (organisations as readonly string[]).some((id) => wanted.includes(id));
