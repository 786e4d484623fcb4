import { describe, expect, it } from 'vitest';
import { GATES, KINDS, type Kind, LADDERS, phaseOf, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { faultsOfMove, gatesBetween, judgeMove, LOST_REASONS } from '#shared/domain/pipeline/moves.ts';

const pairs = KINDS.flatMap((kind) =>
  stageNames(kind).flatMap((from) => stageNames(kind).map((to) => [kind, from, to] as const)),
);

/** The contract's words on moves, said once more and otherwise. */
function expected(kind: Kind, from: string, to: string): 'same-stage' | 'reason-needed' | 'allowed' {
  if (from === to) return 'same-stage';
  const ladder: readonly { name: string; phase: string }[] = LADDERS[kind];
  const later = ladder.slice(ladder.findIndex(({ name }) => name === from) + 1);
  const reopens = ladder.find(({ name }) => name === from)?.phase === 'lost';
  return later.some(({ name }) => name === to) && !reopens ? 'allowed' : 'reason-needed';
}

/** Every gate of theirs is open. */
const openGates = () => true;

/** Whether some stage after the first and up to the second has a gate, said once more and otherwise. */
function passesGate(kind: Kind, from: string, to: string): boolean {
  const names = stageNames(kind);
  const reopens = phaseOf(kind, from) === 'lost';
  return (
    phaseOf(kind, to) !== 'lost' &&
    names.some((name, at) => at <= names.indexOf(to) && (reopens || at > names.indexOf(from)) && name in GATES[kind])
  );
}

describe('a move', () => {
  it.each(pairs)('of %s from %s to %s goes as the contract says, without a reason', (kind, from, to) => {
    const verdict = judgeMove(kind, from, { to }, openGates);
    expect(verdict.allowed ? 'allowed' : verdict.code).toBe(expected(kind, from, to));
  });

  it.each(pairs)('of %s from %s to %s is refused at its gates where nothing was checked', (kind, from, to) => {
    const verdict = judgeMove(kind, from, { to, reason: 'The board changed its mind.' });
    const outcome = from === to ? 'same-stage' : passesGate(kind, from, to) ? 'gate-closed' : 'allowed';
    expect(verdict.allowed ? 'allowed' : verdict.code).toBe(outcome);
    if (!verdict.allowed && verdict.code === 'gate-closed')
      expect(verdict.missing).toEqual(gatesBetween(kind, from, to));
  });

  it('back, from won to open, between won stages or out of a lost one is allowed with a reason', () => {
    for (const [kind, from, to] of pairs)
      if (from !== to)
        expect(judgeMove(kind, from, { to, reason: 'The board changed its mind.' }, openGates)).toEqual({
          allowed: true,
        });
  });

  it('names the stages in its refusal', () => {
    expect(judgeMove('trade-deal', 'signed', { to: 'proposal' })).toEqual({
      allowed: false,
      code: 'reason-needed',
      detail: 'Moving back from signed to proposal needs a reason.',
    });
    expect(judgeMove('ip-lead', 'withdrawn', { to: 'assessed' })).toEqual({
      allowed: false,
      code: 'reason-needed',
      detail: 'Reopening a record from withdrawn needs a reason.',
    });
  });

  it('from won to lost needs no reason, only its lostReason', () => {
    expect(judgeMove('engagement', 'completed', { to: 'lost', lostReason: 'no-funding' })).toEqual({ allowed: true });
  });
});

describe('what a move says, whatever the stage was', () => {
  it('has a lostReason exactly where it goes to a lost stage', () => {
    for (const kind of KINDS)
      for (const to of stageNames(kind)) {
        const lost = phaseOf(kind, to) === 'lost';
        expect(faultsOfMove(kind, { to }).map(({ pointer }) => pointer)).toEqual(lost ? ['/lostReason'] : []);
        expect(faultsOfMove(kind, { to, lostReason: 'price' }).map(({ pointer }) => pointer)).toEqual(
          lost ? [] : ['/lostReason'],
        );
      }
  });

  it('explains "other" in words, and no other lostReason', () => {
    for (const lostReason of LOST_REASONS)
      expect(faultsOfMove('engagement', { to: 'lost', lostReason }).map(({ pointer }) => pointer)).toEqual(
        lostReason === 'other' ? ['/reason'] : [],
      );
    expect(faultsOfMove('engagement', { to: 'lost', lostReason: 'other', reason: 'The faculty closed.' })).toEqual([]);
  });
});

describe('the gates of a move', () => {
  const of = (stage: string, ...gates: (readonly string[])[]) => gates.map((gate) => ({ stage, gate }));

  it('are those of every stage on the way up, also of those that it skips', () => {
    expect(gatesBetween('engagement', 'identified', 'proposal')).toEqual([]);
    expect(gatesBetween('engagement', 'identified', 'agreed')).toEqual([
      ...of('negotiating', ['due-diligence']),
      ...of('agreed', ['due-diligence'], ['export-control']),
    ]);
    expect(gatesBetween('engagement', 'negotiating', 'agreed')).toEqual(
      of('agreed', ['due-diligence'], ['export-control']),
    );
    expect(gatesBetween('ip-lead', 'assessed', 'in-discussion')).toEqual([
      ...of('protected', ['filing']),
      ...of('in-discussion', ['confidentiality-agreement', 'filing']),
    ]);
    expect(gatesBetween('ip-lead', 'terms', 'licensed')).toEqual(
      of('licensed', ['due-diligence'], ['export-control'], ['nsi-area']),
    );
    expect(gatesBetween('trade-deal', 'negotiation', 'signed')).toEqual([
      ...of('heads-of-terms', ['due-diligence']),
      ...of('signed', ['due-diligence'], ['export-control']),
    ]);
  });

  it('are none on the way back or out, and all of them for a record that was lost', () => {
    expect(gatesBetween('trade-deal', 'signed', 'enquiry')).toEqual([]);
    expect(gatesBetween('trade-deal', 'enquiry', 'lost')).toEqual([]);
    expect(gatesBetween('trade-deal', 'lost', 'heads-of-terms')).toEqual(of('heads-of-terms', ['due-diligence']));
  });

  it('open by valid evidence of any type that they ask for, and a closed one says what is missing', () => {
    const has =
      (...types: string[]) =>
      (gate: readonly string[]) =>
        gate.some((type) => types.includes(type));
    expect(judgeMove('trade-deal', 'enquiry', { to: 'signed' }, has('due-diligence'))).toEqual({
      allowed: false,
      code: 'gate-closed',
      missing: of('signed', ['export-control']),
    });
    expect(judgeMove('trade-deal', 'enquiry', { to: 'signed' }, has('due-diligence', 'export-control'))).toEqual({
      allowed: true,
    });
    for (const type of ['filing', 'confidentiality-agreement'])
      expect(judgeMove('ip-lead', 'protected', { to: 'in-discussion' }, has(type))).toEqual({ allowed: true });
  });
});
