import * as z from 'zod';
import { IsoDate } from '../text.ts';
import { Currency } from './money.ts';

/** Pounds for one unit, as a decimal string: `"0.1083"`. Never zero. */
export const Rate = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,8})(?:\.\d{1,12})?$/, 'A decimal string such as "0.1083": pounds for one unit.')
  .refine((rate) => /[1-9]/.test(rate), 'A rate must be greater than zero.')
  .meta({ examples: ['0.1083'] });

/** The rates of one date, all against the pound. */
export const PutFxRates = z
  .strictObject({
    base: z.literal('GBP'),
    rates: z
      .record(Currency, Rate)
      .refine((rates) => Object.keys(rates).length > 0, 'At least one rate.')
      .refine((rates) => !('GBP' in rates), 'The pound has no rate against itself.'),
  })
  .meta({ id: 'PutFxRates', examples: [{ base: 'GBP', rates: { CNY: '0.1083', USD: '0.7712' } }] });

export const FxRates = z
  .strictObject({ date: IsoDate, ...PutFxRates.shape, recordedAt: z.string() })
  .meta({ id: 'FxRates' });
export type FxRates = z.infer<typeof FxRates>;
