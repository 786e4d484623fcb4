import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { ROWS } from './heads.ts';
import type { RowFigures } from './tally.ts';

/** A record is never stalled before it has been in its stage for more than so many days. */
const DAYS_AT_LEAST = 30;
/** Fewer completed stays than this say nothing about how long a stage takes. */
const STAYS_AT_LEAST = 5;

export interface StallThreshold {
  readonly kind: Kind;
  readonly stage: string;
  /** A record of this kind in this stage is stalled when it has been there for more whole days in Europe/London than this. */
  readonly days: number;
  /** Stays that are over. */
  readonly completedStays: number;
  /** Their median, in days; null without any. */
  readonly medianDays: number | null;
}

/**
 * When records stand still, by open stage, from the head of completed stays: more than 30 days in the stage, and more than twice the
 * median of the stays that are over, where there are at least 5 of those.
 */
export const stallThresholds = (completedStays: readonly RowFigures[]): StallThreshold[] =>
  ROWS.flatMap(({ kind, stage }, index) => {
    if (stage.phase !== 'open') return [];
    const { count = 0, spread } = completedStays[index] ?? {};
    const twiceMedian = spread ? spread.middle[0] + spread.middle[1] : 0;
    return [
      {
        kind,
        stage: stage.name,
        days: count < STAYS_AT_LEAST ? DAYS_AT_LEAST : Math.max(DAYS_AT_LEAST, twiceMedian),
        completedStays: count,
        medianDays: spread ? twiceMedian / 2 : null,
      },
    ];
  });
