import { describe, expect, it } from 'vitest';
import { evolve } from '#shared/domain/record/evolve.ts';
import { isVoided, stageNow } from '#shared/domain/record/state.ts';
import { event, evt, given, logged, minute, org, RECORD_ID } from '#test/support/record-events.ts';

const NOW = minute(5_000);
const amend = (fields: Record<string, unknown>, more = {}) => event({ verb: 'amended', data: { fields } }, more);
const move = (to: string, more = {}, data = {}) => event({ verb: 'moved', data: { to, ...data } }, more);
const VALUE = { amount: '10.00', currency: 'GBP' };

describe('a logging', () => {
  const { state, changes, superseded } = evolve(
    undefined,
    logged({ value: VALUE, stage: 'lost', lostReason: 'other', reason: 'Sold.' }, { at: 9 }),
    NOW,
  );

  it('makes a record at version 1, entered into its stage when it happened', () => {
    expect(state).toMatchObject({
      id: RECORD_ID['trade-deal'],
      kind: 'trade-deal',
      version: 1,
      createdAt: minute(9),
      recordedAt: NOW,
      updatedAt: NOW,
      base: { at: minute(9), by: evt(0) },
    });
    expect(stageNow(state)).toEqual({ stage: 'lost', stageEnteredAt: minute(9), lostReason: 'other' });
    expect([changes, superseded]).toEqual([{}, {}]);
  });

  it('keeps fields apart from the stage, and organisations by their ids', () => {
    expect(state.fields).toEqual({
      title: 'Joint laboratory for offshore wind blades',
      strand: 'business-engagement',
      organisations: [org(1)],
      direction: 'uk-export',
      value: VALUE,
    });
  });
});

describe('an amendment', () => {
  it('sets, replaces and takes away, and says what there was before', () => {
    const before = given(logged({ value: VALUE, sector: 'Rail', owner: 'li.wei' }));
    const { state, changes } = evolve(
      before,
      amend({
        title: 'New',
        value: null,
        place: 'nanjing',
        organisations: [{ id: org(2), name: 'A', place: 'bristol' }],
      }),
      NOW,
    );
    expect(state.fields).toEqual({
      ...before.fields,
      title: 'New',
      value: undefined,
      place: 'nanjing',
      organisations: [org(2)],
    });
    expect('value' in state.fields).toBe(false);
    expect(changes).toEqual({
      title: { from: 'Joint laboratory for offshore wind blades', to: 'New' },
      value: { from: VALUE },
      place: { to: 'nanjing' },
      organisations: { from: [org(1)], to: [org(2)] },
    });
    expect(state).toMatchObject({
      version: 2,
      updatedAt: NOW,
      createdAt: before.createdAt,
      recordedAt: before.recordedAt,
    });
  });

  it('loses field by field to later news, equal times going by the event id', () => {
    const before = given(logged({}, { at: 0 }), amend({ title: 'Later', place: 'nanjing' }, { n: 5, at: 10 }));
    const { state, changes, superseded } = evolve(
      before,
      amend({ title: 'Earlier', owner: 'a.khan', place: null }, { n: 4, at: 10 }),
      NOW,
    );
    expect(state.fields).toMatchObject({ title: 'Later', owner: 'a.khan', place: 'nanjing' });
    expect(changes).toEqual({ owner: { to: 'a.khan' } });
    expect(superseded).toEqual({ title: 'Earlier', place: null });
    expect(evolve(before, amend({ title: 'Last' }, { n: 6, at: 10 }), NOW).state.fields.title).toBe('Last');
  });

  it('dated before the logging is overtaken by it, for every field', () => {
    const { state, superseded } = evolve(given(logged({}, { at: 5 })), amend({ place: 'nanjing' }, { at: 4 }), NOW);
    expect(state.fields.place).toBeUndefined();
    expect(superseded).toEqual({ place: 'nanjing' });
  });

  it('by one who saw this version is the latest word, though a clock ran ahead', () => {
    const before = given(logged({}, { at: 0 }), amend({ title: 'Ahead' }, { n: 9, at: 60 }));
    const { state, superseded } = evolve(before, amend({ title: 'Mine' }, { n: 1, at: 30, by: 'user', saw: 2 }), NOW);
    expect(state.fields.title).toBe('Mine');
    expect(superseded).toEqual({});
    const late = evolve(state, amend({ title: 'Ahead too' }, { n: 8, at: 60 }), NOW);
    expect(late.state.fields.title).toBe('Mine');
  });
});

