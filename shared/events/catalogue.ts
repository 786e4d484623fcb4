import type { EventContract } from './contract.ts';
import { patternOf } from './contract.ts';
import { ENTITY_INTAKE_CONTRACTS, ENTITY_OUTCOME_CONTRACTS } from './entities.ts';
import { INTAKE_CONTRACTS } from './intake.ts';
import { OUTCOME_CONTRACTS } from './outcomes.ts';
import { REPORT_CONTRACTS } from './reports.ts';

/** Every event type there is. */
export const CATALOGUE: readonly EventContract[] = [
  ...INTAKE_CONTRACTS,
  ...ENTITY_INTAKE_CONTRACTS,
  ...OUTCOME_CONTRACTS,
  ...ENTITY_OUTCOME_CONTRACTS,
  ...REPORT_CONTRACTS,
];

/**
 * What the recording queue takes: everything that comes in, by its source alone. A name that is not in the catalogue must come to
 * be quarantined, and not fall off the bus unseen.
 */
export const INTAKE_PATTERN: { readonly source: readonly string[] } = { source: patternOf(INTAKE_CONTRACTS).source };

/** What subscribers may be told of: everything that became of something, from which each gets what it asked for. */
export const OUTCOME_PATTERN: { readonly source: readonly string[] } = { source: patternOf(OUTCOME_CONTRACTS).source };
