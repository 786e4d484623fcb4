import * as z from 'zod';
import { EVIDENCE_TYPES } from '../pipeline/ladders.ts';
import { IsoDate, line, text } from '../text.ts';

export const EvidenceType = z
  .enum(EVIDENCE_TYPES)
  .meta({ id: 'EvidenceType', description: 'What was checked. A record of the check, not legal clearance.' });
export type EvidenceType = z.infer<typeof EvidenceType>;

export const EVIDENCE_OUTCOMES = ['passed', 'failed', 'not-applicable'] as const;

const checked = {
  type: EvidenceType,
  outcome: z
    .enum(EVIDENCE_OUTCOMES)
    .meta({ description: 'The outcome of the check; `not-applicable` also opens a gate.' }),
  on: IsoDate.meta({ description: 'The day of the check.' }),
  expiresOn: IsoDate.optional().meta({ description: 'The last day it is valid; without one it does not expire.' }),
  document: line(1, 500).optional().meta({ description: 'Where the evidence is stored.' }),
  note: text(1, 2_000).optional(),
};

const waived = {
  type: EvidenceType,
  waived: z.literal(true),
  reason: text(1, 2_000),
  expiresOn: checked.expiresOn,
};

/** What was checked for a record and what it came to, or why a manager waives it. */
export const Evidence = z
  .union([
    z.strictObject(checked).refine(({ on, expiresOn }) => expiresOn === undefined || expiresOn >= on, {
      path: ['expiresOn'],
      error: 'It cannot expire before the day of the check.',
    }),
    z.strictObject(waived),
  ])
  .meta({
    id: 'Evidence',
    description: 'A check and its outcome, or `{"type", "waived": true, "reason"}` by a manager.',
  });
export type Evidence = z.infer<typeof Evidence>;

/** Evidence as a record keeps it: the latest word on each type, with who said so and when. */
export type KeptEvidence = Evidence & {
  /** A user id, or a partner's. */
  readonly author: string;
  /** When it was said: an instant. */
  readonly at: string;
  /** The event that said it. */
  readonly by: string;
};

/**
 * Whether evidence opens a gate on a day (in Europe/London): it was passed, does not apply, or is waived, and has not expired.
 */
export const isValidOn = (evidence: Evidence | undefined, day: string): boolean =>
  isGood(evidence) && (evidence.expiresOn === undefined || evidence.expiresOn >= day);

/** Whether it speaks for the record, as long as it has not expired. */
export const isGood = (evidence: Evidence | undefined): evidence is Evidence =>
  evidence !== undefined && ('waived' in evidence || evidence.outcome !== 'failed');
