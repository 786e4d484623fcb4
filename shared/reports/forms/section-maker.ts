import type { Report, Unavailable } from '../report.ts';
import { COLUMNS, type ColumnName, type Row, type Section } from './cells.ts';
import type { Words } from './words.ts';

/** Makes a section of rows; null stands for one that cannot be given. */
export type SectionMaker = (
  id: string,
  title: string,
  columns: readonly ColumnName[],
  rows: readonly Row[] | null | undefined,
  notes?: readonly string[],
) => Section;

export const sectionMaker =
  (report: Report, words: Words): SectionMaker =>
  (id, title, columns, rows, notes = []) => ({
    id,
    title,
    columns: COLUMNS.filter((column) => columns.includes(column)),
    rows: rows ?? [],
    notes: [...(rows ? [] : [words.say('unknown', { why: words.why(reasonOf(report, id)) })]), ...notes],
  });

/** Why a section of the report is null. */
export const reasonOf = (report: Report, id: string): Unavailable | undefined =>
  report.unavailable.find(({ section }) => section === id);

/** What a reader knows a key of the report as. */
export function sectionName(key: string, { say, list }: Words): string {
  const names: Readonly<Record<string, string>> = {
    pipeline: say('pipeline'),
    bridge: say('bridge'),
    trend: say('trend'),
    moves: list('moves'),
    won: list('won'),
    lost: list('lost'),
    stalled: list('stalled'),
    closingSoon: list('closingSoon'),
    overdue: list('overdue'),
    nextStepsOverdue: list('nextStepsOverdue'),
    byPlace: say('byPlace'),
    byTheme: say('byTheme'),
    byOwner: say('byOwner'),
    agreementsExpiring: say('agreementsExpiring'),
    evidenceExpiring: say('evidenceExpiring'),
    inputs: say('rates'),
    rates: say('rates'),
    totals: say('byStrand'),
    unconverted: say('unconverted'),
  };
  return Object.hasOwn(names, key) ? (names[key] as string) : key;
}
