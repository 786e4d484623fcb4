import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { present } from '#shared/domain/record/present.ts';
import { event, given, logged, minute, org, partnerStory, RECORD_ID } from '#test/support/record-events.ts';

describe('a record as it is answered', () => {
  it('fits its schema, which changes nothing in it, whatever its events were', () => {
    fc.assert(
      fc.property(partnerStory, (story) => {
        const state = given(...story);
        expect(KIND_SCHEMAS[state.kind].view.parse(present(state))).toEqual(present(state));
      }),
    );
  });

  it('has its organisations by name where they are known, and by id where not', () => {
    const shown = present(
      given(logged({ organisations: [{ id: org(1) }, { id: org(2) }] })),
      new Map([[org(2), { id: org(2), name: 'GAC Group', place: 'guangzhou' }]]),
    );
    expect(shown['organisations']).toEqual([{ id: org(1) }, { id: org(2), name: 'GAC Group', place: 'guangzhou' }]);
  });

  it('says whether an IP lead is confidential now, and of no other kind', () => {
    expect(present(given(logged({ confidential: false }, { kind: 'ip-lead' })))['confidential']).toBe(true);
    expect(present(given(logged({ stage: 'marketed' }, { kind: 'ip-lead' })))['confidential']).toBe(false);
    expect('confidential' in present(given(logged()))).toBe(false);
  });

  it('says when and why it was voided, while it is', () => {
    const voided = given(logged(), event({ verb: 'voided', data: { reason: 'Twice.' } }, { at: 4 }));
    expect(present(voided)['voided']).toEqual({ at: minute(4), reason: 'Twice.' });
    expect('voided' in present(given(logged()))).toBe(false);
  });

  it('has nothing of how it is kept', () => {
    expect(Object.keys(present(given(logged()))).sort()).toEqual(
      [
        'createdAt',
        'direction',
        'id',
        'kind',
        'organisations',
        'phase',
        'recordedAt',
        'stage',
        'stageEnteredAt',
        'strand',
        'title',
        'updatedAt',
        'version',
      ].sort(),
    );
    expect(present(given(logged()))).toMatchObject({
      id: RECORD_ID['trade-deal'],
      version: 1,
      stage: 'enquiry',
      phase: 'open',
    });
  });
});
