import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';

/** Pounds for one unit, about which the sample rates move. Invented within what these currencies have usually cost. */
const MIDDLE = { CNY: 0.1083, USD: 0.7742, EUR: 0.8465 } as const;
/** Each has swings of its own: how far, as a part of one, and how many months one takes. */
const SWING = { CNY: [0.022, 17], USD: [0.031, 14], EUR: [0.014, 19] } as const;

export interface DatedRates {
  readonly date: string;
  readonly rates: Readonly<Record<keyof typeof MIDDLE, string>>;
}

/** The rates of the first of each month, from two years before a day up to its own month. A month has the same ones in every plan. */
export function monthlyRates(today: string): DatedRates[] {
  const first = dayOfNumber(dayNumber(today) - 731).slice(0, 7);
  const months = monthNumber(today.slice(0, 7)) - monthNumber(first);
  return Array.from({ length: months + 1 }, (_, index) => {
    const month = monthNumber(first) + index;
    return {
      date: `${monthOf(month)}-01`,
      rates: { CNY: rate('CNY', month), USD: rate('USD', month), EUR: rate('EUR', month) },
    };
  });
}

function rate(currency: keyof typeof MIDDLE, month: number): string {
  const [part, period] = SWING[currency];
  return (MIDDLE[currency] * (1 + part * Math.sin((2 * Math.PI * month) / period))).toFixed(4);
}

const monthNumber = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
const monthOf = (number: number) => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;
