import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { type CubeFilter, passes } from '#shared/reporting/cube.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import type { ListEntry, Partition, Position } from '#shared/store/list.ts';
import { NO_OWNER } from '#shared/store/record-item.ts';
import { walk } from '#shared/store/walk.ts';
import { type Agenda, type Candidates, listedIn } from './agenda.ts';
import { LISTED_AT_MOST } from './lists.ts';
import { type OpenList, type OpenListName, ORDER, openStages } from './open-lists.ts';
import type { ReportFilters } from './report.ts';

export interface CandidateQuery {
  readonly filters: ReportFilters;
  readonly lists: readonly OpenList[];
  /** How each record stood at the cut-off that has changed since the agenda, or since the cut-off where there is none. */
  readonly changed: ReadonlyMap<string, Standing | null>;
  /** What the report before left, where it can be gone on from. */
  readonly agenda: Agenda | undefined;
}

/**
 * The records that may stand in the lists of what is stalled, closing soon, overdue, or has its next step overdue: the most pressing
 * ones, as many as a list shows, and those that have changed. They come from the agenda that the report before left; where it
 * does not know enough of a list, from the indexes as they are now. So what is read does not grow with the number of records. Whether one
 * belongs there is for the report to say; an index is a moment late, and a filter by owner looks no further than the index does.
 */
export async function findCandidates(
  table: DynamoDBDocumentClient,
  { filters, lists, changed, agenda }: CandidateQuery,
): Promise<Candidates> {
  const found = await Promise.all(
    lists.map(async (list) => {
      const known = agenda && listedIn(agenda, list, changed);
      if (known) return { list: list.list, ...known };
      const { ids, next } = await firstOf(table, list.list, filters, { limit: LISTED_AT_MOST, within: list });
      return { list: list.list, ids, isAll: next === null };
    }),
  );
  const ids = new Set(found.flatMap((each) => each.ids));
  for (const [recordId, standing] of changed)
    if (standing && passes(filters as CubeFilter, standing) && lists.some(({ holds }) => holds(standing)))
      ids.add(recordId);
  return { ids, incomplete: new Set(found.filter(({ isAll }) => !isAll).map(({ list }) => list)) };
}

/** The first records in a list's order by the indexes as they are now, those of a list or from a day on; and where there would be more. */
export async function firstOf(
  table: DynamoDBDocumentClient,
  list: OpenListName,
  filters: ReportFilters,
  { limit, within = {} }: { readonly limit: number; readonly within?: Partial<Pick<OpenList, 'from' | 'before'>> },
): Promise<{ readonly ids: readonly string[]; readonly next: Position | null }> {
  const { from, before } = within;
  const partitions = openStages(filters.kind).map((key): Partition => {
    const end = before?.(key);
    // DynamoDB has a span with both its ends, or without the one that it has alone.
    return { key, from, before: end !== undefined && from !== undefined ? dayOfNumber(dayNumber(end) - 1) : end };
  });
  const wanted = (entry: ListEntry) => entry.voidedAt === undefined && passes(filters as CubeFilter, namesOf(entry));
  const route = { field: ORDER[list].field, descending: false, partitions };
  const step = await walk(table, route, { after: undefined, limit, wanted });
  return { ids: step.entries.map(({ id }) => id), next: step.next };
}

/** What a filter asks of an index's entry. Its kind is that of the partition, which the filter has chosen already. */
const namesOf = ({ strand, place, owner, id }: ListEntry) =>
  ({
    strand,
    kind: kindOfId(id),
    ...(place === undefined ? {} : { place }),
    ...(owner === NO_OWNER ? {} : { owner }),
  }) as Parameters<typeof passes>[1];
