import { readPipeline as read } from '#shared/reporting/read-pipeline.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Rates } from '#shared/store/rates.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { ProblemError } from '../problems.ts';

/** `GET /v1/pipeline`: the live pipeline, in pounds or in another currency that has a rate. */
export async function readPipeline(
  reading: { readonly aggregates: Aggregates; readonly rates: Rates; readonly clock: Clock },
  call: Call,
): Promise<Answer> {
  const pipeline = await read(reading, call.query['currency']);
  if ('noRate' in pipeline) {
    const detail = `There is no rate for ${pipeline.noRate} in force.`;
    throw new ProblemError('no-rate', detail, [{ parameter: 'currency', detail }]);
  }
  return { status: 200, body: pipeline };
}
