import { minorDigits } from '#shared/domain/money/money.ts';
import type { NewestRate } from '#shared/store/rates.ts';
import { dividedBy, fromDecimal, type Rational, times } from './rational.ts';

/** The currency that rates are quoted in; its own is 1. */
export const BASE_CURRENCY = 'GBP';

/** Exact, from minor units of a currency to minor units of the target; undefined where the currency has no rate. */
export type Convert = (minor: bigint, from: string) => Rational | undefined;

/**
 * Converts into a currency: amount × its rate ÷ the target's rate. `rates` are pounds for one unit, of the base currency none;
 * undefined where the target has none among them.
 */
export function conversionInto(currency: string, rates: readonly NewestRate[]): Convert | undefined {
  const inPounds = new Map([
    [BASE_CURRENCY, fromDecimal('1')],
    ...rates.map(({ currency: of, rate }) => [of, fromDecimal(rate)] as const),
  ]);
  const target = inPounds.get(currency);
  if (!target) return undefined;
  const factors = new Map<string, Rational>();
  const unit = { numerator: 10n ** digitsOf(currency), denominator: 1n };
  return (minor, from) => {
    const rate = inPounds.get(from);
    if (!rate) return undefined;
    let factor = factors.get(from);
    if (!factor) {
      const major = { numerator: 1n, denominator: 10n ** digitsOf(from) };
      factor = times(dividedBy(times(major, rate), target), unit);
      factors.set(from, factor);
    }
    return { numerator: minor * factor.numerator, denominator: factor.denominator };
  };
}

function digitsOf(currency: string): bigint {
  const digits = minorDigits(currency);
  if (digits === undefined) throw new Error(`${currency} is not an active currency of ISO 4217.`);
  return BigInt(digits);
}
