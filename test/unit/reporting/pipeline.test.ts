import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '#shared/domain/days.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';
import { Pipeline as PipelineSchema } from '#shared/http/pipeline-schema.ts';
import { ROWS, rowIndex } from '#shared/reporting/heads.ts';
import { type Pipeline, type PipelineInput, pipelineOf } from '#shared/reporting/pipeline.ts';
import { fromDecimal, plus, roundHalfEven, times } from '#shared/reporting/rational.ts';
import { stallThresholds } from '#shared/reporting/stalled.ts';
import { emptyTally, figuresOf, post } from '#shared/reporting/tally.ts';

interface Entered {
  strand: Strand;
  kind: string;
  stage: string;
  money?: [currency: string, minor: bigint];
  percent: number;
  entered: string;
}

function headsOf(records: readonly Entered[]): PipelineInput['heads'] {
  return new Map(
    STRANDS.map((strand) => {
      const tally = emptyTally();
      for (const { kind, stage, money, percent, entered } of records.filter((record) => record.strand === strand))
        post(
          tally,
          {
            head: strand,
            row: rowIndex(kind, stage),
            ...(money ? { currency: money[0], minor: money[1] } : {}),
            percent,
            cell: dayNumber(entered),
          },
          1,
        );
      return [strand, figuresOf(tally)];
    }),
  );
}

function pipeline(input: Omit<PipelineInput, 'asOf' | 'currency'> & Partial<PipelineInput>): Pipeline {
  const answer = pipelineOf({ asOf: '2026-03-29T23:30:00.000Z', currency: 'GBP', ...input });
  if ('noRate' in answer) throw new Error(`There is no rate for ${answer.noRate}.`);
  PipelineSchema().parse(answer);
  return answer;
}

const enquiry = { strand: 'business-engagement', kind: 'trade-deal', stage: 'enquiry', percent: 10 } as const;
const agreed = { strand: 'research-alliance', kind: 'engagement', stage: 'agreed', percent: 100 } as const;
const HEADS = headsOf([
  { ...enquiry, money: ['GBP', 10_005n], entered: '2026-03-28' },
  { ...enquiry, money: ['CNY', 100_000n], entered: '2026-03-29' },
  { ...enquiry, money: ['JPY', 50_000n], entered: '2026-03-30' },
  { ...enquiry, entered: '2026-02-01' },
  { ...agreed, money: ['KWD', 1_234_567n], entered: '2026-01-01' },
  { ...agreed, strand: 'capacity-building', stage: 'lost', percent: 0, money: ['JPY', 1n], entered: '2026-01-01' },
]);
const RATES = [
  { currency: 'KWD', date: '2026-03-20', rate: '2.5125' },
  { currency: 'CNY', date: '2026-03-27', rate: '0.1083' },
  { currency: 'EUR', date: '2026-03-27', rate: '0.84' },
];

