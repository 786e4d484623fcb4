import middy, { type MiddlewareObj } from '@middy/core';
import { hasAnyRole, type Viewer } from '#shared/domain/record/confidentiality.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { type Answer, type HttpResult, toProblemError, toProblemResult, toResult } from './answer.ts';
import { type Call, type HttpEvent, readCall } from './call.ts';
import { withoutBody } from './head.ts';
import { correlationIdOf } from './headers.ts';
import { acceptedType } from './negotiate.ts';
import { type Operation, routeKeysOf } from './operation.ts';
import { ProblemError } from './problems.ts';
import { viewerOf } from './viewer.ts';

/** Answers one call. */
export type UseCase = (call: Call) => Promise<Answer>;

interface HttpLog {
  info(message: string, details: Record<string, unknown>): void;
  error(message: string, details: Record<string, unknown>): void;
}

export interface Api {
  readonly operations: readonly Operation[];
  /** By an operation's action, or else by its id. */
  readonly useCases: Readonly<Record<string, UseCase>>;
  readonly clock: Clock;
  readonly log: HttpLog;
}

/** A function behind API Gateway; the Lambda context is passed through. */
export type HttpHandler = (event: HttpEvent, context: unknown) => Promise<HttpResult>;

/** What the middleware learns of a request on its way in. */
interface State {
  startedAt?: number;
  correlationId?: string;
  operation?: Operation;
  viewer?: Viewer;
  result?: HttpResult;
  details?: Answer['log'];
}

type Layer = MiddlewareObj<HttpEvent, HttpResult, Error, never, Record<string, unknown>>;

/**
 * The one stack of every HTTP function, from the outside in: log line, problems, correlation, route, role (403), validation (400);
 * the use case comes last.
 */
export function httpHandler(api: Api): HttpHandler {
  const routes = new Map(
    api.operations.flatMap((operation) => routeKeysOf(operation).map((key) => [key, operation] as const)),
  );
  const states = new WeakMap<HttpEvent, State>();
  const stateOf = (event: HttpEvent): State => {
    const state = states.get(event) ?? {};
    states.set(event, state);
    return state;
  };
  const answer = async (event: HttpEvent): Promise<HttpResult> => {
    const state = stateOf(event);
    const { operation, viewer, correlationId = '', startedAt = 0 } = state;
    if (!operation) throw new ProblemError('no-such-route');
    const call = readCall(operation, event, viewer, { correlationId, receivedAt: startedAt });
    const useCase = api.useCases[operation.action ?? operation.id];
    if (!useCase) throw new Error(`Nothing answers ${operation.id}.`);
    const given = await useCase(call);
    state.details = given.log;
    return toResult(given, correlationId);
  };
  const layers: Layer[] = [
    accessLog(api, stateOf),
    problems(api, stateOf),
    correlation(api, stateOf),
    routing(routes, stateOf),
    role(stateOf),
    negotiation(stateOf),
  ];
  const stack = middy<HttpEvent, HttpResult>();
  for (const layer of layers) stack.use(layer as never);
  const handler = stack.handler(answer as never) as unknown as HttpHandler;
  return async (event, context) => withoutBody(event, await handler(event, context));
}

type StateOf = (event: HttpEvent) => State;

/** One line a request: what was called, how it ended, how long it took. Never a body, a title, a name or a query. */
function accessLog({ clock, log }: Api, stateOf: StateOf): Layer {
  const write = (event: HttpEvent, status: number | undefined) => {
    const { operation, correlationId, startedAt = clock(), viewer, details } = stateOf(event);
    log.info('request', {
      method: event.requestContext.http.method,
      route: operation?.path ?? '$default',
      status,
      ms: clock() - startedAt,
      requestId: event.requestContext.requestId,
      correlationId,
      user: viewer?.id,
      ...details,
    });
  };
  return {
    before: ({ event }) => {
      stateOf(event).startedAt = clock();
    },
    after: ({ event, response }) => write(event, response?.statusCode),
    onError: ({ event, response }) => write(event, response?.statusCode),
  };
}

function problems({ log }: Api, stateOf: StateOf): Layer {
  return {
    onError: (request) => {
      const { correlationId = '' } = stateOf(request.event);
      const problem = toProblemError(request.error);
      if (problem.problem.status >= 500)
        log.error('failed', { correlationId, code: problem.code, ...describe(request.error) });
      request.response = toProblemResult(problem, correlationId);
    },
  };
}

/**
 * What is logged of an error: its name and where it arose. Not its message, which may quote what was sent, and which stands at the
 * beginning of its stack, over several lines if it has them.
 */
const describe = (error: unknown) =>
  error instanceof Error
    ? {
        error: error.name,
        at: error.stack
          ?.replace(error.message, '')
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line.startsWith('at '))
          .slice(0, 5),
      }
    : {};

function correlation(_: Api, stateOf: StateOf): Layer {
  return {
    before: ({ event }) => {
      stateOf(event).correlationId = correlationIdOf(event.headers ?? {}, event.requestContext.requestId);
    },
  };
}

function routing(routes: ReadonlyMap<string, Operation>, stateOf: StateOf): Layer {
  return {
    before: ({ event }) => {
      const operation = routes.get(event.routeKey);
      if (!operation)
        throw new ProblemError('no-such-route', 'There is no such path, or it does not support this method.');
      stateOf(event).operation = operation;
    },
  };
}

/** Refuses (406) a client that takes none of the types that an operation answers in. Operations with several choose for themselves. */
function negotiation(stateOf: StateOf): Layer {
  return {
    before: ({ event }) => {
      const { operation } = stateOf(event);
      if (!operation || operation.raw || operation.headers?.includes('Accept')) return;
      // Whether there is a schema, without making it: a start has no use for it.
      const types = Object.values(operation.responses)
        .filter((response) => 'schema' in response)
        .map(({ mediaType = 'application/json' }) => mediaType);
      const [first, ...others] = new Set(types);
      if (first) acceptedType(event.headers ?? {}, [first, ...others]);
    },
  };
}

function role(stateOf: StateOf): Layer {
  return {
    before: ({ event }) => {
      const state = stateOf(event);
      if (!state.operation || state.operation.access === 'open') return;
      state.viewer = viewerOf(event.requestContext.authorizer?.jwt?.claims);
      const { access } = state.operation;
      if (hasAnyRole(state.viewer, access)) return;
      const allowed = ROLES.filter((candidate) => access.includes(candidate)).join(', ');
      const own = state.viewer.roles.join(', ');
      throw new ProblemError('forbidden', `Your role (${own}) does not allow this. Roles that may: ${allowed}.`);
    },
  };
}
