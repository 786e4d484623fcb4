/** Services whose calls are told apart by method and path, not by a target header. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequiredGrant } from './types.ts';

export interface RestRequest {
  method: string;
  /** As it came, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface RestAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

/** Undefined where the caller has all of them, else AWS's words for the first that it lacks. */
export type Refusal = (grants: RequiredGrant[]) => string | undefined;

export interface RestService {
  handle(request: RestRequest, refusal: Refusal): Promise<RestAnswer>;
  /** An error as clients of this service read it. */
  fault(status: number, code: string, message: string): RestAnswer;
}

/** What a REST service refuses, with the code and status that AWS gives it. */
export class RestFault extends Error {
  override name = 'RestFault';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function jsonAnswer(body: unknown): RestAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

/** An error of the REST-JSON protocol. */
export function jsonFault(status: number, code: string, message: string): RestAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), 'x-amzn-errortype': code },
    body: JSON.stringify({ message }),
  };
}

/** The body as JSON; an empty body is an empty object. */
export function jsonBody(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new RestFault(400, 'SerializationException', 'the body is not JSON');
  }
}

/** Throws `AccessDeniedException` where the caller lacks a grant. */
export function demand(refusal: Refusal, grants: RequiredGrant[]): void {
  const refused = refusal(grants);
  if (refused !== undefined) throw new RestFault(403, 'AccessDeniedException', refused);
}

/** Runs a handler of a REST-JSON service; what it throws becomes an answer. */
export async function restJson(run: () => Promise<unknown> | unknown): Promise<RestAnswer> {
  try {
    return jsonAnswer((await run()) ?? {});
  } catch (error) {
    if (error instanceof RestFault) return jsonFault(error.status, error.code, error.message);
    return jsonFault(500, 'InternalServerException', error instanceof Error ? error.message : String(error));
  }
}
