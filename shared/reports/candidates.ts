import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import { KINDS, phaseOf, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import type { ReportFilters } from '#shared/domain/report/series.ts';
import { type Cube, passes, staysOfCube } from '#shared/reporting/cube.ts';
import { type StallThreshold, stallThresholds } from '#shared/reporting/stalled.ts';
import type { Standing, Step } from '#shared/reporting/standing.ts';
import type { ListEntry, Partition, SortField } from '#shared/store/list.ts';
import { NO_OWNER } from '#shared/store/record-item.ts';
import { walk } from '#shared/store/walk.ts';
import { CLOSING_SOON_DAYS, LISTED_AT_MOST } from './lists.ts';
import type { ListName } from './report.ts';

export interface CandidateQuery {
  readonly filters: ReportFilters;
  /** The closing cube, unfiltered; its instant is the cut-off. */
  readonly closing: Cube;
  /** The report's date. */
  readonly date: string;
  /** Steps that were recorded after the cut-off: before them the records stood otherwise than the indexes say. */
  readonly since: readonly Step[];
}

/** Ids of records that may stand in a list of what is open, and lists of which there may be more. */
export interface Candidates {
  readonly ids: ReadonlySet<string>;
  readonly incomplete: ReadonlySet<ListName>;
}

type OpenList = 'stalled' | 'closingSoon' | 'overdue' | 'nextStepsOverdue';

/** Where a list is looked for: a stretch of each open stage's index, and whether a record's standing is within it. */
interface Place {
  readonly list: OpenList;
  readonly field: SortField;
  readonly partitions: readonly Partition[];
  readonly holds: (standing: Standing) => boolean;
}

/**
 * The records that may stand in the lists of what is stalled, closing soon, overdue, or has its next step overdue: the most pressing
 * ones by the indexes as they are now, as many as a list shows, and those that have changed since the cut-off. So what is read does
 * not grow with the number of records. Whether one belongs there is for the report to say; an index is a moment late, and a filter by
 * owner looks no further than the index does.
 */
export async function findCandidates(table: DynamoDBDocumentClient, query: CandidateQuery): Promise<Candidates> {
  const places = placesOf(query);
  const fits = (entry: ListEntry) => entry.voidedAt === undefined && passes(query.filters as object, namesOf(entry));
  const found = await Promise.all(
    places.map(async ({ list, field, partitions }) => {
      const route = { field, descending: false, partitions };
      const step = await walk(table, route, { after: undefined, limit: LISTED_AT_MOST, wanted: fits });
      return { list, ids: step.entries.map(({ id }) => id), isAll: step.next === null };
    }),
  );
  const ids = new Set(found.flatMap((each) => each.ids));
  for (const [recordId, standing] of before(query.since))
    if (standing && phaseOf(standing.kind, standing.stage) === 'open' && places.some(({ holds }) => holds(standing)))
      ids.add(recordId);
  return { ids, incomplete: new Set(found.filter(({ isAll }) => !isAll).map(({ list }) => list)) };
}

/** How each record stood before the first of the steps. */
function before(steps: readonly Step[]): Map<string, Standing | null> {
  const first = new Map<string, Step>();
  for (const step of steps) {
    const known = first.get(step.recordId);
    if (!known || step.version < known.version) first.set(step.recordId, step);
  }
  return new Map([...first].map(([recordId, step]) => [recordId, step.before]));
}

function placesOf({ closing, date, filters }: CandidateQuery): Place[] {
  const kinds = KINDS.filter((kind) => filters.kind === undefined || filters.kind.includes(kind));
  const open = kinds.flatMap((kind) =>
    stagesOf(kind)
      .filter(({ phase }) => phase === 'open')
      .map(({ name }) => ({ kind, stage: name })),
  );
  const everywhere = (bounds: Pick<Partition, 'from' | 'before'>): Partition[] =>
    open.map((key) => ({ key, ...bounds }));
  const today = dayNumber(londonDay(closing.at));
  const thresholds = new Map(
    stallThresholds(staysOfCube(closing)).map((threshold) => [stageKey(threshold), threshold.days]),
  );
  /** A day in London begins at midnight in UTC or an hour before that, so nothing stalled entered its stage later. */
  const enteredBefore = (key: { kind: string; stage: string }) =>
    dayOfNumber(today - (thresholds.get(stageKey(key)) ?? 0));
  const soon = dayOfNumber(dayNumber(date) + CLOSING_SOON_DAYS);
  return [
    {
      list: 'stalled',
      field: 'stageEnteredAt',
      partitions: open.map((key) => ({ key, before: enteredBefore(key) })),
      holds: (standing) => standing.entered < enteredBefore(standing),
    },
    {
      list: 'closingSoon',
      field: 'expectedCloseOn',
      partitions: everywhere({ from: date, before: soon }),
      holds: ({ expectedCloseOn: on }) => on !== undefined && on >= date && on <= soon,
    },
    {
      list: 'overdue',
      field: 'expectedCloseOn',
      partitions: everywhere({ before: date }),
      holds: ({ expectedCloseOn: on }) => on !== undefined && on < date,
    },
    {
      list: 'nextStepsOverdue',
      field: 'nextStepDueOn',
      partitions: everywhere({ before: date }),
      holds: ({ nextStepDueOn: on }) => on !== undefined && on < date,
    },
  ];
}

const stageKey = ({ kind, stage }: Pick<StallThreshold, 'kind' | 'stage'> | { kind: string; stage: string }) =>
  `${kind}/${stage}`;

/** What a filter asks of an index's entry. Its kind is that of the partition, which the filter has chosen already. */
const namesOf = ({ strand, place, owner, id }: ListEntry) =>
  ({
    strand,
    kind: kindOfId(id),
    ...(place === undefined ? {} : { place }),
    ...(owner === NO_OWNER ? {} : { owner }),
  }) as Parameters<typeof passes>[1];
