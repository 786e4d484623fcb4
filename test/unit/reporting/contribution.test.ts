import { describe, expect, it } from 'vitest';
import type { RecordState, StageEntry } from '#shared/domain/record/state.ts';
import { contributionOf, postingsOf, uncountableReason } from '#shared/reporting/contribution.ts';
import { ROWS, rowIndex } from '#shared/reporting/heads.ts';

const clock = { at: '2026-01-05T09:00:00.000Z', by: 'evt_1' };
const entry = (stage: string, at: string): StageEntry => ({ stage, at, by: `evt_${stage}_${at}` });

const deal = (path: StageEntry[], fields: object = {}, more: Partial<RecordState> = {}): RecordState => ({
  id: 'trd_00000000000000000000000001',
  kind: 'trade-deal',
  version: path.length,
  createdAt: clock.at,
  recordedAt: clock.at,
  updatedAt: clock.at,
  fields: { title: 'Pumps', strand: 'business-engagement', organisations: [], ...fields },
  base: clock,
  path: path as unknown as RecordState['path'],
  clocks: {},
  ...more,
});

const ENQUIRY = entry('enquiry', '2026-01-05T09:00:00.000Z');

describe('what a record adds to the pipeline', () => {
  it('is its value in minor units, weighted by its stage', () => {
    const state = deal([ENQUIRY], { value: { amount: '1250000.00', currency: 'CNY' } });
    expect(contributionOf(state)).toEqual({
      strand: 'business-engagement',
      kind: 'trade-deal',
      stage: 'enquiry',
      currency: 'CNY',
      minor: 125_000_000n,
      percent: 10,
      entered: '2026-01-05',
      stays: [],
    });
  });

  it('is weighted by its own probability only while it is open', () => {
    const moved = (to: string) => deal([ENQUIRY, entry(to, '2026-02-01T09:00:00.000Z')], { probability: 33 });
    expect(contributionOf(moved('negotiation'))?.percent).toBe(33);
    expect(contributionOf(moved('signed'))?.percent).toBe(100);
    expect(contributionOf(moved('lost'))?.percent).toBe(0);
  });

  it('is nothing while it is voided, and all of it when it is restored', () => {
    expect(contributionOf(deal([ENQUIRY], {}, { voided: { ...clock, on: true } }))).toBeNull();
    expect(contributionOf(deal([ENQUIRY], {}, { voided: { ...clock, on: false } }))).not.toBeNull();
  });

  it('counts the days of completed stays on the calendar of Europe/London, over the change of the clock', () => {
    const path = [
      entry('enquiry', '2026-03-28T23:30:00.000Z'),
      entry('qualified', '2026-03-29T23:30:00.000Z'),
      entry('proposal', '2026-03-30T22:30:00.000Z'),
    ];
    expect(contributionOf(deal(path))).toMatchObject({
      entered: '2026-03-30',
      stays: [
        { stage: 'enquiry', days: 2 },
        { stage: 'qualified', days: 0 },
      ],
    });
  });

  it('takes being told of a stage again as no new stay', () => {
    const path = [ENQUIRY, entry('enquiry', '2026-01-20T09:00:00.000Z'), entry('lost', '2026-02-04T09:00:00.000Z')];
    expect(contributionOf(deal(path))?.stays).toEqual([{ stage: 'enquiry', days: 30 }]);
  });

  it.each([
    ['a stage that its kind does not have', deal([entry('negotiating', clock.at)])],
    ['a stage on the way that its kind does not have', deal([entry('negotiating', clock.at), ENQUIRY])],
    ['an unknown strand', deal([ENQUIRY], { strand: 'sales' })],
    ['an amount that is no number', deal([ENQUIRY], { value: { amount: 'much', currency: 'GBP' } })],
    ['an instant that is none', deal([entry('enquiry', 'soon')])],
    ['a stage entered in year 1', deal([entry('enquiry', '0001-01-01T00:00:00.000Z')])],
    ['a stage entered in year 26', deal([entry('enquiry', '0026-11-30T08:00:00.000Z'), entry('lost', clock.at)])],
    ['a stage entered in year 9999', deal([entry('enquiry', '9999-12-31T00:00:00.000Z')])],
  ])('adds nothing for a record with %s, and says why', (_, state) => {
    expect(contributionOf(state)).toBeNull();
    expect(uncountableReason(state)).toMatch(/\.$/);
  });

  it('has no reason to leave out a record that it counts, nor a voided one', () => {
    expect(uncountableReason(deal([ENQUIRY]))).toBeUndefined();
    const voided = deal([ENQUIRY], { strand: 'sales' }, { voided: { ...clock, on: true } });
    expect(uncountableReason(voided)).toBeUndefined();
  });

  it('is entered once into its strand, and once for each completed stay', () => {
    const state = deal([ENQUIRY, entry('qualified', '2026-01-15T09:00:00.000Z')], {
      value: { amount: '2.50', currency: 'GBP' },
    });
    expect(postingsOf(contributionOf(state))).toEqual([
      {
        head: 'business-engagement',
        row: rowIndex('trade-deal', 'qualified'),
        currency: 'GBP',
        minor: 250n,
        percent: 25,
        cell: 20_468,
      },
      { head: 'completed-stays', row: rowIndex('trade-deal', 'enquiry'), percent: 0, cell: 10 },
    ]);
    expect(ROWS).toHaveLength(28);
    expect(() => rowIndex('trade-deal', 'agreed')).toThrow();
  });
});
