import { londonDay } from '../days.ts';
import { isValidOn } from '../evidence/evidence.ts';
import { faultsOfMove, judgeMove } from '../pipeline/moves.ts';
import { clockOf, type RecordEvent } from './changes.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { type Clock, compareClocks, isVoided, type RecordState, stageNow } from './state.ts';

export type Verdict =
  | { readonly outcome: 'record' }
  /** What it builds on has not arrived yet. */
  | { readonly outcome: 'wait'; readonly reason: 'record-missing' | 'version-ahead' }
  | { readonly outcome: 'refuse'; readonly refusal: Refusal };

const RECORD: Verdict = { outcome: 'record' };

/**
 * Whether an event is recorded. What a person does is judged by the rules on the state it finds; what a partner tells happened
 * there, so it is recorded and merged by its clock. News that later news has overtaken breaks no rule: it goes into the timeline.
 */
export function judge(state: RecordState | undefined, event: RecordEvent): Verdict {
  if (event.verb === 'logged')
    return state ? refuse('already-logged', `${event.recordId} has been logged before, by another event.`) : RECORD;
  if (!state) return { outcome: 'wait', reason: 'record-missing' };
  if (event.expectedVersion !== undefined) {
    if (event.expectedVersion < state.version) return refuseStale(state, event.expectedVersion);
    if (event.expectedVersion > state.version) return { outcome: 'wait', reason: 'version-ahead' };
  }
  if (event.by !== 'user') return RECORD;
  if (event.verb === 'voided' || event.verb === 'restored') return judgeVoiding(state, event);
  if (isVoided(state)) return refuse('voided', `${state.id} has been voided; restore it first.`);
  return event.verb === 'moved' ? judgeMoved(state, event) : RECORD;
}

export function refuseStale(state: Pick<RecordState, 'id' | 'version'>, expected: number): Verdict {
  return refuse(
    'stale-version',
    `${state.id} is at version ${state.version}; the change was made to version ${expected}.`,
  );
}

function judgeVoiding(state: RecordState, event: RecordEvent & { verb: 'voided' | 'restored' }): Verdict {
  if (isOvertaken(event, state.voided)) return RECORD;
  if (event.verb === 'voided' && isVoided(state)) return refuse('voided', `${state.id} has been voided already.`);
  if (event.verb === 'restored' && !isVoided(state)) return refuse('not-voided', `${state.id} is not voided.`);
  return RECORD;
}

function judgeMoved(state: RecordState, event: RecordEvent & { verb: 'moved' }): Verdict {
  if (isOvertaken(event, state.path.at(-1))) return RECORD;
  const fault = faultsOfMove(state.kind, event.data)[0];
  if (fault) return refuse('invalid-move', fault.detail, fault.pointer);
  const { stage } = stageNow(state);
  const day = londonDay(event.occurredAt);
  const verdict = judgeMove(state.kind, stage, event.data, (gate) =>
    gate.some((type) => isValidOn(state.evidence?.[type], day)),
  );
  if (verdict.allowed) return RECORD;
  switch (verdict.code) {
    case 'same-stage':
      return refuse('same-stage', `${state.id} is in ${stage} already.`, '/to');
    case 'reason-needed':
      return refuse('invalid-move', verdict.detail, '/reason');
    case 'gate-closed':
      return {
        outcome: 'refuse',
        refusal: {
          code: 'gate-closed',
          detail: `${state.id} lacks evidence for a move to ${event.data.to}.`,
          errors: verdict.missing.map((missing) => ({
            pointer: '/to',
            detail: `${missing.stage} needs valid evidence of ${missing.gate.join(' or ')}.`,
          })),
        },
      };
  }
}

/** Whether later news stands already on what an event says. Nothing overtakes an author who saw this very version. */
const isOvertaken = (event: RecordEvent, latest: Clock | undefined) =>
  event.expectedVersion === undefined && latest !== undefined && compareClocks(clockOf(event), latest) <= 0;

function refuse(code: RefusalCode, detail: string, pointer?: string): Verdict {
  return { outcome: 'refuse', refusal: { code, detail, ...(pointer ? { errors: [{ pointer, detail }] } : {}) } };
}
