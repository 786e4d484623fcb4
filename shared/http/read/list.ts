import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayNumber, londonDay } from '#shared/domain/days.ts';
import { type Kind, phaseOf, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { maySee, type Viewer } from '#shared/domain/record/confidentiality.ts';
import { isVoided } from '#shared/domain/record/state.ts';
import type { StallThreshold } from '#shared/reporting/stalled.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import {
  type ListEntry,
  loadRecords,
  type Partition,
  type Position,
  type SortField,
  type Walk,
} from '#shared/store/list.ts';
import { wholeFamilyOf } from '#shared/store/merges.ts';
import { NO_OWNER } from '#shared/store/record-item.ts';
import { walk } from '#shared/store/walk.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { presentRecords } from '../present.ts';
import { DEFAULT_LIMIT } from '../schemas.ts';
import { maySeeState, viewerIn } from '../sight.ts';

export interface Listing {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
  readonly stallThresholds: () => Promise<readonly StallThreshold[]>;
}

type Filters = Readonly<Record<string, string>>;

/** `GET /v1/{kinds}`: a page of the records that fit and that the caller may see. */
export async function listRecords(listing: Listing, call: Call): Promise<Answer> {
  const { cursor, limit: asked, ...given } = call.query;
  const kind = call.operation.kind as Kind;
  const viewer = viewerIn(call);
  const filters = given['owner'] === 'me' ? { ...given, owner: viewer.id } : given;
  const limit = Number(asked ?? DEFAULT_LIMIT);
  const boundTo = { list: kind, user: viewer.id, roles: viewer.roles, filters };
  const wanted = await wantedBy(listing, kind, filters, viewer);
  const route = walksOf(kind, filters);
  let [leg, after] = cursor === undefined ? [0, undefined] : startOf(decodeCursor(cursor, boundTo));
  const found: ListEntry[] = [];
  let next: readonly (string | number)[] | null = null;
  for (; leg < route.length && !next; leg++, after = undefined) {
    if (found.length >= limit) {
      next = [leg];
      break;
    }
    const { walk: path, only } = route[leg] as Leg;
    const fits = (entry: ListEntry) => only(entry) && wanted(entry);
    const step = await walk(listing.table, path, { after, limit: limit - found.length, wanted: fits });
    found.push(...step.entries);
    if (step.next) next = [leg, step.next.value, step.next.id];
  }
  const body = { items: await present(listing.table, viewer, found), next: next && encodeCursor(next, boundTo) };
  return { status: 200, body, log: { items: body.items.length } };
}

/** The records themselves are looked at once more: an index tells of them a moment late. */
async function present(table: DynamoDBDocumentClient, viewer: Viewer, found: readonly ListEntry[]) {
  const ids = [...new Set(found.map(({ id }) => id))];
  const records = await loadRecords(table, ids);
  const states = ids.flatMap((id) => records.get(id)?.state ?? []);
  return presentRecords(
    table,
    states.filter((state) => !isVoided(state) && maySeeState(viewer, state)),
  );
}

function startOf(position: readonly (string | number)[]): [leg: number, after: Position | undefined] {
  const [leg, value, id] = position;
  return [Number(leg), value === undefined ? undefined : { value: String(value), id: String(id) }];
}

/** One leg of a list: a way through an index, and which of what is met there belongs to this leg. */
interface Leg {
  readonly walk: Walk;
  readonly only: (entry: ListEntry) => boolean;
}

const anything = () => true;

/** The ways a list goes. By expected close, records without one come last: they are not in that index. */
function walksOf(kind: Kind, filters: Filters): readonly Leg[] {
  const sort = filters['sort'] ?? '-updatedAt';
  const descending = sort.startsWith('-');
  const field = sort.replace('-', '') as SortField;
  const first: Leg = { walk: { field, descending, partitions: partitionsOf(kind, filters, field) }, only: anything };
  if (field !== 'expectedCloseOn' || filters['closingBefore'] !== undefined) return [first];
  const partitions = partitionsOf(kind, filters, 'updatedAt');
  return [
    first,
    {
      walk: { field: 'updatedAt', descending: true, partitions },
      only: ({ expectedCloseOn }) => expectedCloseOn === undefined,
    },
  ];
}

/** The stretches of an index where what fits can be: one per stage, or by last change the owner's own. */
function partitionsOf(kind: Kind, filters: Filters, field: SortField): readonly Partition[] {
  const bounds = {
    from: field === 'updatedAt' ? filters['updatedSince'] : undefined,
    before: field === 'expectedCloseOn' ? filters['closingBefore'] : undefined,
  };
  const { owner } = filters;
  if (owner !== undefined && field === 'updatedAt') return [{ key: { owner, kind }, ...bounds }];
  return stagesOf(kind)
    .filter(({ name, phase }) => fitsStage(filters, name, phase))
    .map(({ name }) => ({ key: { kind, stage: name }, ...bounds }));
}

const fitsStage = ({ stage, phase, stalled }: Filters, name: string, its: string) =>
  (stage === undefined || stage === name) &&
  (phase === undefined || phase === its) &&
  (stalled === undefined || its === 'open');

async function wantedBy(
  listing: Listing,
  kind: Kind,
  filters: Filters,
  viewer: Viewer,
): Promise<(entry: ListEntry) => boolean> {
  const { strand, owner, place, organisation, tag, updatedSince, closingBefore } = filters;
  // What was merged into it, or it into, is the same organisation.
  const family = organisation === undefined ? undefined : new Set(await wholeFamilyOf(listing.table, organisation));
  const isStalled = filters['stalled'] === undefined ? anything : await stalledBy(listing, kind);
  return (entry) =>
    entry.voidedAt === undefined &&
    maySee(viewer, {
      confidential: entry.confidential === true,
      owner: entry.owner === NO_OWNER ? undefined : entry.owner,
    }) &&
    fitsStage(filters, entry.stage, phaseOf(kind, entry.stage)) &&
    (strand === undefined || entry.strand === strand) &&
    (owner === undefined || entry.owner === owner) &&
    (place === undefined || entry.place === place) &&
    (family === undefined || (entry.organisations?.some((id) => family.has(id)) ?? false)) &&
    (tag === undefined || (entry.tags?.includes(tag) ?? false)) &&
    (updatedSince === undefined || entry.updatedAt >= updatedSince) &&
    (closingBefore === undefined || (entry.expectedCloseOn !== undefined && entry.expectedCloseOn < closingBefore)) &&
    isStalled(entry);
}

/** Whole days in Europe/London, as the pipeline counts them. */
async function stalledBy({ clock, stallThresholds }: Listing, kind: Kind): Promise<(entry: ListEntry) => boolean> {
  const thresholds = await stallThresholds();
  const days = new Map(
    thresholds.filter((threshold) => threshold.kind === kind).map(({ stage, days }) => [stage, days]),
  );
  const today = dayNumber(londonDay(toInstant(clock())));
  return ({ stage, stageEnteredAt }) =>
    today - dayNumber(londonDay(stageEnteredAt)) > (days.get(stage) ?? Number.POSITIVE_INFINITY);
}
