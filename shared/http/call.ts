import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { bodyBytes, bodyText, checkMediaType, parseJson } from './body.ts';
import { faultsOfBody, faultsOfQuery } from './faults.ts';
import { type Headers, type IfMatch, idempotencyKeyOf, ifMatchOf, prefersAsync } from './headers.ts';
import type { Operation } from './operation.ts';
import { type Fault, ProblemError } from './problems.ts';

/** What the stack needs of a request in API Gateway's payload 2.0. */
export interface HttpEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers: Headers;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly http: { readonly method: string };
    readonly domainName?: string;
    readonly authorizer?: { readonly jwt?: { readonly claims: Readonly<Record<string, unknown>> } };
  };
}

/** A request that has been let in and fits its schemas. */
export interface Call {
  readonly operation: Operation;
  /** Absent on an operation that is open to all. */
  readonly viewer: Viewer | undefined;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Headers;
  /** As its schema gives it: trimmed, in normal form. */
  readonly body: unknown;
  /** As it came: what a repeat is compared by. */
  readonly rawBody: unknown;
  /** The bytes that came, of an operation that takes them so. */
  readonly bytes: Buffer | undefined;
  /** The full URI, as far as a request tells it. */
  readonly url: string;
  readonly ifMatch: IfMatch | undefined;
  readonly idempotencyKey: string | undefined;
  readonly respondAsync: boolean;
  readonly correlationId: string;
  /** When it was received, in milliseconds since 1970. */
  readonly receivedAt: number;
}

/** Reads a request against its operation's schemas. What is wrong with parameters and body is said all at once (400). */
export function readCall(
  operation: Operation,
  event: HttpEvent,
  viewer: Viewer | undefined,
  context: { readonly correlationId: string; readonly receivedAt: number },
): Call {
  const faults: Fault[] = [];
  const { query, faults: queryFaults } = readQuery(operation, event.rawQueryString ?? '');
  faults.push(...queryFaults);
  const takes = (name: NonNullable<Operation['headers']>[number]) => operation.headers?.includes(name) ?? false;
  const header = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      faults.push(...(error.problem.errors ?? []));
      return undefined;
    }
  };
  const ifMatch = takes('If-Match') ? header(() => ifMatchOf(event.headers)) : undefined;
  const idempotencyKey = takes('Idempotency-Key') ? header(() => idempotencyKeyOf(event.headers)) : undefined;
  const { body, rawBody, faults: bodyFaults } = readBody(operation, event);
  faults.push(...bodyFaults);
  if (faults.length > 0) throw new ProblemError('validation', summary(faults), faults);
  return {
    operation,
    viewer,
    path: event.rawPath,
    params: readParams(operation, event),
    query,
    headers: event.headers,
    body,
    rawBody,
    bytes: operation.raw && bodyBytes(event),
    url: urlOf(event),
    ifMatch,
    idempotencyKey,
    respondAsync: takes('Prefer') && prefersAsync(event.headers),
    ...context,
  };
}

/** Path parameters. One of the wrong form names nothing that exists; a PUT, which would create it, is told what is wrong with it. */
function readParams(operation: Operation, event: HttpEvent): Readonly<Record<string, string>> {
  if (!operation.params) return {};
  const parsed = operation.params.safeParse(event.pathParameters ?? {});
  if (!parsed.success) {
    if (operation.method !== 'PUT') throw new ProblemError('not-found', 'Not a valid id.');
    const faults = faultsOfQuery(parsed.error.issues, event.pathParameters ?? {});
    throw new ProblemError('validation', summary(faults), faults);
  }
  return parsed.data as Record<string, string>;
}

/** In a query a + means a space, so the offset of an instant that somebody did not encode arrives as one. */
const withOffset = (value: string): string => value.replace(/^(\d{4}-\d\d-\d\dT\S+) (\d\d:\d\d)$/, '$1+$2');

function readQuery(operation: Operation, raw: string): { query: Readonly<Record<string, string>>; faults: Fault[] } {
  if (operation.raw) return { query: {}, faults: [] };
  const pairs = [...new URLSearchParams(raw)].map(([name, value]) => [name, withOffset(value)] as const);
  const faults: Fault[] = [...new Set(pairs.map(([name]) => name))]
    .filter((name) => pairs.filter(([other]) => other === name).length > 1)
    .map((parameter) => ({ parameter, detail: 'Given more than once.' }));
  const given = Object.fromEntries(pairs);
  if (!operation.query)
    return { query: {}, faults: pairs.map(([parameter]) => ({ parameter, detail: 'There is no such parameter.' })) };
  const parsed = operation.query.safeParse(given);
  if (!parsed.success) return { query: {}, faults: [...faults, ...faultsOfQuery(parsed.error.issues, given)] };
  return { query: parsed.data as Record<string, string>, faults };
}

function readBody(operation: Operation, event: HttpEvent): { body: unknown; rawBody: unknown; faults: Fault[] } {
  const definition = operation.body;
  if (!definition) return { body: undefined, rawBody: undefined, faults: [] };
  if (event.body) checkMediaType(event.headers, definition.mediaTypes);
  const text = bodyText(event);
  if (text === undefined && !definition.required) return { body: {}, rawBody: {}, faults: [] };
  if (text === undefined) checkMediaType(event.headers, definition.mediaTypes);
  const rawBody = parseJson(text ?? '');
  const parsed = definition.schema.safeParse(rawBody);
  if (parsed.success) return { body: parsed.data, rawBody, faults: [] };
  return {
    body: undefined,
    rawBody,
    faults: faultsOfBody(parsed.error.issues, rawBody).map((fault) => explain(operation, fault)),
  };
}

/** As the client called it: on one machine it speaks plain HTTP to a port of its own. */
function urlOf({ headers, rawPath, rawQueryString, requestContext }: HttpEvent): string {
  const scheme = headers['x-forwarded-proto'] === 'http' ? 'http' : 'https';
  const port = headers['x-forwarded-port'];
  const usual = port === undefined || port === (scheme === 'http' ? '80' : '443');
  const host = `${requestContext.domainName ?? 'localhost'}${usual ? '' : `:${port}`}`;
  return `${scheme}://${host}${rawPath}${rawQueryString ? `?${rawQueryString}` : ''}`;
}

/** A change of stage by PATCH would go past the rules of moves: the refusal says what to call. */
function explain(operation: Operation, fault: Fault): Fault {
  const isStage = 'pointer' in fault && ['/stage', '/lostReason', '/stageEnteredAt', '/phase'].includes(fault.pointer);
  if (operation.action !== 'amend' || !isStage) return fault;
  return { ...fault, detail: `Change the stage with a move: POST ${operation.path}/moves.` };
}

function summary(faults: readonly Fault[]): string {
  const [first, ...more] = faults;
  const where = first && ('pointer' in first ? first.pointer || 'The body' : first.parameter);
  return `${where}: ${first?.detail}${more.length > 0 ? ` (and ${more.length} more)` : ''}`;
}
