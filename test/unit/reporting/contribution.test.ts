import { describe, expect, it } from 'vitest';
import type { RecordState, StageEntry } from '#shared/domain/record/state.ts';
import { contributionOf, postingsOf } from '#shared/reporting/contribution.ts';
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

  it('refuses a record that is not what the rules allow', () => {
    expect(() => contributionOf(deal([entry('negotiating', clock.at)]))).toThrow();
    expect(() => contributionOf(deal([ENQUIRY], { strand: 'sales' }))).toThrow();
    expect(() => contributionOf(deal([ENQUIRY], { value: { amount: 'much', currency: 'GBP' } }))).toThrow();
    expect(() => contributionOf(deal([entry('enquiry', 'soon')]))).toThrow();
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
