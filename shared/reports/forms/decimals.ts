import { formatMinor, toMinor } from '#shared/domain/money/money.ts';

/** A signed decimal string of a currency in its minor units, exact. */
export function minorOf(amount: string, currency: string): bigint {
  const minor = toMinor({ amount: amount.replace('-', ''), currency });
  return amount.startsWith('-') ? -minor : minor;
}

/** Sums and differences of amounts in one currency, as decimal strings, exact. */
export const plus = (a: string, b: string, currency: string): string =>
  formatMinor(minorOf(a, currency) + minorOf(b, currency), currency);
export const minus = (a: string, b: string, currency: string): string =>
  formatMinor(minorOf(a, currency) - minorOf(b, currency), currency);

export const isNought = (amount: string): boolean => !/[1-9]/.test(amount);
export const isNegative = (amount: string): boolean => amount.startsWith('-') && !isNought(amount);
export const absolute = (amount: string): string => amount.replace('-', '');

/** The share of a part in a whole, in whole percent; null where there is no whole. */
export function share(part: string, whole: string, currency: string): number | null {
  const total = minorOf(whole, currency);
  return total === 0n ? null : Number((minorOf(part, currency) * 200n + total) / (2n * total));
}
