import { KINDS, type Kind, PHASES, type Phase } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, type Strand, THEMES } from '#shared/domain/strand.ts';
import { type Term, WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { FigureChange, ReportChanges } from '../report-changes.ts';
import { type Cell, day, decimal, money, number, text } from './cells.ts';
import { sectionName } from './section-maker.ts';
import { WORDING, type WordingName } from './wording.ts';
import type { Words } from './words.ts';

interface Said {
  /** For people. */
  readonly text: string;
  readonly cell: Cell;
  /** Exactly, for programs; null where there is none. */
  readonly value: string | null;
}

/** What a correction changes, with the keys of the report in words. */
export const correctionRows = ({ figures, entries }: ReportChanges, currency: string, words: Words) => ({
  figures: figures.map((change) => ({
    of: [sectionName(change.section, words), ...namesOf(change, words)].join(words.say('dot')),
    figure: figureName(change.figure, words),
    /** A total or a rate, which the others follow from. */
    isMain: change.section === 'rates' || (change.section === 'totals' && change.of.length === 1),
    before: said(change, change.before, currency, words),
    after: said(change, change.after, currency, words),
  })),
  entries: entries.map(({ section, recordId, title, change, fields }) => ({
    section: sectionName(section, words),
    recordId,
    title,
    change: words.say(change),
    fields: fields.map((field) => figureName(field, words)).join(words.say('comma')),
  })),
});

const isOne = <Item extends string>(items: readonly Item[], name: string): name is Item =>
  (items as readonly string[]).includes(name);

function namesOf({ section, of }: FigureChange, words: Words): string[] {
  return of.map((name, index) => {
    if (index === 0 && section === 'byPlace') return words.place(name === 'none' ? null : name);
    if (index === 0 && section === 'byOwner') return words.owner(name === 'none' ? null : name);
    if (index === 0 && section === 'byTheme') return words.theme(isOne(THEMES, name) ? name : null);
    if (isOne<Strand>(STRANDS, name)) return words.strand(name);
    if (isOne<Kind>(KINDS, name)) return words.kind(name);
    if (index === 2 && section === 'pipeline') return words.stage(of[1] as Kind, name);
    if (isOne<Phase>(PHASES, name)) return words.phase(name);
    return Object.hasOwn(WORDING, name) ? words.say(name as WordingName) : name;
  });
}

/** Fields that are called otherwise in the report than in its tables. */
const FIELD_NAMES: Readonly<Record<string, WordingName>> = {
  medianDaysInStage: 'median',
  longestDaysInStage: 'longest',
  date: 'rateDate',
  converted: 'value',
  value: 'value',
};

function figureName(figure: string, words: Words): string {
  if (isOne<Term>(WEIGHTED_TERMS, figure)) return words.term(figure);
  const name = FIELD_NAMES[figure] ?? figure;
  return Object.hasOwn(WORDING, name) ? words.say(name as WordingName) : figure;
}

function said({ section, of, figure }: FigureChange, value: string | null, currency: string, words: Words): Said {
  if (value === null) return { text: '–', cell: null, value };
  const { format } = words;
  if (section === 'rates')
    return figure === 'date'
      ? { text: format.day(value), cell: day(value), value }
      : { text: format.decimal(value), cell: decimal(value), value };
  if (figure === 'amount') {
    const own = of[0] ?? currency;
    return { text: format.money(value, own), cell: money(value, own), value };
  }
  if (figure === 'value' || figure === 'weighted' || isOne<Term>(WEIGHTED_TERMS, figure))
    return { text: format.money(value, currency), cell: money(value, currency), value };
  const amount = Number(value);
  return Number.isFinite(amount)
    ? { text: format.count(amount), cell: number(amount), value }
    : { text: value, cell: text(value), value };
}
