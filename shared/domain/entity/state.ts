import type { Clock } from '../record/state.ts';
import type { Noun } from './nouns.ts';

/** What stands around the pipeline (an organisation, a contact, an activity, an agreement) as its events have made it. */
export interface EntityState {
  readonly id: string;
  readonly kind: Noun;
  /** The number of events recorded. */
  readonly version: number;
  readonly createdAt: string;
  readonly recordedAt: string;
  readonly updatedAt: string;
  /** References to organisations are ids. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly base: Clock;
  readonly clocks: Readonly<Record<string, Clock>>;
}