describe('the pipeline', () => {
  const golden = pipeline({ heads: HEADS, rates: RATES });

  it('has all 140 rows, in the order of strands, kinds and ladders', () => {
    expect(golden.rows.map(({ strand, kind, stage }) => `${strand}/${kind}/${stage}`)).toEqual(
      STRANDS.flatMap((strand) => ROWS.map(({ kind, stage }) => `${strand}/${kind}/${stage.name}`)),
    );
    expect(golden.rows).toHaveLength(140);
  });

  it('converts a row exactly and rounds it half-even once', () => {
    // 100.05 + 1,000.00 × 0.1083 = 208.35; a tenth of it, 20.835, lies between 20.83 and 20.84: the even one.
    expect(golden.rows.find(({ strand, stage }) => strand === 'business-engagement' && stage === 'enquiry')).toEqual({
      strand: 'business-engagement',
      kind: 'trade-deal',
      stage: 'enquiry',
      phase: 'open',
      count: 4,
      value: '208.35',
      weighted: '20.84',
      byCurrency: [
        { currency: 'CNY', amount: '1000.00', weighted: '100.00' },
        { currency: 'GBP', amount: '100.05', weighted: '10.00' },
        { currency: 'JPY', amount: '50000', weighted: '5000' },
      ],
      // It is 30 March in London already: 2, 1, 0 and 57 days.
      medianDaysInStage: 1.5,
      longestDaysInStage: 57,
    });
  });

  it('tells apart what has no rate, in every phase, and adds nothing for it', () => {
    expect(golden.unconverted).toEqual([{ currency: 'JPY', amount: '50001', count: 2 }]);
    expect(golden.totals.lost).toEqual({ count: 1, value: '0.00', weighted: '0.00' });
  });

  it('names the rates that it used, and no other', () => {
    expect(golden.rates).toEqual([
      { currency: 'CNY', date: '2026-03-27', rate: '0.1083' },
      { currency: 'KWD', date: '2026-03-20', rate: '2.5125' },
    ]);
  });

  it('sums rows into totals, of each strand and of all', () => {
    // 1,234.567 × 2.5125 = 3,101.8495875
    expect(golden.totals.won).toEqual({ count: 1, value: '3101.85', weighted: '3101.85' });
    expect(golden.totals.open).toEqual({ count: 4, value: '208.35', weighted: '20.84' });
    expect(golden.totals.byStrand.map(({ strand }) => strand)).toEqual(STRANDS);
    expect(golden.totals.byStrand[0]).toEqual({
      strand: 'research-alliance',
      open: { count: 0, value: '0.00', weighted: '0.00' },
      won: { count: 1, value: '3101.85', weighted: '3101.85' },
      lost: { count: 0, value: '0.00', weighted: '0.00' },
    });
  });

  it('leaves days out where a row is empty', () => {
    expect(golden.rows[0]).toMatchObject({
      count: 0,
      medianDaysInStage: null,
      longestDaysInStage: null,
      byCurrency: [],
    });
  });

  it('is given in another currency by amount × rate ÷ rate, and names that rate', () => {
    const inYuan = pipeline({ heads: HEADS, rates: RATES, currency: 'CNY' });
    // 100.05 ÷ 0.1083 = 923.8227…, and 1,000.00 as it is.
    expect(inYuan.rows.find(({ stage, count }) => stage === 'enquiry' && count > 0)?.value).toBe('1923.82');
    expect(pipeline({ heads: HEADS, rates: RATES, currency: 'EUR' }).rates.map(({ currency }) => currency)).toEqual([
      'CNY',
      'EUR',
      'KWD',
    ]);
  });

  it('has the digits of the currency that it is given in', () => {
    const rates = [...RATES, { currency: 'JPY', date: '2026-01-01', rate: '0.005' }];
    const inYen = pipeline({ heads: HEADS, rates, currency: 'JPY' });
    // 208.35 ÷ 0.005 + 50,000
    expect(inYen.rows.find(({ stage, count }) => stage === 'enquiry' && count > 0)).toMatchObject({
      value: '91670',
      weighted: '9167',
    });
    expect(inYen.unconverted).toEqual([]);
    expect(pipeline({ heads: HEADS, rates: RATES, currency: 'KWD' }).totals.won.value).toBe('1234.567');
  });

  it('is refused in a currency without a rate', () => {
    expect(pipelineOf({ asOf: '2026-03-29T23:30:00.000Z', currency: 'JPY', rates: RATES, heads: HEADS })).toEqual({
      noRate: 'JPY',
    });
  });

  it('counts a day of entry that has not come yet as no days', () => {
    const heads = headsOf([{ ...enquiry, entered: '2026-03-31' }]);
    const row = pipeline({ heads, rates: [] }).rows.find(({ count }) => count > 0);
    expect(row).toMatchObject({ medianDaysInStage: 0, longestDaysInStage: 0 });
  });

  it('has totals that are sums of its rows, whatever the records and the rates', () => {
    const record = fc
      .record({
        strand: fc.constantFrom(...STRANDS),
        row: fc.constantFrom(...ROWS),
        money: fc.tuple(fc.constantFrom('GBP', 'CNY', 'JPY', 'KWD'), fc.bigInt({ min: 0n, max: 10n ** 17n })),
        percent: fc.nat(100),
      })
      .map(({ row, ...rest }): Entered => ({ ...rest, kind: row.kind, stage: row.stage.name, entered: '2026-01-01' }));
    const rate = fc.integer({ min: 1, max: 10 ** 9 }).map((number) => (number / 10 ** 6).toFixed(6));
    fc.assert(
      fc.property(fc.array(record), rate, rate, (records, cny, jpy) => {
        const rates = [
          { currency: 'CNY', date: '2026-01-01', rate: cny },
          { currency: 'JPY', date: '2026-01-01', rate: jpy },
        ];
        const { rows, totals, unconverted } = pipeline({ heads: headsOf(records), rates });
        const pence = (value: string) => BigInt(value.replace('.', ''));
        for (const phase of ['open', 'won', 'lost'] as const) {
          const own = rows.filter((row) => row.phase === phase);
          expect(pence(totals[phase].value)).toBe(own.reduce((sum, { value }) => sum + pence(value), 0n));
          expect(pence(totals[phase].weighted)).toBe(own.reduce((sum, { weighted }) => sum + pence(weighted), 0n));
          expect(totals[phase].count).toBe(totals.byStrand.reduce((sum, strand) => sum + strand[phase].count, 0));
        }
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(records.length);
        expect(unconverted.every(({ currency }) => currency === 'KWD')).toBe(true);
      }),
    );
  });
});