describe('a move', () => {
  it('enters a stage when it happened there', () => {
    const { state, changes } = evolve(given(logged({}, { at: 1 })), move('signed', { at: 7 }), NOW);
    expect(stageNow(state)).toEqual({ stage: 'signed', stageEnteredAt: minute(7) });
    expect(changes).toEqual({
      stage: { from: 'enquiry', to: 'signed' },
      stageEnteredAt: { from: minute(1), to: minute(7) },
    });
  });

  it('brings its lostReason and takes it away again, one field with the stage', () => {
    const lost = evolve(given(logged()), move('lost', { at: 2 }, { lostReason: 'price' }), NOW);
    expect(stageNow(lost.state).lostReason).toBe('price');
    expect(lost.changes['lostReason']).toEqual({ to: 'price' });
    const reopened = evolve(lost.state, move('proposal', { at: 3 }, { reason: 'Again.' }), NOW);
    expect(stageNow(reopened.state)).toEqual({ stage: 'proposal', stageEnteredAt: minute(3) });
    expect(reopened.changes['lostReason']).toEqual({ from: 'price' });
  });

  it('that comes late finds its place and leaves the stage alone', () => {
    const before = given(logged({}, { at: 0 }), move('negotiation', { n: 2, at: 10 }));
    const { state, changes, superseded } = evolve(before, move('lost', { n: 1, at: 5 }, { lostReason: 'price' }), NOW);
    expect(stageNow(state)).toEqual(stageNow(before));
    expect(state.path.map(({ stage }) => stage)).toEqual(['enquiry', 'lost', 'negotiation']);
    expect(changes).toEqual({});
    expect(superseded).toEqual({ stage: 'lost', lostReason: 'price' });
  });

  it('into the stage it is in does not make the stay begin anew, and one told later may show that it began sooner', () => {
    const before = given(
      logged({}, { at: 0 }),
      move('negotiation', { n: 2, at: 10 }),
      move('negotiation', { n: 3, at: 20 }),
    );
    expect(stageNow(before).stageEnteredAt).toBe(minute(10));
    const { state, changes } = evolve(before, move('negotiation', { n: 4, at: 6 }), NOW);
    expect(stageNow(state).stageEnteredAt).toBe(minute(6));
    expect(changes).toEqual({ stageEnteredAt: { from: minute(10), to: minute(6) } });
  });

  it('may show that the stage was left in between, so that the stay began later', () => {
    const before = given(logged({ stage: 'proposal' }, { at: 0 }), move('proposal', { n: 2, at: 10 }));
    expect(stageNow(before).stageEnteredAt).toBe(minute(0));
    expect(stageNow(evolve(before, move('enquiry', { n: 1, at: 5 }), NOW).state).stageEnteredAt).toBe(minute(10));
  });

  it('by one who saw this version comes last, though a clock ran ahead', () => {
    const before = given(logged({}, { at: 60 }));
    const { state } = evolve(before, move('qualified', { at: 30, by: 'user', saw: 1 }), NOW);
    expect(stageNow(state).stage).toBe('qualified');
    expect(stageNow(state).stageEnteredAt > minute(60)).toBe(true);
  });
});

describe('notes, voids and restores', () => {
  it('a note changes nothing but the version', () => {
    const before = given(logged());
    const { state, changes } = evolve(before, event({ verb: 'noted', data: { text: 'Called.' } }), NOW);
    expect(state).toEqual({ ...before, version: 2, updatedAt: NOW });
    expect(changes).toEqual({});
  });

  it('the latest of voiding and restoring stands', () => {
    const voiding = event({ verb: 'voided', data: { reason: 'Twice.' } }, { n: 2, at: 10 });
    const restoring = event({ verb: 'restored', data: {} }, { n: 3, at: 20 });
    expect(isVoided(given(logged(), voiding))).toBe(true);
    expect(isVoided(given(logged(), voiding, restoring))).toBe(false);
    expect(isVoided(given(logged(), restoring, voiding))).toBe(false);
    expect(evolve(given(logged(), restoring), voiding, NOW).superseded).toEqual({ voided: true });
    expect(evolve(given(logged()), voiding, NOW).changes).toEqual({ voided: { from: false, to: true } });
  });
});

describe('an event without its record', () => {
  it('is a bug of the caller', () => expect(() => evolve(undefined, move('signed'), NOW)).toThrow('not recorded'));
});
