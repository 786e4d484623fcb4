import { createHash } from 'node:crypto';

/** How many rounds are made for each that counts. */
const ROUNDS_FOR_ONE = 3;
const HASHED = Buffer.alloc(16 * 2 ** 20);
const WALKED = new Int32Array(8 * 2 ** 20);

/** Milliseconds that the same work takes each time: hashing, which is the processor's, and a walk through more memory than it keeps near. */
function fixedWork(): number {
  const began = performance.now();
  createHash('sha256').update(HASHED).digest();
  for (let at = 0; at < WALKED.length; at += 16) WALKED[at] = (WALKED[at] as number) + 1;
  return performance.now() - began;
}

export interface Calm<Round> {
  /** Those that count, in the order in which they were made; and all that were. */
  readonly rounds: readonly Round[];
  readonly all: readonly Round[];
  /** Milliseconds that the fixed work took beside them: the same on a machine that nobody else uses. */
  readonly fixedWorkMs: { readonly counted: readonly number[]; readonly all: readonly number[] };
}

/**
 * Rounds of a bench that measures by the clock, on a machine that others use as well: work that is always the same is done before and
 * after each, and of three times as many rounds as are wanted those count beside which it took least. It allocates nothing; what a round
 * leaves to other threads to be tidied up may slow it all the same, so what all rounds say is to be told beside what these say.
 */
export async function calmRounds<Round>(
  wanted: number,
  run: () => Promise<Round>,
  work: () => number = fixedWork,
): Promise<Calm<Round>> {
  const made: { readonly at: number; readonly round: Round; readonly work: number }[] = [];
  let before = work();
  for (let at = 0; at < wanted * ROUNDS_FOR_ONE; at++) {
    const round = await run();
    const after = work();
    made.push({ at, round, work: Math.max(before, after) });
    before = after;
  }
  const counted = made
    .toSorted((a, b) => a.work - b.work)
    .slice(0, wanted)
    .sort((a, b) => a.at - b.at);
  return {
    rounds: counted.map(({ round }) => round),
    all: made.map(({ round }) => round),
    fixedWorkMs: { counted: counted.map((each) => each.work), all: made.map((each) => each.work) },
  };
}