describe('rounding', () => {
  it('goes to the nearest, and of two equally near to the even one', () => {
    const of = (numerator: number, denominator: number) =>
      roundHalfEven({ numerator: BigInt(numerator), denominator: BigInt(denominator) });
    expect([of(1, 2), of(3, 2), of(5, 2), of(-1, 2), of(-3, 2), of(7, 3), of(8, 3), of(-7, 3)]).toEqual([
      0n,
      2n,
      2n,
      0n,
      -2n,
      2n,
      3n,
      -2n,
    ]);
  });

  it('is never further off than a half', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        (numerator, denominator) => {
          const off = 2n * (roundHalfEven({ numerator, denominator }) * denominator - numerator);
          expect(off <= denominator && -off <= denominator).toBe(true);
        },
      ),
    );
  });

  it('adds and multiplies decimals exactly', () => {
    expect(roundHalfEven(times(plus(fromDecimal('0.1'), fromDecimal('0.2')), fromDecimal('10')))).toBe(3n);
  });
});

describe('when records stand still', () => {
  const stays = (days: readonly number[]) => {
    const tally = emptyTally();
    for (const cell of days)
      post(tally, { head: 'completed-stays', row: rowIndex('trade-deal', 'proposal'), percent: 0, cell }, 1);
    return stallThresholds(figuresOf(tally)).find(({ kind, stage }) => kind === 'trade-deal' && stage === 'proposal');
  };

  it('is after 30 days where fewer than five stays are over', () => {
    expect(stays([])).toMatchObject({ days: 30, completedStays: 0, medianDays: null });
    expect(stays([100, 100, 100, 100])).toMatchObject({ days: 30, completedStays: 4, medianDays: 100 });
  });

  it('is after twice the median, and never before 30 days', () => {
    expect(stays([10, 20, 30, 40, 50])).toMatchObject({ days: 60, medianDays: 30 });
    expect(stays([10, 20, 21, 40, 50, 60])).toMatchObject({ days: 61, medianDays: 30.5 });
    expect(stays([1, 2, 3, 4, 5])).toMatchObject({ days: 30, medianDays: 3 });
  });

  it('is told of open stages only', () => {
    expect(stallThresholds(figuresOf(emptyTally()))).toHaveLength(17);
  });
});
