import type { FieldFault } from '#shared/domain/pipeline/moves.ts';
import type { RefusalCode } from '#shared/domain/record/refusal.ts';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Everything that can be answered instead of success: one line a code. `docs/problems.md` has a heading for each. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  validation: { status: 400, title: 'The request does not match its schema' },
  'not-authentic': { status: 401, title: 'The message is not authentic' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  'not-found': { status: 404, title: 'Not found' },
  'no-such-route': { status: 404, title: 'No such route' },
  'method-not-allowed': { status: 405, title: 'Method not supported by this path' },
  'not-acceptable': { status: 406, title: 'Format not available' },
  'already-logged': { status: 409, title: 'Already logged' },
  erased: { status: 409, title: 'The person has been erased' },
  voided: { status: 409, title: 'The record is voided' },
  'not-voided': { status: 409, title: 'The record is not voided' },
  'same-stage': { status: 409, title: 'The record is already in that stage' },
  'gate-closed': { status: 409, title: 'Required evidence is missing' },
  'merge-refused': { status: 409, title: 'The organisations cannot be merged' },
  'not-merged': { status: 409, title: 'Not merged into this organisation' },
  settled: { status: 409, title: 'Already replayed or discarded' },
  'too-many-secrets': { status: 409, title: 'Too many active secrets' },
  'stale-version': { status: 412, title: 'The version does not match' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported content type' },
  'invalid-move': { status: 422, title: 'The move is not allowed' },
  'move-before-entry': { status: 422, title: 'The move is dated before the record entered its stage' },
  'occurred-in-future': { status: 422, title: 'The date is in the future' },
  'unknown-reference': { status: 422, title: 'Unknown reference' },
  'forbidden-url': { status: 422, title: 'This URL is not allowed' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key was used for another request' },
  'no-rate': { status: 422, title: 'No exchange rate for this currency' },
  'if-match-missing': { status: 428, title: 'If-Match is required' },
  'too-many-deliveries': { status: 429, title: 'Too many messages' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, ProblemKind> & Record<RefusalCode, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A fault in a query parameter or header: it has a name and no JSON Pointer. */
interface ParameterFault {
  readonly parameter: string;
  readonly detail: string;
}

export type Fault = FieldFault | ParameterFault;

/** An RFC 9457 problem. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly Fault[];
}

/** Where the page stands that explains each problem; the docs function serves it. */
const PROBLEM_PAGE = '/docs/problems.md';

/** At most so many faults are listed: beyond that, nobody reads them. */
const MAX_FAULTS = 50;

/** The body of a problem. A 500 carries no detail: what went wrong on our side stands in the log. */
export function problemOf(code: ProblemCode, detail?: string, errors: readonly Fault[] = []): Problem {
  const { status, title } = PROBLEMS[code];
  return {
    type: `${PROBLEM_PAGE}#${code}`,
    title,
    status,
    ...(detail && status !== 500 ? { detail } : {}),
    ...(errors.length > 0 ? { errors: errors.slice(0, MAX_FAULTS) } : {}),
  };
}

/** An answer that is not success, thrown from wherever it becomes clear; the stack turns it into a response. */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail?: string,
    errors?: readonly Fault[],
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail ?? PROBLEMS[code].title);
    this.name = 'ProblemError';
    this.code = code;
    this.problem = problemOf(code, detail, errors);
    this.headers = headers;
  }
}
