import { londonDay } from '#shared/domain/days.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Rates } from '#shared/store/rates.ts';
import { decodeFigures } from './head.ts';
import { COMPLETED_STAYS } from './heads.ts';
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
  const currencies = [...new Set([...present, currency])].filter((of) => of !== BASE_CURRENCY);
  const inForce = currencies.length === 0 ? [] : await rates.inForce({ on: londonDay(asOf), currencies });
  return pipelineOf({ asOf, currency, rates: inForce, heads });
}

/** When records stand still, by kind and open stage; two items are read. */
export async function readStallThresholds(aggregates: Aggregates): Promise<StallThreshold[]> {
  const { current } = await aggregates.generation();
  return stallThresholds(decodeFigures(await aggregates.head(current, COMPLETED_STAYS)));
}
