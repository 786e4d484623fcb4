import type { FieldFault } from '#shared/domain/pipeline/moves.ts';
import type { RefusalCode } from '#shared/domain/record/refusal.ts';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
}

/** Everything that can be answered instead of success: one line a code. `docs/problems.md` has a heading for each. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not sound JSON' },
  validation: { status: 400, title: 'The request does not fit its schema' },
  'not-authentic': { status: 401, title: 'The message is not authentic' },
  forbidden: { status: 403, title: 'Your role does not allow this' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'no-such-route': { status: 404, title: 'There is no such call' },
  'not-acceptable': { status: 406, title: 'There is no such form' },
  'already-logged': { status: 409, title: 'It has been logged before' },
  erased: { status: 409, title: 'The person has been erased' },
  voided: { status: 409, title: 'The record is voided' },
  'not-voided': { status: 409, title: 'The record is not voided' },
  'same-stage': { status: 409, title: 'The record is in that stage already' },
  'gate-closed': { status: 409, title: 'Evidence is missing for this move' },
  'merge-refused': { status: 409, title: 'The organisations cannot be merged like that' },
  'not-merged': { status: 409, title: 'It is not merged into this organisation' },
  settled: { status: 409, title: 'It has been settled already' },
  'too-many-secrets': { status: 409, title: 'There are as many secrets as there may be' },
  'stale-version': { status: 412, title: 'The record is at another version' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has the wrong content type' },
  'invalid-move': { status: 422, title: 'The record cannot move like that' },
  'move-before-entry': { status: 422, title: 'The move is dated before the stage it leaves was entered' },
  'occurred-in-future': { status: 422, title: 'It has not happened yet' },
  'unknown-reference': { status: 422, title: 'Something named in the request is not known' },
  'forbidden-url': { status: 422, title: 'Nothing may be sent to this URL' },
  'idempotency-key-reused': { status: 422, title: 'The Idempotency-Key belongs to another request' },
  'no-rate': { status: 422, title: 'There is no rate for this currency' },
  'if-match-missing': { status: 428, title: 'If-Match is needed' },
  'too-many-deliveries': { status: 429, title: 'Too many messages at once' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not now; please try again' },
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
