import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';

/*
 * The pipeline at an earlier time, counted from what was told and in no other way than by counting: the domain's fold, one record after
 * the other, lists that are laid out, and sums of what is in them. It shares nothing else with the product.
 */

/** An event of a record, and when it was recorded. */
export interface Told {
  readonly event: RecordEvent;
  readonly recordedAt: string;
}

/** One row: what is in it, each record by itself. */
export interface PlainRow {
  readonly minors: Record<string, bigint[]>;
  readonly percents: Record<string, number[]>;
  /** Whole days in the stage, in order. */
  readonly days: number[];
}

export interface Question {
  readonly asOf: string;
  readonly basis: 'as-known-then' | 'as-known-now';
  /** Which records are looked at. */
  readonly only?: (record: RecordState) => boolean;
}

const DEFAULTS: Readonly<Record<string, number>> = {
  ...{ identified: 10, contacted: 20, scoping: 35, negotiating: 75, disclosed: 5, assessed: 10, protected: 20 },
  ...{ marketed: 30, 'in-discussion': 45, evaluation: 60, terms: 80, enquiry: 10, qualified: 25, negotiation: 65 },
  'heads-of-terms': 85,
};
const WON = ['agreed', 'delivering', 'completed', 'licensed', 'assigned', 'spun-out', 'signed', 'fulfilled'];
const LOST = ['lost', 'withdrawn'];

/** The records as they were, each from its own events in the order of recording. */
export function recordsAt(told: readonly Told[], { asOf, basis }: Question): RecordState[] {
  const states: RecordState[] = [];
  for (const id of new Set(told.map(({ event }) => event.recordId))) {
    let state: RecordState | undefined;
    for (const { event, recordedAt } of told) {
      if (event.recordId !== id) continue;
      if ((basis === 'as-known-then' ? recordedAt : event.occurredAt) > asOf) continue;
      if (!state && event.verb !== 'logged') break;
      state = evolve(state, event, recordedAt).state;
    }
    if (state) states.push(state);
  }
  return states;
}

/** The rows that are not empty, as `strand/kind/stage`. */
export function rowsAt(told: readonly Told[], question: Question): Record<string, PlainRow> {
  const rows: Record<string, PlainRow> = {};
  for (const record of recordsAt(told, question)) {
    if (record.voided?.on || (question.only && !question.only(record))) continue;
    const at = record.path[record.path.length - 1] as RecordState['path'][0];
    let since = record.path.length - 1;
    while (since > 0 && record.path[since - 1]?.stage === at.stage) since -= 1;
    const name = `${record.fields.strand}/${record.kind}/${at.stage}`;
    rows[name] ??= { minors: {}, percents: {}, days: [] };
    const row = rows[name];
    const entered = record.path[since] as RecordState['path'][0];
    row.days.push(Math.max(0, daysBetween(entered.at, question.asOf)));
    const { value, probability } = record.fields;
    if (!value) continue;
    const usual = at.stage === 'proposal' ? (record.kind === 'engagement' ? 55 : 45) : (DEFAULTS[at.stage] ?? 0);
    const percent = WON.includes(at.stage) ? 100 : LOST.includes(at.stage) ? 0 : (probability ?? usual);
    row.minors[value.currency] = [...(row.minors[value.currency] ?? []), BigInt(value.amount.replace('.', ''))];
    row.percents[value.currency] = [...(row.percents[value.currency] ?? []), percent];
  }
  for (const row of Object.values(rows)) row.days.sort((a, b) => a - b);
  return rows;
}

/** Days from one London date to another. */
function daysBetween(from: string, to: string): number {
  const date = (instant: string) =>
    Date.parse(new Date(instant).toLocaleDateString('en-CA', { timeZone: 'Europe/London' }));
  return Math.round((date(to) - date(from)) / 86_400_000);
}
