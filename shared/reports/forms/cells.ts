import type { WordingName } from './wording.ts';

/** A value in a table, with its type, so that each form writes it as it does best. Null is an empty cell. */
export type Cell =
  /** Text that people wrote, or names of theirs. */
  | { readonly is: 'text'; readonly text: string }
  /** Words of the glossary. */
  | { readonly is: 'words'; readonly text: string }
  /** A decimal string in major units. */
  | { readonly is: 'money'; readonly amount: string; readonly currency: string }
  /** A whole or half number. */
  | { readonly is: 'number'; readonly value: number }
  /** Whole percent. */
  | { readonly is: 'percent'; readonly value: number }
  /** A decimal string that is no money, such as a rate. */
  | { readonly is: 'decimal'; readonly decimal: string }
  | { readonly is: 'day'; readonly day: string }
  | { readonly is: 'instant'; readonly at: string }
  | null;

/** The columns of all sections, in the order in which a table that has them all shows them. */
export const COLUMNS = [
  'item',
  'detail',
  'strand',
  'kind',
  'stage',
  'phase',
  'term',
  'from',
  'to',
  'at',
  'recordId',
  'title',
  'organisations',
  'place',
  'theme',
  'owner',
  'ownCurrency',
  'amount',
  'weightedAmount',
  'count',
  'value',
  'weighted',
  'probability',
  'openCount',
  'open',
  'openWeighted',
  'wonCount',
  'wonValue',
  'lostCount',
  'lostValue',
  'median',
  'longest',
  'by',
  'lostReason',
  'reason',
  'enteredOn',
  'days',
  'threshold',
  'expectedCloseOn',
  'nextStep',
  'dueOn',
  'expiresOn',
  'evidence',
  'state',
  'rateDate',
  'rate',
  'openingRate',
  'closingRate',
  'withheld',
  'omitted',
  'complete',
  'activities',
  'variety',
  'reciprocity',
  'duration',
  'relationship',
  'figure',
  'before',
  'after',
  'changed',
  'eventId',
] as const satisfies readonly WordingName[];
export type ColumnName = (typeof COLUMNS)[number];

export type Row = Readonly<Partial<Record<ColumnName, Cell>>>;

/** One table of a report. */
export interface Section {
  /** Stable, for programs: `bridge`, `stalled`. */
  readonly id: string;
  readonly title: string;
  /** Those it has, in the order of {@link COLUMNS}. */
  readonly columns: readonly ColumnName[];
  readonly rows: readonly Row[];
  /** What must be known to read it: why it cannot be given, what was withheld. */
  readonly notes: readonly string[];
}

export const text = (value: string | null): Cell => (value === null ? null : { is: 'text', text: value });
export const words = (value: string): Cell => ({ is: 'words', text: value });
export const number = (value: number | null): Cell => (value === null ? null : { is: 'number', value });
export const percent = (value: number): Cell => ({ is: 'percent', value });
export const decimal = (value: string | null): Cell => (value === null ? null : { is: 'decimal', decimal: value });
export const day = (value: string): Cell => ({ is: 'day', day: value });
export const instant = (value: string | null): Cell => (value === null ? null : { is: 'instant', at: value });
export const money = (amount: string | null | undefined, currency: string): Cell =>
  amount === null || amount === undefined ? null : { is: 'money', amount, currency };
