import type { Basis } from '#shared/store/history.ts';
import type { Cube, CubeFilter } from './cube.ts';
import type { Step } from './standing.ts';

/** The steps recorded after `from` (from the beginning unless given) and not after `to`; both are instants. */
export interface Span {
  readonly from?: string;
  readonly to: string;
}

/** What was known of the pipeline at earlier times, at the cost of a snapshot and of what changed since. */
export interface Past {
  /**
   * Every step recorded in a span, once, in recording order. Throws {@link JournalGap} where one between two others of a record is
   * missing.
   */
  readSteps(span: Span): Promise<Step[]>;
  /**
   * The pipeline at an instant, as it was known then or as it is known now. Counting must have passed the instant. Throws
   * {@link JournalGap} where a change is missing.
   */
  standingAsOf(at: string, basis: Basis, filter?: CubeFilter): Promise<Cube>;
}
