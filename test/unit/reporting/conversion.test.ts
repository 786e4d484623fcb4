import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conversionInto } from '#shared/reporting/conversion.ts';

/** Pounds for one unit; the yen has no minor digits, the Kuwaiti dinar three. */
const RATES = [
  { currency: 'CNY', date: '2026-11-02', rate: '0.1083' },
  { currency: 'JPY', date: '2026-11-02', rate: '0.00512345' },
  { currency: 'KWD', date: '2026-11-02', rate: '2.5' },
  { currency: 'USD', date: '2026-11-02', rate: '0.787' },
];
/** The rate as a fraction of whole numbers, and the minor digits. */
const PLAIN: Readonly<Record<string, readonly [bigint, bigint, bigint]>> = {
  GBP: [1n, 1n, 2n],
  CNY: [1083n, 10_000n, 2n],
  JPY: [512_345n, 100_000_000n, 0n],
  KWD: [25n, 10n, 3n],
  USD: [787n, 1_000n, 2n],
};

it('is amount × rate ÷ rate, exactly, in minor units, and all results of one conversion have one denominator', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(PLAIN)),
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(PLAIN)), fc.bigInt(-(10n ** 25n), 10n ** 25n)), {
        minLength: 1,
      }),
      (into, amounts) => {
        const convert = conversionInto(into, RATES);
        const [targetRate, targetScale, targetDigits] = PLAIN[into] as (typeof PLAIN)['GBP'] & object;
        const denominators = new Set<bigint>();
        for (const [from, minor] of amounts) {
          const { numerator, denominator } = convert?.(minor, from) ?? { numerator: 0n, denominator: 0n };
          const [rate, scale, digits] = PLAIN[from] as (typeof PLAIN)['GBP'] & object;
          const above = minor * rate * targetScale * 10n ** targetDigits;
          const below = scale * targetRate * 10n ** digits;
          expect(numerator * below).toBe(above * denominator);
          denominators.add(denominator);
        }
        expect(denominators.size).toBe(1);
        expect([...denominators][0]).toBeGreaterThan(0n);
      },
    ),
  );
});

it('is undefined from what has no rate, and there is none into it', () => {
  expect(conversionInto('GBP', RATES)?.(100n, 'EUR')).toBeUndefined();
  expect(conversionInto('EUR', RATES)).toBeUndefined();
});
