import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates, Generation } from '#shared/store/aggregates.ts';

/** A rebuild is about to switch over, and nobody counts meanwhile. The stream delivers the batch again. */
class RebuildUnderWay extends Error {
  override readonly name = 'RebuildUnderWay';
}

/** How long a projector waits for a rebuild to switch over before it gives the batch back, in milliseconds. */
const PATIENCE_MILLISECONDS = 15_000;
const LOOK_AGAIN_MILLISECONDS = 200;

export interface OpenGeneration {
  /** What was read last; what has become of it since is found out by the heads' locks. */
  known(): Generation | undefined;
  /** The generation as it is now; waits while a rebuild has sealed it. Throws {@link RebuildUnderWay} where that takes too long. */
  read(): Promise<Generation>;
}

/** The generation as one who counts sees it. */
export function openGeneration(parts: {
  readonly aggregates: Aggregates;
  readonly clock: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
}): OpenGeneration {
  const { aggregates, clock, pause } = parts;
  let last: Generation | undefined;
  return {
    known: () => last,
    async read() {
      const giveUpAt = clock() + PATIENCE_MILLISECONDS;
      for (;;) {
        const generation = await unlessAbandoned(aggregates, clock, await aggregates.generation());
        if (generation?.next?.phase === 'sealed') {
          if (clock() > giveUpAt)
            throw new RebuildUnderWay(`Generation ${generation.next.generation} is being switched on.`);
          await pause(LOOK_AGAIN_MILLISECONDS);
        } else if (generation) {
          last = generation;
          return generation;
        }
      }
    },
  };
}

/**
 * Calls off a rebuild that is past its deadline: whoever ran it is dead, or takes itself for alive and will find that it was called
 * off, since switching over is conditional. Undefined where somebody else has just changed the generation.
 */
async function unlessAbandoned(
  aggregates: Aggregates,
  clock: Clock,
  generation: Generation,
): Promise<Generation | undefined> {
  const { v, next, ...rest } = generation;
  if (!next || clock() <= next.deadline) return generation;
  return (await aggregates.putGeneration(rest, generation)) ? { ...rest, v: v + 1 } : undefined;
}
