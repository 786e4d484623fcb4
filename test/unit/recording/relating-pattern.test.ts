import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from '#infra/local/pattern.ts';
import { RELATING_PATTERN } from '#shared/events/relating.ts';
import { listedItems } from '#shared/store/links.ts';
import { actsOn, onTheBus, SUBJECT_KINDS, startOf, stepsOf } from '#test/support/listed-acts.ts';
import { sized } from '#test/support/proof.ts';

/** Where something is listed, whatever its version. */
const places = (state: Parameters<typeof listedItems>[0] | undefined) =>
  state ? JSON.stringify(listedItems(state).map(({ version: _, ...item }) => item)) : '[]';

const LONG_ENOUGH = { numRuns: sized(150, 2_000) };

describe('the rule that feeds the lists', () => {
  it.each(SUBJECT_KINDS)('takes every outcome of %s by which it is listed otherwise than before', (kind) => {
    fc.assert(
      fc.property(startOf(kind), actsOn(kind, 12), (start, acts) => {
        for (const { before, after, outcome } of stepsOf(kind, start, acts))
          if (places(before) !== places(after)) expect(matches(RELATING_PATTERN, onTheBus(outcome))).toBe(true);
      }),
      LONG_ENOUGH,
    );
  });

  it('takes no note, no amendment of what is listed nowhere, and no move before the first gate', () => {
    const steps = stepsOf('trade-deal', { organisations: ['org_00000000000000000000000001'], stage: 'enquiry' }, [
      { at: 1, told: { verb: 'noted', data: { text: 'A note.' } } },
      { at: 2, told: { verb: 'amended', fields: { title: 'Another', place: 'guangzhou' } } },
      { at: 3, told: { verb: 'moved', data: { to: 'qualified' } } },
      { at: 4, told: { verb: 'moved', data: { to: 'heads-of-terms' } } },
    ]);
    expect(steps.map(({ outcome }) => matches(RELATING_PATTERN, onTheBus(outcome)))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('fits the 2,048 characters that a rule may have', () => {
    expect(JSON.stringify(RELATING_PATTERN).length).toBeLessThan(2_048);
  });
});
