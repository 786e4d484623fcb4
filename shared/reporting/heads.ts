import { KINDS, type Kind, LADDERS, type Stage } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS, THEMES } from '#shared/domain/strand.ts';
import { fingerprint } from '#shared/runtime/ids.ts';

/**
 * The head over all strands that keeps how long completed stays in a stage took. A median over five strands does not follow from
 * five medians, so it is counted in one place.
 */
export const COMPLETED_STAYS = 'completed-stays';

/** How the aggregates are sharded, here and nowhere else: a head of each strand, and the one of completed stays. */
export const HEADS = [...STRANDS, COMPLETED_STAYS] as const;
export type HeadName = (typeof HEADS)[number];

/** One row of a head. */
export interface RowName {
  readonly kind: Kind;
  readonly stage: Stage;
}

/** The 28 rows of every head, in the order of kinds and ladders. */
export const ROWS: readonly RowName[] = KINDS.flatMap((kind) => LADDERS[kind].map((stage) => ({ kind, stage })));

/** By kind and stage: asked for each cell of a cube, where gluing the two would take longer than looking them up. */
const INDEXES: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map(
  KINDS.map((of) => [
    of as string,
    new Map(ROWS.flatMap(({ kind, stage }, index) => (kind === of ? [[stage.name, index]] : []))),
  ]),
);

/** Where a row stands in {@link ROWS}. Throws for a stage that is not on the ladder. */
export function rowIndex(kind: string, stage: string): number {
  const index = INDEXES.get(kind)?.get(stage);
  if (index === undefined) throw new Error(`${kind}/${stage} is not a row of the pipeline.`);
  return index;
}

/**
 * Names the ladders that packed figures were counted by. A head keeps rows by position and sums weighted by the stages'
 * probabilities, so other ladders ask for a rebuild.
 */
export const LAYOUT = fingerprint(JSON.stringify(LADDERS)).slice(0, 8);

/** Names all the lists that packed steps and cubes keep their terms by: a longer or another list is another vocabulary. */
export const VOCABULARY = fingerprint(JSON.stringify([LADDERS, STRANDS, THEMES])).slice(0, 8);
