/** How much of a bench is run: the whole for figures, little to see that it works. */
export interface Settings {
  /** Measured rounds, after a warm-up. */
  readonly rounds: number;
  /** Share of the usual number of operations. */
  readonly scale: number;
  readonly log: (line: string) => void;
}

/** A figure that was promised, and what was measured. */
export interface Bound {
  readonly what: string;
  readonly value: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface Result {
  /** Numbers by name, nested as far as they need to be. */
  readonly figures: Readonly<Record<string, unknown>>;
  readonly bounds: readonly Bound[];
}

export interface Bench {
  readonly name: string;
  run(settings: Settings): Promise<Result>;
}

/** A bench's result as it is kept. */
export interface Kept extends Result {
  /** Day. */
  readonly at: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly node: string;
    /** Of the last minute, before the bench began: what others did on the machine. */
    readonly loadBefore: number;
  };
  readonly rounds: number;
  readonly seconds: number;
}

/** Whether a figure is what was promised. */
export const holds = ({
  value,
  atMost = Number.POSITIVE_INFINITY,
  atLeast = Number.NEGATIVE_INFINITY,
}: Bound): boolean => value <= atMost && value >= atLeast;

/**
 * Measures several things in so many rounds, each round all of them, one after the other; every other round backwards, so that none of them
 * always has the machine's better half.
 */
export async function inTurn<Measures extends Readonly<Record<string, () => Promise<unknown>>>>(
  rounds: number,
  measures: Measures,
): Promise<{ [Name in keyof Measures]: Awaited<ReturnType<Measures[Name]>> }[]> {
  const found: Record<string, unknown>[] = [];
  for (let at = 0; at < rounds; at++) {
    const names = at % 2 === 0 ? Object.keys(measures) : Object.keys(measures).reverse();
    const one: Record<string, unknown> = {};
    for (const name of names) one[name] = await measures[name]?.();
    found.push(one);
  }
  return found as { [Name in keyof Measures]: Awaited<ReturnType<Measures[Name]>> }[];
}
