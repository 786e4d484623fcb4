import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { THEMES, type Theme } from '#shared/domain/strand.ts';
import type { Verb } from '#shared/events/intake.ts';
import { type Contribution, contributionOf, type Stay } from './contribution.ts';

/** All that reports look at in a record: what it adds to the pipeline, and what it is found and listed by. */
export interface Standing extends Omit<Contribution, 'stays'> {
  /** Whether the record has a probability of its own, in force or not. */
  readonly own: boolean;
  readonly owner?: string;
  readonly place?: string;
  /** In the order of the vocabulary. */
  readonly themes: readonly Theme[];
  /** A calendar day. */
  readonly expectedCloseOn?: string;
  /** When its next step is due, a calendar day. */
  readonly nextStepDueOn?: string;
  readonly confidential: boolean;
}

/** One event of a record, as what it stood for before and stands for after. */
export interface Step {
  readonly recordId: string;
  /** The version that it came to. */
  readonly version: number;
  readonly eventId: string;
  readonly verb: Verb;
  /** Instants. */
  readonly recordedAt: string;
  readonly occurredAt: string;
  /** Null where the record was not there, or was voided. */
  readonly before: Standing | null;
  readonly after: Standing | null;
  /** Completed stays that it ended, or that it showed to have been others. */
  readonly stays: readonly StayChange[];
}

/** A completed stay more (1), or one less (-1). */
export interface StayChange extends Stay {
  readonly sign: 1 | -1;
}

/** What reports see of a record; null while it is voided. Throws where the record is not what the rules allow. */
export function standingOf(state: RecordState): Standing | null {
  const counted = contributionOf(state);
  if (!counted) return null;
  const { stays: _, ...contribution } = counted;
  const { probability, owner, place, expectedCloseOn } = state.fields;
  const themes = state.fields['themes'] as readonly Theme[] | undefined;
  const nextStepDueOn = (state.fields['nextStep'] as { dueOn?: string } | undefined)?.dueOn;
  return {
    ...contribution,
    own: probability !== undefined,
    ...(owner === undefined ? {} : { owner }),
    ...(place === undefined ? {} : { place }),
    themes: THEMES.filter((theme) => themes?.includes(theme)),
    ...(expectedCloseOn === undefined ? {} : { expectedCloseOn }),
    ...(nextStepDueOn === undefined ? {} : { nextStepDueOn }),
    confidential: isConfidential(state),
  };
}

/** What of a record's completed stays is no longer so, and what is new. */
export function stayChanges(before: Contribution | null, after: Contribution | null): StayChange[] {
  const left = [...(after?.stays ?? [])];
  const gone = (before?.stays ?? []).filter((stay) => {
    const index = left.findIndex(({ stage, days }) => stage === stay.stage && days === stay.days);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  const signed = (stays: readonly Stay[], sign: 1 | -1) => stays.map(({ stage, days }) => ({ stage, days, sign }));
  return [...signed(gone, -1), ...signed(left, 1)];
}

/** The order in which steps were recorded: by instant, then by version, then by event id. Every two events have an order. */
export function inRecordingOrder(a: Step, b: Step): number {
  if (a.recordedAt !== b.recordedAt) return a.recordedAt < b.recordedAt ? -1 : 1;
  if (a.version !== b.version) return a.version - b.version;
  return a.eventId < b.eventId ? -1 : a.eventId > b.eventId ? 1 : 0;
}
