import * as z from 'zod';
import { lazily } from '#shared/domain/lazily.ts';
import { Currency } from '#shared/domain/money/money.ts';
import { KINDS, PHASES } from '#shared/domain/pipeline/ladders.ts';
import { Strand } from '#shared/domain/strand.ts';
import { Instant, IsoDate } from '#shared/domain/text.ts';
import { asOfFields, basisNeedsAsOf } from './schemas.ts';

/** The pipeline: all 140 rows are always there. */
export const Pipeline = lazily(() => {
  const decimal = z.string().meta({ examples: ['123.45'] });
  const count = z.int().min(0);
  const days = z
    .union([z.number().min(0), z.null()])
    .meta({ description: 'Whole days in Europe/London; null if there are no records.' });

  const PhaseSum = z.strictObject({ count, value: decimal, weighted: decimal }).meta({ id: 'PhaseSum' });
  const phases = { open: PhaseSum, won: PhaseSum, lost: PhaseSum };

  const PipelineRow = z
    .strictObject({
      strand: Strand,
      kind: z.enum(KINDS),
      stage: z.string(),
      phase: z.enum(PHASES),
      count,
      value: decimal,
      weighted: decimal,
      byCurrency: z.array(z.strictObject({ currency: Currency, amount: decimal, weighted: decimal })),
      medianDaysInStage: days,
      longestDaysInStage: days,
    })
    .meta({ id: 'PipelineRow' });

  return z
    .strictObject({
      asOf: Instant,
      currency: Currency,
      rates: z.array(z.strictObject({ currency: Currency, date: IsoDate, rate: z.string() })),
      rows: z.array(PipelineRow),
      totals: z.strictObject({ ...phases, byStrand: z.array(z.strictObject({ strand: Strand, ...phases })) }),
      unconverted: z
        .array(z.strictObject({ currency: Currency, amount: decimal, count }))
        .meta({ description: 'Values without an exchange rate: counted, never converted one to one, never dropped.' }),
    })
    .meta({ id: 'Pipeline' });
});

export const pipelineQuery = z
  .strictObject({ currency: Currency.meta({ default: 'GBP' }).optional(), ...asOfFields })
  .refine(basisNeedsAsOf.holds, basisNeedsAsOf.otherwise);
