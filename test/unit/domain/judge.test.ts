import { describe, expect, it } from 'vitest';
import { KINDS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { gatesBetween } from '#shared/domain/pipeline/moves.ts';
import { judge } from '#shared/domain/record/judge.ts';
import { evidencedAll } from '#test/support/evidence.ts';
import { event, given, logged, minute } from '#test/support/record-events.ts';

const RECORD = { outcome: 'record' };
const refused = (code: string) =>
  expect.objectContaining({ outcome: 'refuse', refusal: expect.objectContaining({ code }) });
const byUser = { by: 'user' } as const;
const note = (more = {}) =>
  event({ verb: 'noted', data: { text: 'Spoke to the buyer.' } }, { n: 50, ...byUser, ...more });
const move = (to: string, more = {}, data = {}) =>
  event({ verb: 'moved', data: { to, ...data } }, { n: 50, ...byUser, ...more });
const voiding = (more = {}) => event({ verb: 'voided', data: { reason: 'Twice.' } }, { n: 50, ...byUser, ...more });
const restoring = (more = {}) => event({ verb: 'restored', data: {} }, { n: 50, ...byUser, ...more });

describe('a logging', () => {
  it('is recorded where there is no record', () => {
    for (const kind of KINDS) expect(judge(undefined, logged({}, { kind }))).toEqual(RECORD);
  });

  it('by another event is refused where there is one', () => {
    expect(judge(given(logged()), logged({}, { n: 7 }))).toEqual(refused('already-logged'));
    expect(judge(given(logged()), logged({}, { n: 7, by: 'partner' }))).toEqual(refused('already-logged'));
  });
});

describe('an event without its record', () => {
  it('waits, whoever sent it', () => {
    for (const by of ['user', 'partner', 'system'] as const)
      expect(judge(undefined, note({ by }))).toEqual({ outcome: 'wait', reason: 'record-missing' });
  });
});

describe('an event that says which version its author saw', () => {
  const state = given(logged(), event({ verb: 'noted', data: { text: 'x' } }));

  it('is recorded at that version', () => expect(judge(state, note({ saw: 2 }))).toEqual(RECORD));

  it('is refused behind it', () => {
    expect(judge(state, note({ saw: 1 }))).toEqual(refused('stale-version'));
    expect(judge(state, note({ saw: 1, by: 'partner' }))).toEqual(refused('stale-version'));
  });

  it('waits ahead of it', () => {
    expect(judge(state, note({ saw: 3 }))).toEqual({ outcome: 'wait', reason: 'version-ahead' });
  });
});

describe("a user's move", () => {
  const inProposal = given(logged({ stage: 'proposal' }, { at: 10 }));

  it('forward is recorded, also past stages', () => {
    expect(judge(inProposal, move('negotiation'))).toEqual(RECORD);
    expect(judge(inProposal, move('fulfilled'))).toEqual(refused('gate-closed'));
    const checked = given(logged({ stage: 'proposal' }, { at: 10 }), ...evidencedAll('trade-deal'));
    expect(judge(checked, move('fulfilled'))).toEqual(RECORD);
  });

  it('to the stage it is in is refused', () => {
    expect(judge(inProposal, move('proposal'))).toEqual(refused('same-stage'));
  });

  it('back is refused without a reason, at the reason', () => {
    expect(judge(inProposal, move('enquiry'))).toMatchObject({
      refusal: {
        code: 'invalid-move',
        errors: [{ pointer: '/reason', detail: 'Moving back from proposal to enquiry needs a reason.' }],
      },
    });
    expect(judge(inProposal, move('enquiry', {}, { reason: 'The buyer paused.' }))).toEqual(RECORD);
  });

  it('to a lost stage needs its lostReason', () => {
    expect(judge(inProposal, move('lost'))).toMatchObject({
      refusal: { code: 'invalid-move', errors: [{ pointer: '/lostReason' }] },
    });
    expect(judge(inProposal, move('lost', {}, { lostReason: 'price' }))).toEqual(RECORD);
  });

  it('dated before the stage that it finds was entered is refused, and never superseded', () => {
    expect(judge(inProposal, move('proposal', { at: 5 }))).toEqual(refused('same-stage'));
    expect(judge(inProposal, move('enquiry', { at: 5 }))).toEqual(refused('move-before-entry'));
    expect(judge(inProposal, move('negotiation', { at: 5 }))).toEqual(refused('move-before-entry'));
  });

  it('by somebody who saw this very version is judged even where a clock runs ahead', () => {
    expect(judge(inProposal, move('proposal', { at: 5, saw: 1 }))).toEqual(refused('same-stage'));
    expect(judge(inProposal, move('negotiation', { at: 5, saw: 1 }))).toEqual(RECORD);
  });

  it('out of a lost stage needs a reason', () => {
    const lost = given(logged({ stage: 'lost', lostReason: 'timing' }));
    expect(judge(lost, move('enquiry'))).toEqual(refused('invalid-move'));
    expect(judge(lost, move('enquiry', {}, { reason: 'They called again.' }))).toEqual(RECORD);
  });
});

describe('what a partner tells', () => {
  it('happened there, so no rule of ours refuses it but a gate that is closed', () => {
    for (const kind of KINDS)
      for (const from of stageNames(kind)) {
        const unchecked = given(logged({ stage: from }, { kind }));
        const checked = given(logged({ stage: from }, { kind }), ...evidencedAll(kind));
        for (const to of stageNames(kind)) {
          const moved = move(to, { kind, by: 'partner' });
          const passes = gatesBetween(kind, from, to).length > 0;
          expect(judge(unchecked, moved)).toEqual(passes ? refused('gate-closed') : RECORD);
          expect(judge(checked, moved)).toEqual(RECORD);
        }
      }
    const voided = given(logged(), event({ verb: 'voided', data: { reason: 'Twice.' } }));
    for (const told of [note, voiding, restoring]) expect(judge(voided, told({ by: 'partner' }))).toEqual(RECORD);
    expect(judge(given(logged()), restoring({ by: 'partner' }))).toEqual(RECORD);
  });
});

describe('a voided record', () => {
  const voided = given(logged(), event({ verb: 'voided', data: { reason: 'Twice.' } }, { at: 20 }));

  it('takes nothing from a user but its restoring', () => {
    expect(judge(voided, note())).toEqual(refused('voided'));
    expect(judge(voided, move('proposal'))).toEqual(refused('voided'));
    expect(judge(voided, event({ verb: 'amended', data: { fields: { title: 'New' } } }, { n: 50, ...byUser }))).toEqual(
      refused('voided'),
    );
    expect(judge(voided, voiding())).toEqual(refused('voided'));
    expect(judge(voided, restoring())).toEqual(RECORD);
  });

  it('cannot be voided again by one who saw it voided, whatever the clocks say', () => {
    expect(judge(voided, voiding({ at: 5, saw: 2 }))).toEqual(refused('voided'));
    expect(judge(voided, restoring({ at: 5, saw: 2 }))).toEqual(RECORD);
  });

  it('is one that was not restored since', () => {
    const restored = given(
      logged(),
      event({ verb: 'voided', data: { reason: 'Twice.' } }, { at: 20 }),
      event({ verb: 'restored', data: {} }, { n: 2, at: 30 }),
    );
    expect(judge(restored, restoring())).toEqual(refused('not-voided'));
    expect(judge(restored, note())).toEqual(RECORD);
    expect(judge(restored, voiding({ at: 25 }))).toEqual(RECORD);
    expect(restored.voided?.at).toBe(minute(30));
  });
});
