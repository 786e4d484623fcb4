import { dayNumber, isInRange, londonDay } from '#shared/domain/days.ts';
import { toMinor } from '#shared/domain/money/money.ts';
import { type Kind, probabilityOf } from '#shared/domain/pipeline/ladders.ts';
import { isVoided, type RecordState, type StageEntry, stageNow } from '#shared/domain/record/state.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import { COMPLETED_STAYS, type HeadName, rowIndex } from './heads.ts';

/** A stay in a stage that is over. */
export interface Stay {
  readonly stage: string;
  /** Whole calendar days in Europe/London from entering the stage to leaving it. */
  readonly days: number;
}

/** What one record adds to the pipeline. */
export interface Contribution {
  readonly strand: Strand;
  readonly kind: Kind;
  readonly stage: string;
  readonly currency?: string;
  /** Its value in minor units of the currency; absent where it has no value. */
  readonly minor?: bigint;
  /** What its value is weighted with, 0–100. */
  readonly percent: number;
  /** The day in Europe/London on which it entered its stage. */
  readonly entered: string;
  readonly stays: readonly Stay[];
}

/**
 * What a record adds to the pipeline; null while it is voided, or where it cannot be counted: see {@link uncountableReason}. It follows
 * from what is known of the record and not from the order in which that arrived.
 */
export function contributionOf(state: RecordState): Contribution | null {
  try {
    return isVoided(state) ? null : contribution(state);
  } catch {
    return null;
  }
}

/**
 * Why a record cannot be counted, in a sentence without any of its content; undefined for one that can, or that is voided. A record that
 * breaks a rule must not be counted as something else, nor hold up the others: it is left out, and everybody who needs to know is told.
 */
export function uncountableReason(state: RecordState): string | undefined {
  try {
    if (!isVoided(state)) contribution(state);
    return undefined;
  } catch (error) {
    return error instanceof Uncountable ? error.message : `Not readable: ${(error as Error).name}.`;
  }
}

class Uncountable extends Error {}

function contribution(state: RecordState): Contribution {
  const { strand, value, probability } = state.fields;
  if (!STRANDS.includes(strand)) throw new Uncountable('It has no known strand.');
  const { stage, stageEnteredAt } = stageNow(state);
  // Throws for a stage that its kind does not have.
  for (const entry of state.path) rowIndex(state.kind, entry.stage);
  if (!state.path.every(({ at }) => isInRange(at)))
    throw new Uncountable('It entered a stage on a date outside 1900 to 2100.');
  return {
    strand,
    kind: state.kind,
    stage,
    ...(value ? { currency: value.currency, minor: toMinor(value) } : {}),
    percent: probabilityOf(state.kind, stage, probability),
    entered: londonDay(stageEnteredAt),
    stays: completedStays(state.path),
  };
}

function completedStays(path: readonly StageEntry[]): Stay[] {
  const arrivals = path.filter((entry, index) => entry.stage !== path[index - 1]?.stage);
  return arrivals.slice(0, -1).map(({ stage, at }, index) => ({
    stage,
    days: dayNumber(londonDay((arrivals[index + 1] as StageEntry).at)) - dayNumber(londonDay(at)),
  }));
}

/** One entry into one row of one head. */
export interface Posting {
  readonly head: HeadName;
  /** Position in `ROWS`. */
  readonly row: number;
  readonly currency?: string;
  readonly minor?: bigint;
  readonly percent: number;
  /** The row's histogram counts it here: the day of entry as a day number in a strand's head, days of the stay in the other. */
  readonly cell: number;
}

/** A contribution as entries: one into its strand's head, and one for each completed stay. */
export function postingsOf(contribution: Contribution | null): Posting[] {
  if (!contribution) return [];
  const { strand, kind, stage, currency, minor, percent, entered, stays } = contribution;
  const money = currency !== undefined && minor !== undefined ? { currency, minor } : {};
  return [
    { head: strand, row: rowIndex(kind, stage), ...money, percent, cell: dayNumber(entered) },
    ...stays.map(
      (stay): Posting => ({ head: COMPLETED_STAYS, row: rowIndex(kind, stay.stage), percent: 0, cell: stay.days }),
    ),
  ];
}
