import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type ListEntry, type Partition, type Position, readPartition, type SortField, type Walk } from './list.ts';

/** A page makes at most this many queries: with a filter that fits little it comes back short, with a position to go on from. */
const QUERIES_AT_MOST = 48;
/** Entries one query reads: all of them may be filtered out, and a page needs at most 100. */
const ENTRIES = { atLeast: 10, atMost: 100 } as const;

export interface Step {
  readonly entries: readonly ListEntry[];
  /** Where to go on; null at the end. */
  readonly next: Position | null;
}

interface Lane {
  readonly partition: Partition;
  waiting: ListEntry[];
  after: Position | undefined;
  ended: boolean;
}

/**
 * The next entries of a walk over several partitions as if they were one list in order: each time the first of what all partitions
 * have next. Ties are broken by id, so a position stands for one place in the order whatever comes and goes around it.
 */
export async function walk(
  table: DynamoDBDocumentClient,
  route: Walk,
  options: {
    readonly after: Position | undefined;
    readonly limit: number;
    readonly wanted: (entry: ListEntry) => boolean;
  },
): Promise<Step> {
  const { field, descending, partitions } = route;
  const lanes: Lane[] = partitions.map((partition) => ({ partition, waiting: [], after: options.after, ended: false }));
  const size = Math.min(
    ENTRIES.atMost,
    Math.max(ENTRIES.atLeast, Math.ceil((2 * options.limit) / Math.max(1, lanes.length))),
  );
  const fill = async (lane: Lane, limit: number) => {
    const { entries, ended } = await readPartition(table, lane.partition, {
      field,
      descending,
      after: lane.after,
      limit,
    });
    lane.waiting = entries;
    lane.ended = ended;
    const last = entries.at(-1);
    if (last) lane.after = positionOf(last, field);
  };
  const found = new Map<string, ListEntry>();
  let position = options.after;
  let queries = 0;
  while (found.size < options.limit) {
    const dry = lanes.filter((lane) => lane.waiting.length === 0 && !lane.ended);
    if (dry.length > 0) {
      if (queries > 0 && queries + dry.length > QUERIES_AT_MOST) break;
      // What has been filtered out so far will go on being so: later queries read as much as they may.
      const limit = queries < lanes.length ? size : ENTRIES.atMost;
      queries += dry.length;
      await Promise.all(dry.map((lane) => fill(lane, limit)));
      continue;
    }
    const lane = firstOf(lanes, field, descending);
    const entry = lane?.waiting.shift();
    if (!entry) return { entries: [...found.values()], next: null };
    position = positionOf(entry, field);
    if (options.wanted(entry)) found.set(entry.id, entry);
  }
  const isOver = lanes.every((lane) => lane.ended && lane.waiting.length === 0);
  return { entries: [...found.values()], next: isOver ? null : (position ?? null) };
}

const positionOf = (entry: ListEntry, field: SortField): Position => ({ value: entry[field] ?? '', id: entry.id });

function firstOf(lanes: readonly Lane[], field: SortField, descending: boolean): Lane | undefined {
  let first: { lane: Lane; position: Position } | undefined;
  for (const lane of lanes) {
    const head = lane.waiting[0];
    if (!head) continue;
    const position = positionOf(head, field);
    const order = first ? compare(position, first.position) : -1;
    if (!first || (descending ? order > 0 : order < 0)) first = { lane, position };
  }
  return first?.lane;
}

function compare(a: Position, b: Position): number {
  if (a.value !== b.value) return a.value < b.value ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
