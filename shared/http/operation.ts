import type * as z from 'zod';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import type { Role } from '#shared/domain/user/roles.ts';
import type { ProblemCode } from './problems.ts';

/** The functions that answer HTTP requests, by the name of their entry point. */
export type HttpFunction = 'read' | 'settings' | 'docs' | 'log';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH';

/** What an operation on a record does, whatever its kind. */
export type Action =
  | 'log'
  | 'evidence'
  | 'read-evidence'
  | 'list'
  | 'read'
  | 'amend'
  | 'move'
  | 'note'
  | 'void'
  | 'restore'
  | 'release'
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
  /** Names of the headers that come with it. */
  readonly headers?: readonly ResponseHeader[];
}

export type ResponseHeader = 'ETag' | 'Location' | 'Preference-Applied';

/** Request headers that mean something to an operation. */
export type RequestHeader = 'If-Match' | 'If-None-Match' | 'Idempotency-Key' | 'Prefer';

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
