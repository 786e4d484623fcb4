import { minorDigits } from '#shared/domain/money/money.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { dividedBy, fromDecimal, leastCommonMultiple, type Rational, times } from './rational.ts';

/** The currency that rates are quoted in; its own is 1. */
export const BASE_CURRENCY = 'GBP';

/** Exact, from minor units of a currency to minor units of the target; undefined where the currency has no rate. */
export type Convert = (minor: bigint, from: string) => Rational | undefined;

/**
 * Converts into a currency: amount × its rate ÷ the target's rate. `rates` are pounds for one unit, of the base currency none;
 * undefined where the target has none among them. All results have one denominator, so that sums and comparisons of thousands of them
 * stay small.
 */
export function conversionInto(currency: string, rates: readonly NewestRate[]): Convert | undefined {
  const inPounds = new Map([
    [BASE_CURRENCY, fromDecimal('1')],
    ...rates.map(({ currency: of, rate }) => [of, fromDecimal(rate)] as const),
  ]);
  const target = inPounds.get(currency);
  if (!target) return undefined;
  const known = [...inPounds].filter(([from]) => minorDigits(from) !== undefined);
  const factors = known.map(([from, rate]) => {
    const scale = { numerator: 10n ** digitsOf(currency), denominator: 10n ** digitsOf(from) };
    return [from, dividedBy(times(rate, scale), target)] as const;
  });
  const denominator = factors.reduce((common, [, factor]) => leastCommonMultiple(common, factor.denominator), 1n);
  const numerators = new Map(
    factors.map(([from, factor]) => [from, factor.numerator * (denominator / factor.denominator)]),
  );
  return (minor, from) => {
    const numerator = numerators.get(from);
    return numerator === undefined ? undefined : { numerator: minor * numerator, denominator };
  };
}

function digitsOf(currency: string): bigint {
  const digits = minorDigits(currency);
  if (digits === undefined) throw new Error(`${currency} is not an active currency of ISO 4217.`);
  return BigInt(digits);
}
