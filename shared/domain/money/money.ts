import * as z from 'zod';
import { CURRENCIES, minorDigits } from './currencies.ts';

/** An amount and its currency, as text. */
interface Amount {
  amount: string;
  currency: string;
}

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'A currency is three capital letters (ISO 4217).')
  .refine((code) => minorDigits(code) !== undefined, 'Not an active currency of ISO 4217.')
  .meta({ id: 'Currency', description: 'ISO 4217 code of an active currency.', examples: ['GBP', 'CNY'] });
export type Currency = z.infer<typeof Currency>;

const AMOUNT = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,4})?$/;

/** Money: a non-negative decimal string with no more digits than the currency's minor unit, exact, answered with all of them. */
export const Money = z
  .strictObject({
    amount: z
      .string()
      .regex(
        AMOUNT,
        'A non-negative decimal string such as "1250000.00", with at most 15 digits before the decimal point.',
      )
      .meta({ examples: ['1250000.00'] }),
    currency: Currency,
  })
  .check((context) => {
    const digits = minorDigits(context.value.currency);
    const [, fraction = ''] = context.value.amount.split('.');
    if (digits !== undefined && fraction.length > digits)
      context.issues.push({
        code: 'custom',
        path: ['amount'],
        input: context.value.amount,
        message: `${context.value.currency} has ${digits === 0 ? 'no digits' : `at most ${digits} digits`} after the decimal point.`,
      });
  })
  .overwrite((money) => (isSound(money) ? formatMoney(toMinor(money), money.currency) : money))
  .meta({
    id: 'Money',
    description: "An exact amount, with no more digits after the decimal point than the currency's minor unit has.",
    examples: [{ amount: '1250000.00', currency: 'CNY' }],
  });
export type Money = z.infer<typeof Money>;

const isSound = ({ amount, currency }: Amount) =>
  AMOUNT.test(amount) && (amount.split('.')[1] ?? '').length <= (minorDigits(currency) ?? -1);

/** The amount in minor units (pence, fen), exact. The money must be valid. */
export function toMinor({ amount, currency }: Amount): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(digitsOf(currency), '0'));
}

/** Minor units as a decimal string with all digits of the currency's minor unit, signed when negative: 12345n GBP → `123.45`. */
export function formatMinor(minor: bigint, currency: string): string {
  const digits = digitsOf(currency);
  const sign = minor < 0n ? '-' : '';
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

export const formatMoney = (minor: bigint, currency: string): Amount => ({
  amount: formatMinor(minor, currency),
  currency,
});

function digitsOf(currency: string): number {
  const digits = minorDigits(currency);
  if (digits === undefined) throw new Error(`${currency} is not an active currency of ISO 4217.`);
  return digits;
}

export { CURRENCIES, minorDigits };
