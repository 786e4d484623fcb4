import type { FieldFault } from '../pipeline/moves.ts';

/** Why the rules refuse something; HTTP has a problem for each. */
export const REFUSAL_CODES = [
  'already-logged',
  'stale-version',
  'erased',
  'voided',
  'not-voided',
  'same-stage',
  'invalid-move',
  'gate-closed',
  'merge-refused',
  'move-before-entry',
  'occurred-in-future',
  'unknown-reference',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
}
