import { dayNumber, londonDay } from '#shared/domain/days.ts';
import { formatMinor, formatMoney } from '#shared/domain/money/money.ts';
import { type Phase, phaseOf } from '#shared/domain/pipeline/ladders.ts';
import type { Convert } from '#shared/reporting/conversion.ts';
import { type Cube, rowsOfCube, staysOfCube } from '#shared/reporting/cube.ts';
import { ROWS } from '#shared/reporting/heads.ts';
import { roundHalfEven } from '#shared/reporting/rational.ts';
import { type StallThreshold, stallThresholds } from '#shared/reporting/stalled.ts';
import type { Standing } from '#shared/reporting/standing.ts';
import { isWithheld, type Listable, type ReportMaterial } from './material.ts';
import { type Entry, inPeriod } from './period-lists.ts';
import type { ListFigures, ListName, RecordLine, Report } from './report.ts';

/** A record closes soon within so many days: what a reader of the monthly report can still do something about. */
export const CLOSING_SOON_DAYS = 30;

/** A list shows so many entries and says how many more there are: more are not read, and a report is sent by mail. */
export const LISTED_AT_MOST = 200;

export type Lists = Pick<Report, ListName | 'lists'>;

export interface ListInput {
  readonly material: ReportMaterial;
  /** The closing cube, filtered. */
  readonly cube: Cube;
  /** The report's date. */
  readonly date: string;
  readonly seen: (standing: Standing) => boolean;
  readonly convert: Convert;
}

/** Every list of the report, and how many entries each has, names or withholds. */
export function listsOf(input: ListInput): Lists {
  const { material, seen } = input;
  const listable = [...material.records.values()].filter(
    (facts): facts is Listable => facts.standing !== null && seen(facts.standing),
  );
  const open = listable.filter(({ standing }) => phaseOf(standing.kind, standing.stage) === 'open');
  const line = lineOf(input);
  const { moves, won, lost } = inPeriod(material, new Map(listable.map((facts) => [facts.id, facts])), line);
  const closing = (matches: (days: number) => boolean) =>
    entriesOf(open, ({ standing: { expectedCloseOn } }) => {
      if (expectedCloseOn === undefined) return undefined;
      const days = dayNumber(expectedCloseOn) - dayNumber(input.date);
      return matches(days) ? { order: days, rest: { expectedCloseOn, days } } : undefined;
    });
  const late = entriesOf(open, ({ nextStep, standing }) => {
    const dueOn = nextStep?.dueOn ?? standing.nextStepDueOn;
    const days = dueOn === undefined ? 0 : dayNumber(input.date) - dayNumber(dueOn);
    if (dueOn === undefined || days <= 0) return undefined;
    return { order: -days, rest: { nextStep: { text: nextStep?.text ?? '', dueOn }, days } };
  });
  const thresholds = new Map(
    stallThresholds(staysOfCube(material.closing)).map((threshold) => [
      `${threshold.kind}/${threshold.stage}`,
      threshold,
    ]),
  );
  const today = dayNumber(londonDay(material.closing.at));
  const stalled = entriesOf(open, ({ standing: { kind, stage, entered } }) => {
    const [days, threshold] = [today - dayNumber(entered), thresholds.get(`${kind}/${stage}`)?.days ?? 0];
    return days > threshold ? { order: -days, rest: { enteredOn: entered, days, threshold } } : undefined;
  });
  const lists = {
    moves,
    won,
    lost,
    stalled: listed(stalled, line),
    closingSoon: listed(
      closing((days) => days >= 0 && days <= CLOSING_SOON_DAYS),
      line,
    ),
    overdue: listed(
      closing((days) => days < 0),
      line,
    ),
    nextStepsOverdue: listed(late, line),
  };
  return assemble(lists, material, stalledInCube(input.cube, thresholds, today));
}

type Assembled = { readonly [Name in ListName]: readonly Entry<NonNullable<Report[Name]>[number]>[] | null };

