import type * as z from 'zod';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { Role } from '#shared/domain/user/roles.ts';
import type { ProblemCode } from './problems.ts';

/** The functions that answer HTTP requests, by the name of their entry point. */
export type HttpFunction =
  | 'read'
  | 'around'
  | 'settings'
  | 'docs'
  | 'log'
  | 'webhook'
  | 'partners'
  | 'subscriptions'
  | 'reports'
  | 'contacts'
  | 'organisations';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** What an operation on a record does, whatever its kind. */
export type Action =
  | 'log'
  | 'evidence'
  | 'read-evidence'
  | 'list'
  | 'list-activities'
  | 'read'
  | 'amend'
  | 'move'
  | 'note'
  | 'void'
  | 'restore'
  | 'release'
  | 'merge'
  | 'undo-merge'
  | 'timeline';

/** A request body: its schema and the media types it may come in; an optional one may be left out altogether. */
interface BodyDefinition {
  readonly schema: z.ZodType;
  readonly mediaTypes: readonly string[];
  readonly required: boolean;
}

export interface ResponseDefinition {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless said. */
  readonly mediaType?: string;
  /** Other media types in which it is answered, by `Accept`. */
  readonly alternatives?: readonly string[];
  /** Names of the headers that come with it. */
  readonly headers?: readonly ResponseHeader[];
}

export type ResponseHeader = 'ETag' | 'Location' | 'Preference-Applied' | 'Link';

/** Request headers that mean something to an operation. */
export type RequestHeader = 'If-Match' | 'If-None-Match' | 'Idempotency-Key' | 'Prefer' | 'Accept' | 'Accept-Language';

/** One call of the API: routes, roles, validation and the OpenAPI document are made from it. */
export interface Operation {
  /** The OpenAPI `operationId`. */
  readonly id: string;
  readonly method: Method;
  /** As API Gateway writes it: `/v1/trade-deals/{id}/moves`. */
  readonly path: string;
  /** `open`: without a token. Otherwise the roles that may call it. */
  readonly access: 'open' | readonly Role[];
  readonly fn: HttpFunction;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly kind?: Kind | Noun;
  readonly action?: Action;
  /** Path parameters; one of the wrong form names nothing (404). */
  readonly params?: z.ZodObject;
  /** Query parameters, all as text; unknown ones are refused. */
  readonly query?: z.ZodObject;
  readonly headers?: readonly RequestHeader[];
  readonly body?: BodyDefinition;
  /** It takes its body as bytes, of any type, and looks at nothing of it before it has verified them. Any query is let through. */
  readonly raw?: { readonly description: string };
  readonly responses: Readonly<Record<number, ResponseDefinition>>;
  readonly problems: readonly ProblemCode[];
  readonly example: {
    readonly params?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly answer: unknown;
  };
}

/** `GET /v1/me`, as API Gateway names a route. */
export const routeKeyOf = (operation: Pick<Operation, 'method' | 'path'>): string =>
  `${operation.method} ${operation.path}`;

/** The routes that lead to an operation: a `GET` is answered to `HEAD` too, without a body (RFC 9110, 9.3.2). */
export const routeKeysOf = (operation: Pick<Operation, 'method' | 'path'>): string[] =>
  operation.method === 'GET' ? [routeKeyOf(operation), `HEAD ${operation.path}`] : [routeKeyOf(operation)];

/** A body whose schema is made when it is first needed: most functions that start meet few of them. */
export const bodyOf = (schema: () => z.ZodType, mediaTypes: readonly string[], required: boolean): BodyDefinition => ({
  get schema() {
    return schema();
  },
  mediaTypes,
  required,
});

/** The same of a response. */
export const responseOf = (
  description: string,
  schema: () => z.ZodType,
  headers?: readonly ResponseHeader[],
): ResponseDefinition => ({
  description,
  get schema() {
    return schema();
  },
  ...(headers ? { headers } : {}),
});

/** The calls that a function answers, among lists of calls. */
export const operationsOf = (fn: HttpFunction, ...lists: readonly (readonly Operation[])[]): readonly Operation[] =>
  lists.flat().filter((operation) => operation.fn === fn);
