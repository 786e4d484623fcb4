/** What the thread is asked, and what it answers: plain data, since the two share nothing else. */

/** Where a mapping stops, whatever it does. */
export const LIMITS = {
  /** Time of one evaluation by JSONata's own watch, in milliseconds; what does not look at that watch is ended from outside. */
  milliseconds: 1_000,
  /** Nested evaluations: a mapping needs tens. */
  depth: 200,
  /** Items of one list. */
  items: 10_000,
  /** Characters of the result as JSON. */
  characters: 1_000_000,
  /** MiB that it may hold. */
  mebibytes: 64,
} as const;

export type Task =
  | { readonly kind: 'compile'; readonly expression: string }
  | {
      readonly kind: 'evaluate';
      readonly expression: string;
      /** The input as JSON text. */
      readonly input: string;
      readonly bindings: Readonly<Record<string, string>>;
    };

/** Which limit was met, or `failed` for everything that JSONata itself refuses. */
export type FailureCode = 'failed' | 'too-long' | 'too-deep' | 'too-much';

/** The result as JSON text: undefined for nothing at all. */
export type Evaluation =
  | { readonly ok: true; readonly json: string | undefined }
  | { readonly ok: false; readonly code: FailureCode; readonly detail: string };

export type Answer = 'ready' | Evaluation;
