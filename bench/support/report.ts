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

/** Whether a figure is what was promised. */
export const holds = ({
  value,
  atMost = Number.POSITIVE_INFINITY,
  atLeast = Number.NEGATIVE_INFINITY,
}: Bound): boolean => value <= atMost && value >= atLeast;
