import type { EventContract } from './contract.ts';
import { patternOf } from './contract.ts';
import { ENTITY_INTAKE_CONTRACTS, ENTITY_OUTCOME_CONTRACTS } from './entities.ts';
import { INTAKE_CONTRACTS } from './intake.ts';
import { OUTCOME_CONTRACTS } from './outcomes.ts';

/** Every event type there is. */
export const CATALOGUE: readonly EventContract[] = [
  ...INTAKE_CONTRACTS,
  ...ENTITY_INTAKE_CONTRACTS,
  ...OUTCOME_CONTRACTS,
  ...ENTITY_OUTCOME_CONTRACTS,
];

/**
 * What the recording queue takes: everything that comes in, by its source alone. A name that is not in the catalogue must come to
 * be quarantined, and not fall off the bus unseen.
 */
export const INTAKE_PATTERN: { readonly source: readonly string[] } = { source: patternOf(INTAKE_CONTRACTS).source };
