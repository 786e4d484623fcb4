import { type Organisation, shownOrganisations } from '../organisation/organisation.ts';
import { phaseOf } from '../pipeline/ladders.ts';
import { isConfidential } from './confidentiality.ts';
import { isVoided, type RecordState, stageNow } from './state.ts';

/** What is answered for a record, and what a reader may ask about it. `named` gives organisations their names. */
export function present(
  state: RecordState,
  named: ReadonlyMap<string, Organisation> = new Map(),
): Record<string, unknown> {
  const { organisations, confidential: _, ...fields } = state.fields;
  const { stage, stageEnteredAt, lostReason } = stageNow(state);
  return {
    id: state.id,
    kind: state.kind,
    version: state.version,
    stage,
    phase: phaseOf(state.kind, stage),
    stageEnteredAt,
    ...(lostReason ? { lostReason } : {}),
    ...fields,
    organisations: shownOrganisations(organisations, named),
    ...(state.kind === 'ip-lead' ? { confidential: isConfidential(state) } : {}),
    createdAt: state.createdAt,
    recordedAt: state.recordedAt,
    updatedAt: state.updatedAt,
    ...(isVoided(state) ? { voided: { at: state.voided?.at, reason: state.voided?.reason } } : {}),
  };
}
