import type { EvidenceType, KeptEvidence } from '../evidence/evidence.ts';
import type { Money } from '../money/money.ts';
import type { Kind } from '../pipeline/ladders.ts';
import type { LostReason } from '../pipeline/moves.ts';
import type { Strand } from '../strand.ts';

/** Where a change stands in the order of what happened: by when it occurred, then by its event's id. */
export interface Clock {
  /** Instant in UTC, to the millisecond. */
  readonly at: string;
  /** The event's id. */
  readonly by: string;
}

/** Negative when `a` is before `b`. Instants in UTC of one form compare as text. */
export function compareClocks(a: Clock, b: Clock): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.by === b.by) return 0;
  return a.by < b.by ? -1 : 1;
}

/** One arrival in a stage. All that were ever told are kept, so that late news finds its place. */
export interface StageEntry extends Clock {
  readonly stage: string;
  readonly lostReason?: LostReason;
}

/** The fields of a record that rules look at; what its kind adds passes through untouched. */
export interface RecordFields {
  readonly title: string;
  readonly strand: Strand;
  /** Ids. */
  readonly organisations: readonly string[];
  readonly owner?: string;
  readonly place?: string;
  readonly value?: Money;
  readonly probability?: number;
  readonly expectedCloseOn?: string;
  readonly [field: string]: unknown;
}

/** A record as its events have made it. */
export interface RecordState {
  readonly id: string;
  readonly kind: Kind;
  /** The number of events recorded. */
  readonly version: number;
  readonly createdAt: string;
  readonly recordedAt: string;
  readonly updatedAt: string;
  readonly fields: RecordFields;
  /** The clock of its logging: what a field's latest word is measured against until it is changed. */
  readonly base: Clock;
  /** In order of clocks; the last one is where the record is. */
  readonly path: readonly [StageEntry, ...StageEntry[]];
  /** The latest change of each field, where that is later than the logging. */
  readonly clocks: Readonly<Record<string, Clock>>;
  /** The latest voiding or restoring. */
  readonly voided?: Clock & { readonly on: boolean; readonly reason?: string };
  /** The latest word on each type of evidence. */
  readonly evidence?: Readonly<Partial<Record<EvidenceType, KeptEvidence>>>;
  /** The latest release of an IP lead. */
  readonly released?: Clock;
}

/** The stage, and when the record entered it: being told of a stage again does not make the stay begin anew. */
export function stageNow(state: RecordState): { stage: string; stageEnteredAt: string; lostReason?: LostReason } {
  const last = state.path.at(-1) as StageEntry;
  let entered: StageEntry = last;
  for (const entry of state.path.toReversed()) {
    if (entry.stage !== last.stage) break;
    entered = entry;
  }
  return {
    stage: last.stage,
    stageEnteredAt: entered.at,
    ...(last.lostReason === undefined ? {} : { lostReason: last.lostReason }),
  };
}

export const isVoided = (state: RecordState): boolean => state.voided?.on === true;
