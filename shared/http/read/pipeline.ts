import { JournalGap } from '#shared/reporting/cube.ts';
import type { Past } from '#shared/reporting/past.ts';
import type { NoRate, Pipeline } from '#shared/reporting/pipeline.ts';
import { readPipeline as readLive, readPipelineAsOf } from '#shared/reporting/read-pipeline.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Basis } from '#shared/store/history.ts';
import type { Rates } from '#shared/store/rates.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { pastMoment } from '../moment.ts';
import { ProblemError } from '../problems.ts';

interface PipelineReading {
  readonly aggregates: Aggregates;
  readonly past: Past;
  readonly rates: Rates;
  readonly clock: Clock;
}

/** `GET /v1/pipeline`: the live pipeline, or with `asOf` as it was; in pounds or in another currency that has a rate. */
export async function readPipeline(reading: PipelineReading, call: Call): Promise<Answer> {
  const { asOf, currency } = call.query;
  const pipeline =
    asOf === undefined
      ? await readLive(reading, currency)
      : await readAsOf(reading, call, pastMoment(asOf, reading.clock()));
  if ('noRate' in pipeline) {
    const detail = `No exchange rate for ${pipeline.noRate} is in force.`;
    throw new ProblemError('no-rate', detail, [{ parameter: 'currency', detail }]);
  }
  return { status: 200, body: pipeline };
}

async function readAsOf(reading: PipelineReading, { query }: Call, asOf: string): Promise<Pipeline | NoRate> {
  const { basis = 'as-known-then', currency } = query;
  try {
    return await readPipelineAsOf(reading, { asOf, basis: basis as Basis, ...(currency ? { currency } : {}) });
  } catch (error) {
    if (!(error instanceof JournalGap)) throw error;
    throw new ProblemError('unavailable', 'The journal is incomplete for that time, so no figures can be given.');
  }
}
