import type { Chance } from './chance.ts';

/** Units for a pound, to the nearest that makes a believable amount. */
const PER_POUND = { GBP: 1, CNY: 9, USD: 1.3, EUR: 1.2 } as const;
type Currency = keyof typeof PER_POUND;

const IN_CHINA: readonly Currency[] = ['CNY', 'CNY', 'CNY', 'CNY', 'CNY', 'CNY', 'GBP', 'GBP', 'USD', 'EUR'];
const IN_BRITAIN: readonly Currency[] = ['GBP', 'GBP', 'GBP', 'GBP', 'GBP', 'CNY', 'CNY', 'USD', 'EUR', 'EUR'];

/** An amount between so many thousand pounds, in a currency that a partner in Britain or in China would name. */
export function moneyOf(
  [from, to]: readonly [number, number],
  isBritish: boolean,
  chance: Chance,
  name = 'value',
): { amount: string; currency: Currency } {
  const currency = chance.pick('currency', isBritish ? IN_BRITAIN : IN_CHINA);
  const pounds = 1_000 * (from + (to - from) * chance.draw(name) ** 2);
  return { amount: `${roundly(pounds * PER_POUND[currency])}.00`, currency };
}

/** To two digits and a half: 1,250,000, not 1,234,567. */
function roundly(amount: number): number {
  const unit = 5 * 10 ** (Math.floor(Math.log10(amount)) - 2);
  return Math.round(amount / unit) * unit;
}