/** Each list as it is shown. Who is stalled is counted in the cube as well, which knows them all. */
function assemble(all: Assembled, material: ReportMaterial, stalled: number): Lists {
  const missing = new Set(material.unavailable?.map(({ section }) => section));
  const show = <Name extends ListName>(name: Name) => {
    const entries = missing.has(name) ? null : all[name];
    if (!entries) return { items: null, figures: null };
    const items = entries.flatMap((entry) => (entry === 'withheld' ? [] : [entry.item]));
    // Of what happened the latest is told, of what stands open the most pressing.
    const shown =
      name === 'moves' || name === 'won' || name === 'lost'
        ? items.slice(-LISTED_AT_MOST)
        : items.slice(0, LISTED_AT_MOST);
    const count = name === 'stalled' ? Math.max(stalled, entries.length) : entries.length;
    const figures: ListFigures = {
      count,
      withheld: entries.length - items.length,
      omitted: count - (entries.length - items.length) - shown.length,
      // All that are stalled are counted in the cube, whoever of them is known by name.
      complete: name === 'stalled' || !material.incomplete?.has(name),
    };
    return { items: shown as NonNullable<Report[Name]>, figures };
  };
  const shown = {
    moves: show('moves'),
    won: show('won'),
    lost: show('lost'),
    stalled: show('stalled'),
    closingSoon: show('closingSoon'),
    overdue: show('overdue'),
    nextStepsOverdue: show('nextStepsOverdue'),
  };
  const each = <Value>(of: (list: { items: unknown; figures: ListFigures | null }) => Value) =>
    Object.fromEntries(Object.entries(shown).map(([name, list]) => [name, of(list)]));
  return { ...each(({ items }) => items), lists: each(({ figures }) => figures) } as Lists;
}

interface Found<Rest> {
  readonly facts: Listable;
  readonly order: number;
  readonly rest: Rest;
}

/** Those that belong in a list, in its order; of equal ones by id. */
const entriesOf = <Rest>(
  records: readonly Listable[],
  belongs: (facts: Listable) => { order: number; rest: Rest } | undefined,
): Found<Rest>[] =>
  records
    .flatMap((facts) => {
      const found = belongs(facts);
      return found ? [{ facts, ...found }] : [];
    })
    .sort((a, b) => a.order - b.order || (a.facts.id < b.facts.id ? -1 : 1));

const listed = <Rest>(
  found: readonly Found<Rest>[],
  line: (facts: Listable) => RecordLine,
): Entry<RecordLine & Rest>[] =>
  found.map(({ facts, rest }) => (isWithheld(facts) ? 'withheld' : { item: { ...line(facts), ...rest } }));

/** A record as every list shows it. */
export const lineOf =
  ({ material: { currency }, convert }: Pick<ListInput, 'material' | 'convert'>) =>
  ({ id, title, organisations, standing }: Listable): RecordLine => {
    const { kind, strand, stage, owner, place, currency: of, minor, percent } = standing;
    const value = of !== undefined && minor !== undefined ? { of, minor } : undefined;
    const converted = value && convert(value.minor, value.of);
    return {
      id,
      kind,
      strand,
      stage,
      phase: phaseOf(kind, stage) as Phase,
      title,
      organisations: [...organisations],
      owner: owner ?? null,
      place: place ?? null,
      value: value ? formatMoney(value.minor, value.of) : null,
      converted: converted ? formatMinor(roundHalfEven(converted), currency) : null,
      probability: percent,
    };
  };

/** Open records that have been in their stage too long, from the days on which they entered it. */
function stalledInCube(cube: Cube, thresholds: ReadonlyMap<string, StallThreshold>, today: number): number {
  let count = 0;
  for (const rows of rowsOfCube(cube).values())
    for (const [index, { cells }] of rows.entries()) {
      const { kind, stage } = ROWS[index] as (typeof ROWS)[number];
      const threshold = thresholds.get(`${kind}/${stage.name}`);
      if (!threshold) continue;
      for (const [day, records] of cells) if (today - day > threshold.days) count += records;
    }
  return count;
}
