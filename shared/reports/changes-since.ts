import { isDeepStrictEqual } from 'node:util';
import { LISTS, type ListName, type Report } from './report.ts';
import type { EntryChange, FigureChange, ReportChanges } from './report-changes.ts';

/** A figure's whole name, and what it says. */
type Figures = Map<string, Pick<FigureChange, 'section' | 'of' | 'figure'> & { readonly says: string | null }>;

/**
 * What a corrected report says otherwise than the first, figure by figure and entry by entry: figures in the order of the corrected
 * one, then those that only the first has. What confidential leads changed shows in figures alone, also of those that the first
 * report still named: `mayBeNamed` tells of a record's id.
 */
export function changesSince(
  first: Report,
  corrected: Report,
  mayBeNamed: (recordId: string) => boolean,
): ReportChanges {
  const [before, after] = [figuresOf(first), figuresOf(corrected)];
  const figures = [...new Set([...after.keys(), ...before.keys()])].flatMap((name): FigureChange[] => {
    const [was, is] = [before.get(name), after.get(name)];
    const { section, of, figure } = (is ?? was) as NonNullable<typeof is>;
    const change = { section, of, figure, before: was?.says ?? null, after: is?.says ?? null };
    return change.before === change.after ? [] : [change];
  });
  const entries = LISTS.flatMap((name) => entryChanges(name, first, corrected));
  return { figures, entries: entries.filter(({ recordId }) => mayBeNamed(recordId)) };
}

function figuresOf(report: Report): Figures {
  const figures: Figures = new Map();
  const tell = (section: string, of: readonly (string | null)[], says: Readonly<Record<string, unknown>>) => {
    for (const [figure, value] of Object.entries(says))
      if (typeof value === 'string' || typeof value === 'number') {
        const names = of.map((name) => name ?? NONE);
        figures.set(JSON.stringify([section, names, figure]), { section, of: names, figure, says: String(value) });
      }
  };
  for (const { currency, date, rate } of report.inputs.rates) tell('rates', [currency], { date, rate });
  const { totals, rows, unconverted } = report.pipeline;
  for (const phase of ['open', 'won', 'lost'] as const) tell('totals', [phase], totals[phase]);
  for (const { strand, ...phases } of totals.byStrand)
    for (const [phase, sum] of Object.entries(phases)) tell('totals', [strand, phase], sum);
  for (const { strand, kind, stage, phase: _, byCurrency: __, ...row } of rows)
    tell('pipeline', [strand, kind, stage], row);
  for (const { currency, ...sum } of unconverted) tell('unconverted', [currency], sum);
  if (report.bridge) {
    const { open, weighted, byStrand } = report.bridge;
    tell('bridge', ['open'], open);
    tell('bridge', ['weighted'], weighted);
    for (const { strand, ...of } of byStrand) {
      tell('bridge', [strand, 'open'], of.open);
      tell('bridge', [strand, 'weighted'], of.weighted);
    }
  }
  const groups = (
    section: string,
    name: string | null,
    { open, won, lost }: NonNullable<Report['byPlace']>[number],
  ) => {
    for (const [phase, sum] of Object.entries({ open, won, lost })) tell(section, [name, phase], sum);
  };
  for (const sums of report.byPlace ?? []) groups('byPlace', sums.place, sums);
  for (const { theme, ...sums } of report.byTheme ?? []) groups('byTheme', theme, { place: null, ...sums });
  for (const { owner, ...sums } of report.byOwner ?? []) groups('byOwner', owner, { place: null, ...sums });
  for (const name of LISTS)
    tell(name, [], { count: report.lists[name]?.count, withheld: report.lists[name]?.withheld });
  return figures;
}

/** What a figure of records without a place, theme or owner is of. */
const NONE = 'none';

type Line = NonNullable<Report[ListName]>[number];

function entryChanges(section: ListName, first: Report, corrected: Report): EntryChange[] {
  const [before, after] = [entriesOf(first[section]), entriesOf(corrected[section])];
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((key): EntryChange[] => {
    const [was, is] = [before.get(key), after.get(key)];
    const { id, title } = (is ?? was) as Line;
    const about = { section, recordId: id, title };
    if (!was) return [{ ...about, change: 'added', fields: [] }];
    if (!is) return [{ ...about, change: 'dropped', fields: [] }];
    const fields = fieldsThatDiffer(was, is);
    return fields.length > 0 ? [{ ...about, change: 'changed', fields }] : [];
  });
}

/** A record stands in a list once, but for moves, of which it may have made several. */
const entriesOf = (lines: readonly Line[] | null): Map<string, Line> =>
  new Map((lines ?? []).map((line) => ['from' in line ? `${line.id} ${line.eventId}` : line.id, line]));

/** The first report was kept with its keys in order, so the order of keys says nothing. */
function fieldsThatDiffer(was: Line, is: Line): string[] {
  const [from, to] = [was, is] as unknown as Readonly<Record<string, unknown>>[];
  return Object.keys(to ?? {}).filter((name) => !isDeepStrictEqual(from?.[name], to?.[name]));
}
