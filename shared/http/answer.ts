import { type Problem, ProblemError } from './problems.ts';

/** What a use case answers: status and body, before they are a response of API Gateway. */
export interface Answer {
  readonly status: number;
  /** Sent as JSON; left out, the response has no body. */
  readonly body?: unknown;
  /** In place of `body`: sent byte for byte. */
  readonly file?: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly headers?: Readonly<Record<string, string>>;
  /** Ids for the log line. */
  readonly log?: Readonly<Record<string, string | number>>;
}

export const etagOf = (version: number): string => `"${version}"`;

/** An answer that carries a record. */
export const recordAnswer = (
  status: number,
  state: { readonly id: string; readonly version: number },
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  body,
  headers: { etag: etagOf(state.version), ...headers },
  log: { recordId: state.id, version: state.version },
});

/** A response in the form of API Gateway's payload 2.0. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Headers of every answer of the API: nothing is kept by caches, nothing is guessed, nothing is framed. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

export function toResult({ status, body, file, headers }: Answer, correlationId: string): HttpResult {
  const type = file?.mediaType ?? (body === undefined ? undefined : 'application/json');
  return {
    statusCode: status,
    headers: {
      ...COMMON_HEADERS,
      ...(type === undefined ? {} : { 'content-type': type }),
      'x-correlation-id': correlationId,
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(file ? { body: Buffer.from(file.bytes).toString('base64'), isBase64Encoded: true } : {}),
  };
}

/** A problem as a response; its `instance` is what to look for in the log. */
export function toProblemResult(error: ProblemError, correlationId: string): HttpResult {
  const problem: Problem = { ...error.problem, instance: `urn:correlation:${correlationId}` };
  return toResult(
    {
      status: problem.status,
      body: problem,
      headers: { 'content-type': 'application/problem+json', ...error.headers },
    },
    correlationId,
  );
}

/** Names of the errors by which AWS says "later": throttling and the like, after the SDK's own retries. */
const LATER =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|TooManyRequests|ServiceUnavailable|InternalServerError|InternalException|TimeoutError|AbortError|TransactionInProgress|LimitExceeded/;

/** Codes of a connection that broke or never came about. */
const BROKEN = /^(?:ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN)/;

/** What anything thrown is to the caller: a problem as it is, an overloaded store as 503, everything else as a bare 500. */
export function toProblemError(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { name = '', code = '' } = error instanceof Error ? (error as Error & { code?: string }) : {};
  if (LATER.test(name) || BROKEN.test(code)) return unavailable();
  return new ProblemError('internal');
}

export const unavailable = (detail = 'The service is overloaded.'): ProblemError =>
  new ProblemError('unavailable', detail, [], { 'retry-after': '1' });

export const notFound = (what = 'It does not exist, or you may not see it.'): ProblemError =>
  new ProblemError('not-found', what);

/** Somebody else was quicker: the condition names another version, or there is none yet. */
export const stale = (what: string, version: number | undefined): ProblemError =>
  new ProblemError(
    'stale-version',
    version === undefined ? `${what} does not exist yet.` : `${what} is at version ${etagOf(version)}.`,
  );
