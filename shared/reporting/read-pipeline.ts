import { londonDay } from '#shared/domain/days.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Basis } from '#shared/store/history.ts';
import type { NewestRate, Rates } from '#shared/store/rates.ts';
import { currenciesOf, pipelineOfCube } from './cube.ts';
import { decodeFigures } from './head.ts';
import { COMPLETED_STAYS } from './heads.ts';
import type { Past } from './past.ts';
import { BASE_CURRENCY, type NoRate, type Pipeline, pipelineOf } from './pipeline.ts';
import { type StallThreshold, stallThresholds } from './stalled.ts';

/** The pipeline as it is now, in a currency: the generation, five heads and a few rates are read, whatever the number of records. */
export async function readPipeline(
  { aggregates, rates, clock }: { readonly aggregates: Aggregates; readonly rates: Rates; readonly clock: Clock },
  currency: string = BASE_CURRENCY,
): Promise<Pipeline | NoRate> {
  const asOf = toInstant(clock());
  const { current } = await aggregates.generation();
  const items = await aggregates.heads(current, STRANDS);
  const heads = new Map(STRANDS.map((strand, index) => [strand, decodeFigures(items[index])]));
  const present = [...heads.values()].flatMap((rows) => rows.flatMap(({ money }) => [...money.keys()]));
  return pipelineOf({ asOf, currency, rates: await ratesOn(rates, asOf, [...present, currency]), heads });
}

/**
 * The pipeline as it was at an instant, as it was known then or as it is known now, rates included. Throws {@link JournalGap} where it
 * does not follow from what was kept. A snapshot and the steps recorded since are read; as known now, every step since the instant too,
 * and the histories of records of which it was learned later.
 */
export async function readPipelineAsOf(
  { past, rates }: { readonly past: Past; readonly rates: Rates },
  {
    asOf,
    basis,
    currency = BASE_CURRENCY,
  }: { readonly asOf: string; readonly basis: Basis; readonly currency?: string },
): Promise<Pipeline | NoRate> {
  const cube = await past.standingAsOf(asOf, basis);
  const knownAt = basis === 'as-known-then' ? asOf : undefined;
  return pipelineOfCube(cube, await ratesOn(rates, asOf, [...currenciesOf(cube), currency], knownAt), currency);
}

/** Rates of these currencies in force on the day in Europe/London of an instant. */
async function ratesOn(rates: Rates, asOf: string, of: readonly string[], knownAt?: string): Promise<NewestRate[]> {
  const currencies = [...new Set(of)].filter((currency) => currency !== BASE_CURRENCY);
  if (currencies.length === 0) return [];
  return rates.inForce({ on: londonDay(asOf), currencies, ...(knownAt === undefined ? {} : { knownAt }) });
}

/** When records stand still, by kind and open stage; two items are read. */
export async function readStallThresholds(aggregates: Aggregates): Promise<StallThreshold[]> {
  const { current } = await aggregates.generation();
  return stallThresholds(decodeFigures(await aggregates.head(current, COMPLETED_STAYS)));
}
