import { type CubeFilter, passes } from '#shared/reporting/cube.ts';
import type { Standing, Step } from '#shared/reporting/standing.ts';
import { LISTED_AT_MOST } from './lists.ts';
import { isWithheld, type Listable, type RecordFacts } from './material.ts';
import { endOf, isOpen, OPEN_LISTS, type OpenList, type OpenListName, ORDER } from './open-lists.ts';
import type { ListName, ReportFilters } from './report.ts';

/** Which of the open records an agenda knows of a list's order: all whose day is among these. */
export interface Stretch {
  /** The first day; from the beginning unless given. */
  readonly from?: string;
  /** The first day of which it does not know all; absent where it knows them to the end. */
  readonly before?: string;
}

/**
 * The open records that come first in each list's order, as they were at a report's cut-off, with what a report says of them: what the next
 * report of the series goes on from. It does not grow with the number of records.
 */
export interface Agenda {
  /** Instant. */
  readonly at: string;
  /** It knows records within these alone. */
  readonly filters: ReportFilters;
  readonly stretches: Readonly<Record<OpenListName, Stretch>>;
  /** By id. What may not be named has no name here either. */
  readonly entries: ReadonlyMap<string, Listable>;
}

/** Ids of records that may stand in a list of what is open, and lists of which there may be more. */
export interface Candidates {
  readonly ids: ReadonlySet<string>;
  readonly incomplete: ReadonlySet<ListName>;
}

/** So many records of a stretch are kept; with fewer than the other, more are looked for. */
export const KEPT = { atMost: 1_000, atLeast: 600 } as const;

/** How each record that has changed stood at an instant, by the steps since an earlier one, in recording order. */
export function standingsAt(steps: readonly Step[], at: string): Map<string, Standing | null> {
  const found = new Map<string, Standing | null>();
  for (const { recordId, recordedAt, before, after } of steps)
    if (recordedAt <= at) found.set(recordId, after);
    else if (!found.has(recordId)) found.set(recordId, before);
  return found;
}

/**
 * What of a list the agenda tells: its first entries, of those that have not changed since; all of them where it knows all. Undefined
 * where it knows fewer than a list shows.
 */
export function listedIn(
  { entries, stretches }: Agenda,
  list: OpenList,
  changed: ReadonlyMap<string, unknown>,
): { readonly ids: readonly string[]; readonly isAll: boolean } | undefined {
  const { from = '', before: end } = stretches[list.list];
  if (from > (list.from ?? '')) return undefined;
  const known = [...entries.values()]
    .flatMap(({ id, standing }) => {
      const day = list.dayOf(standing) ?? '';
      const isListed = list.holds(standing) && !changed.has(id) && isWithin(stretches[list.list], day);
      return isListed ? { id, day } : [];
    })
    // Days are compared as text, and of equal ones ids: the order in which a report lists.
    .sort((a, b) => (a.day === b.day ? (a.id < b.id ? -1 : 1) : a.day < b.day ? -1 : 1))
    .map(({ id }) => id);
  const isAll = end === undefined || end >= endOf(list);
  if (!isAll && known.length < LISTED_AT_MOST) return undefined;
  return { ids: isAll ? known : known.slice(0, LISTED_AT_MOST), isAll };
}

const isWithin = ({ from = '', before }: Stretch, day: string) => day >= from && (before === undefined || day < before);

/**
 * The agenda at a later cut-off. `changed` are the records with steps since the last one, and `records` say what they were at this
 * one. Where it would keep more than it may, its stretches end earlier.
 */
export function carriedOn(
  last: Agenda,
  {
    at,
    date,
    changed,
    records,
  }: {
    readonly at: string;
    readonly date: string;
    readonly changed: ReadonlyMap<string, unknown>;
    readonly records: ReadonlyMap<string, RecordFacts>;
  },
): Agenda {
  const stretches = { ...last.stretches, closingSoon: { ...last.stretches.closingSoon, from: date } };
  const all = [
    ...[...last.entries.values()].filter(({ id }) => !changed.has(id)),
    ...[...changed.keys()].flatMap((id) => records.get(id) ?? []),
  ];
  return agendaOf(all, { at, filters: last.filters, stretches });
}

/** An agenda of these records, as far as they are in its stretches, which hold no more than may be kept. */
export function agendaOf(records: Iterable<RecordFacts>, { at, filters, stretches }: Omit<Agenda, 'entries'>): Agenda {
  const open = [...records].filter(
    (facts): facts is Listable =>
      facts.standing !== null && isOpen(facts.standing) && passes(filters as CubeFilter, facts.standing),
  );
  const cut = Object.fromEntries(
    OPEN_LISTS.map((list) => [list, shortened(stretches[list], daysWithin(open, list, stretches[list]))]),
  ) as Record<OpenListName, Stretch>;
  const kept = open.filter(({ standing }) =>
    OPEN_LISTS.some((list) => {
      const day = ORDER[list].dayOf(standing);
      return day !== undefined && isWithin(cut[list], day);
    }),
  );
  return { at, filters, stretches: cut, entries: new Map(kept.map((facts) => [facts.id, nameless(facts)])) };
}

const daysWithin = (open: Iterable<Listable>, list: OpenListName, stretch: Stretch): string[] =>
  [...open]
    .flatMap(({ standing }) => ORDER[list].dayOf(standing) ?? [])
    .filter((day) => isWithin(stretch, day))
    .sort();

/** A stretch that ends before the day that would be one record too many. */
function shortened(stretch: Stretch, days: readonly string[]): Stretch {
  const before = days[KEPT.atMost];
  return before === undefined ? stretch : { ...stretch, before };
}

/** Lists of which the agenda has come to know few: they are to be looked for anew. */
export const runningLow = ({ entries, stretches }: Agenda): OpenListName[] =>
  OPEN_LISTS.filter(
    (list) =>
      stretches[list].before !== undefined && daysWithin(entries.values(), list, stretches[list]).length < KEPT.atLeast,
  );

const nameless = (facts: Listable): Listable => {
  if (!isWithheld(facts)) return facts;
  const { nextStep: _, ...rest } = facts;
  return { ...rest, title: '', organisations: [] };
};
