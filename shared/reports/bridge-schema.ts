import * as z from 'zod';
import { Currency } from '#shared/domain/money/money.ts';
import { Kind } from '#shared/domain/pipeline/ladders.ts';
import { Strand } from '#shared/domain/strand.ts';
import { decimal, recordReference } from './parts.ts';

/** What single changes do to open and to weighted value, in the order in which a bridge shows them. */
export const MOVEMENTS = [
  'new',
  'valueUp',
  'valueDown',
  'moved',
  'probability',
  'won',
  'lost',
  'reopened',
  'transferred',
  'removed',
] as const;
export type Movement = (typeof MOVEMENTS)[number];

/** Movements that change no value, only what it is weighted with. */
export const WEIGHT_ONLY = ['moved', 'probability'] as const satisfies readonly Movement[];

export const WEIGHTED_TERMS = ['opening', ...MOVEMENTS, 'fx', 'rounding', 'closing'] as const;
export type Term = (typeof WEIGHTED_TERMS)[number];
export const OPEN_TERMS = WEIGHTED_TERMS.filter(
  (term): term is Exclude<Term, (typeof WEIGHT_ONLY)[number]> => !(WEIGHT_ONLY as readonly Term[]).includes(term),
);

const terms = <Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, decimal])) as Record<Name, typeof decimal>);

export const OpenTerms = terms(OPEN_TERMS).meta({
  id: 'BridgeOpenTerms',
  description: 'Why open value changed. Signed amounts; `closing` is the exact sum of the others.',
});
export type OpenTerms = z.infer<typeof OpenTerms>;
export const WeightedTerms = terms(WEIGHTED_TERMS).meta({
  id: 'BridgeWeightedTerms',
  description: 'Why weighted open value changed. Signed amounts; `closing` is the exact sum of the others.',
});
export type WeightedTerms = z.infer<typeof WeightedTerms>;

/**
 * One change behind a term, or several that stand together: those of confidential leads, without names, and the smaller ones where a
 * term has very many. Each entry is rounded by itself; the term is rounded once, from the exact sum.
 */
export const BridgeChange = z
  .strictObject({
    term: z.enum(MOVEMENTS),
    strand: Strand.meta({ description: 'The strand it counts in; a transfer is listed under both strands.' }),
    kind: Kind.nullable(),
    recordId: recordReference.nullable(),
    title: z.string().nullable(),
    eventId: z.string().nullable(),
    together: z.enum(['confidential', 'others']).nullable().meta({
      description:
        'Null for one change of one record; otherwise why several are grouped: confidential leads, or the smaller changes of a long list.',
    }),
    count: z.int().min(1).meta({ description: 'The number of changes in this entry.' }),
    open: decimal,
    weighted: decimal,
  })
  .meta({ id: 'BridgeChange' });
export type BridgeChange = z.infer<typeof BridgeChange>;

/** What the change of a rate did to the opening amounts of a currency. */
export const BridgeFx = z
  .strictObject({
    strand: Strand,
    currency: Currency,
    amount: decimal.meta({ description: 'Open value at the opening, in this currency.' }),
    openingRate: z.string().nullable().meta({ description: 'Pounds per unit; null if there was no rate.' }),
    closingRate: z.string().nullable(),
    open: decimal,
    weighted: decimal,
  })
  .meta({ id: 'BridgeFx' });
export type BridgeFx = z.infer<typeof BridgeFx>;

export const Bridge = z
  .strictObject({
    open: OpenTerms,
    weighted: WeightedTerms,
    byStrand: z.array(z.strictObject({ strand: Strand, open: OpenTerms, weighted: WeightedTerms })),
    changes: z.array(BridgeChange),
    fx: z.array(BridgeFx),
  })
  .meta({ id: 'Bridge', description: 'Why open value and weighted value changed since the previous report.' });
export type Bridge = z.infer<typeof Bridge>;
