import * as z from 'zod';
import { GATES, type Gate, type Kind, phaseOf, stageIndex, stagesOf } from './ladders.ts';

export const LOST_REASONS = [
  'price',
  'timing',
  'competitor',
  'no-funding',
  'no-fit',
  'compliance',
  'no-response',
  'other',
] as const;
export const LostReason = z.enum(LOST_REASONS).meta({ id: 'LostReason' });
export type LostReason = z.infer<typeof LostReason>;

/** What a move says, whatever the record's stage is. */
export interface Move {
  readonly to: string;
  readonly reason?: string | undefined;
  readonly lostReason?: LostReason | undefined;
}

export interface FieldFault {
  /** JSON Pointer (RFC 6901) into the request. */
  readonly pointer: string;
  readonly detail: string;
}

/**
 * The rules of a move that hold whatever the stage was: a lost stage needs a `lostReason`, only a lost stage takes one, and `other`
 * needs to be explained.
 */
export function faultsOfMove(kind: Kind, move: Move): FieldFault[] {
  const lost = phaseOf(kind, move.to) === 'lost';
  const faults: FieldFault[] = [];
  if (lost && !move.lostReason)
    faults.push({ pointer: '/lostReason', detail: `A move to ${move.to} needs a lostReason.` });
  if (!lost && move.lostReason)
    faults.push({
      pointer: '/lostReason',
      detail: `Only a move to a lost stage may have a lostReason; ${move.to} is not one.`,
    });
  if (move.lostReason === 'other' && !move.reason)
    faults.push({ pointer: '/reason', detail: 'The lostReason "other" needs a reason.' });
  return faults;
}

export type MoveVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: 'same-stage' }
  | { readonly allowed: false; readonly code: 'reason-needed'; readonly detail: string }
  | {
      readonly allowed: false;
      readonly code: 'gate-closed';
      readonly missing: readonly MissingGate[];
    };

/** A gate that is closed, at the stage that it guards. */
export interface MissingGate {
  readonly stage: string;
  readonly gate: Gate;
}

/** Whether a record has valid evidence of one of the types that a gate asks for. */
export type EvidenceFor = (gate: Gate) => boolean;

/**
 * Whether a record may move from one stage to another. Forward may skip stages, and every gate on the way applies. Back by list
 * order, from won to open or between won stages too, and leaving a lost stage need a reason. Won to lost is allowed.
 */
export function judgeMove(kind: Kind, from: string, move: Move, has: EvidenceFor = () => false): MoveVerdict {
  if (from === move.to) return { allowed: false, code: 'same-stage' };
  const back = stageIndex(kind, move.to) < stageIndex(kind, from);
  if (phaseOf(kind, from) === 'lost' && !move.reason)
    return { allowed: false, code: 'reason-needed', detail: `Reopening a record from ${from} needs a reason.` };
  if (back && !move.reason)
    return { allowed: false, code: 'reason-needed', detail: `Moving back from ${from} to ${move.to} needs a reason.` };
  const missing = gatesBetween(kind, from, move.to).filter(({ gate }) => !has(gate));
  return missing.length > 0 ? { allowed: false, code: 'gate-closed', missing } : { allowed: true };
}

/** The gates that a move passes: those of every stage after `from` up to `to`, none on the way to a lost stage or back. */
export function gatesBetween(kind: Kind, from: string, to: string): MissingGate[] {
  if (phaseOf(kind, to) === 'lost') return [];
  const start = phaseOf(kind, from) === 'lost' ? -1 : stageIndex(kind, from);
  return stagesOf(kind)
    .slice(start + 1, stageIndex(kind, to) + 1)
    .flatMap((stage) => (GATES[kind][stage.name] ?? []).map((gate) => ({ stage: stage.name, gate })));
}
