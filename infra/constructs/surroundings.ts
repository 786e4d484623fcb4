import type { FunctionCode } from '#infra/bundle.ts';
import type { Stage } from '#infra/stages.ts';
import type { Alerts } from './alerts.ts';

/** What every component of a stack is given. */
export interface Surroundings {
  readonly stage: Stage;
  readonly alerts: Alerts;
}

export interface FunctionSurroundings extends Surroundings {
  readonly code: FunctionCode;
}
