import list from './prices-london.json' with { type: 'json' };

export type PriceName = keyof typeof list.prices;

interface Price {
  readonly usd: number;
  readonly unit: string;
  /** Day or month of the price list or page. */
  readonly seen: string;
  /** Whether it was found in a price list for London. */
  readonly sourced: boolean;
  readonly source: string;
}

/** Prices of AWS in London, each with where it was found and when. */
export const PRICES: Readonly<Record<PriceName, Price>> = list.prices;
