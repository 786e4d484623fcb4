import { londonDay } from '../days.ts';
import { lackOf, opens } from '../evidence/gates.ts';
import { firstStage } from '../pipeline/ladders.ts';
import { faultsOfMove, gatesBetween, judgeMove, type MissingGate } from '../pipeline/moves.ts';
import { clockOf, type RecordEvent } from './changes.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { type Clock, compareClocks, isVoided, type RecordState, stageNow } from './state.ts';

export type Verdict =
  | { readonly outcome: 'record' }
  /** What it builds on has not arrived yet. */
  | { readonly outcome: 'wait'; readonly reason: 'record-missing' | 'version-ahead' }
  | { readonly outcome: 'refuse'; readonly refusal: Refusal };

type Moved = RecordEvent & { readonly verb: 'moved' };

const RECORD: Verdict = { outcome: 'record' };

/**
 * Whether an event is recorded. What a user does is judged by the rules on the state it finds: it is done, or it is refused. What a
 * partner reports has happened in its system, so it is recorded and merged by its clock, as long as the gates of a move are open: what
 * was not checked here has not been agreed here. A partner's event that a later one has superseded breaks no rule: it goes into the timeline.
 */
export function judge(state: RecordState | undefined, event: RecordEvent): Verdict {
  if (event.verb === 'logged')
    return state
      ? refuse('already-logged', `${event.recordId} has already been logged by another event.`)
      : judgeFirstStage(event);
  if (!state) return { outcome: 'wait', reason: 'record-missing' };
  if (event.expectedVersion !== undefined) {
    if (event.expectedVersion < state.version) return refuseStale(state, event.expectedVersion);
    if (event.expectedVersion > state.version) return { outcome: 'wait', reason: 'version-ahead' };
  }
  if (event.by !== 'user') return event.verb === 'moved' ? judgeGates(state, event) : RECORD;
  if (event.verb === 'voided' || event.verb === 'restored') return judgeVoiding(state, event);
  if (isVoided(state)) return refuse('voided', `${state.id} is voided; restore it first.`);
  return event.verb === 'moved' ? judgeMoved(state, event) : RECORD;
}

export function refuseStale(state: Pick<RecordState, 'id' | 'version'>, expected: number): Verdict {
  return refuse('stale-version', `${state.id} is at version ${state.version}; the change is for version ${expected}.`);
}

function judgeVoiding(state: RecordState, event: RecordEvent & { verb: 'voided' | 'restored' }): Verdict {
  if (event.verb === 'voided' && isVoided(state)) return refuse('voided', `${state.id} is already voided.`);
  if (event.verb === 'restored' && !isVoided(state)) return refuse('not-voided', `${state.id} is not voided.`);
  return RECORD;
}

function judgeMoved(state: RecordState, event: Moved): Verdict {
  const fault = faultsOfMove(state.kind, event.data)[0];
  if (fault) return refuse('invalid-move', fault.detail, fault.pointer);
  const { stage } = stageNow(state);
  const verdict = judgeMove(state.kind, stage, event.data, opens(state.evidence, londonDay(event.occurredAt)));
  if (!verdict.allowed && verdict.code === 'same-stage')
    return refuse('same-stage', `${state.id} is already in ${stage}.`, '/to');
  const last = state.path.at(-1);
  if (last && isOvertaken(event, last))
    return refuse('move-before-entry', `${state.id} has been in ${last.stage} since ${last.at}.`, '/occurredAt');
  if (verdict.allowed) return RECORD;
  switch (verdict.code) {
    case 'reason-needed':
      return refuse('invalid-move', verdict.detail, '/reason');
    case 'gate-closed':
      return moveAtGates(state, event, verdict.missing);
  }
}

function judgeGates(state: RecordState, event: Moved): Verdict {
  if (isOvertaken(event, state.path.at(-1))) return RECORD;
  const open = opens(state.evidence, londonDay(event.occurredAt));
  const closed = gatesBetween(state.kind, stageNow(state).stage, event.data.to).filter(({ gate }) => !open(gate));
  return closed.length > 0 ? moveAtGates(state, event, closed) : RECORD;
}

/** A record that starts behind a gate needs what a move there would need: it comes with the record. */
function judgeFirstStage({ kind, recordId, occurredAt, data }: RecordEvent & { readonly verb: 'logged' }): Verdict {
  const evidence = Object.fromEntries((data.evidence ?? []).map((each) => [each.type, each]));
  const open = opens(evidence, londonDay(occurredAt));
  const closed = gatesBetween(kind, firstStage(kind), data.stage).filter(({ gate }) => !open(gate));
  if (closed.length === 0) return RECORD;
  return refuseAtGates(closed, {
    evidence,
    occurredAt,
    pointer: '/stage',
    what: `${recordId} cannot be logged as ${data.stage}`,
  });
}

interface AtGates {
  readonly evidence: Parameters<typeof lackOf>[1];
  readonly occurredAt: string;
  readonly pointer: '/to' | '/stage';
  readonly what: string;
}

/** Says of every closed gate what would open it, and why the evidence that there is does not. */
function refuseAtGates(closed: readonly MissingGate[], { evidence, occurredAt, pointer, what }: AtGates): Verdict {
  const day = londonDay(occurredAt);
  return {
    outcome: 'refuse',
    refusal: {
      code: 'gate-closed',
      detail: `${what}: required evidence is missing or had expired on ${day}.`,
      errors: closed.map((missing) => ({ pointer, detail: lackOf(missing, evidence, day) })),
    },
  };
}

const moveAtGates = (state: RecordState, { data, occurredAt }: Moved, closed: readonly MissingGate[]): Verdict =>
  refuseAtGates(closed, {
    evidence: state.evidence,
    occurredAt,
    pointer: '/to',
    what: `${state.id} cannot move to ${data.to} yet`,
  });

/** Whether an event is not later than the latest one on the same field. One whose author saw this very version always is. */
const isOvertaken = (event: RecordEvent, latest: Clock | undefined) =>
  event.expectedVersion === undefined && latest !== undefined && compareClocks(clockOf(event), latest) <= 0;

function refuse(code: RefusalCode, detail: string, pointer?: string): Verdict {
  return { outcome: 'refuse', refusal: { code, detail, ...(pointer ? { errors: [{ pointer, detail }] } : {}) } };
}
