import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, type Strand } from '#shared/domain/strand.ts';

/** How many records of a kind a strand gets in each stage, in the order of the kind's ladder. */
export type Counts = Readonly<Record<Kind, Partial<Record<Strand, readonly number[]>>>>;

const everyStrand = (counts: readonly number[]) => Object.fromEntries(STRANDS.map((strand) => [strand, counts]));

/** 300 records: 170 engagements, 60 IP leads, 70 trade deals; no stage of any kind is empty. */
export const COUNTS: Counts = {
  engagement: everyStrand([5, 5, 5, 4, 4, 3, 3, 3, 2]),
  'ip-lead': {
    'business-engagement': [6, 5, 5, 4, 4, 3, 2, 3, 1, 1, 4],
    'research-alliance': [4, 3, 3, 2, 2, 2, 1, 1, 1, 1, 2],
  },
  'trade-deal': {
    'business-engagement': [11, 10, 9, 8, 7, 7, 6, 4],
    'capacity-building': [1, 1, 1, 1, 1, 1, 1, 1],
  },
};
