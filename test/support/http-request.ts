import type { HttpEvent } from '#shared/http/call.ts';
import { type HttpFunction, routeKeyOf } from '#shared/http/operation.ts';
import { OPERATIONS } from '#shared/http/operations.ts';

export interface RequestOptions {
  /** Groups of the token: `bd-officer` unless said; null for no token. */
  readonly as?: string | null;
  readonly user?: string;
  readonly body?: unknown;
  /** Instead of a body: its very text, or bytes. */
  readonly raw?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Not to be found in the list of operations. */
  readonly routeKey?: string;
}

export interface TestAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape.
  readonly body: any;
  readonly headers: Readonly<Record<string, string>>;
}

let count = 0;

/** A request as API Gateway hands it to a function, by method and path: `POST /v1/trade-deals?limit=1`. */
export function httpEvent(call: string, options: RequestOptions = {}): HttpEvent {
  const [method = '', target = ''] = call.split(' ');
  const [path = '', rawQueryString = ''] = target.split('?');
  const { as = 'bd-officer', user, body, raw, headers = {} } = options;
  const found = match(method, path);
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  count++;
  return {
    routeKey: options.routeKey ?? found?.routeKey ?? '$default',
    rawPath: path,
    rawQueryString,
    headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(found ? { pathParameters: found.parameters } : {}),
    ...(typeof sent === 'string'
      ? { body: sent }
      : sent
        ? { body: Buffer.from(sent).toString('base64'), isBase64Encoded: true }
        : {}),
    requestContext: {
      requestId: `request-${count}`,
      http: { method },
      ...(as === null ? {} : { authorizer: { jwt: { claims: { sub: user ?? as, 'cognito:groups': `[${as}]` } } } }),
    },
  };
}

function match(method: string, path: string): { routeKey: string; parameters: Record<string, string> } | undefined {
  const segments = path.split('/');
  for (const operation of OPERATIONS) {
    const template = operation.path.split('/');
    const fits =
      operation.method === method &&
      template.length === segments.length &&
      template.every((part, index) => part.startsWith('{') || part === segments[index]);
    if (!fits) continue;
    const named = template.flatMap((part, index) =>
      part.startsWith('{') ? [[part.slice(1, -1), decodeURIComponent(segments[index] ?? '')]] : [],
    );
    return { routeKey: routeKeyOf(operation), parameters: Object.fromEntries(named) };
  }
  return undefined;
}

/** The function that a call leads to. */
function functionOf(call: string): HttpFunction | undefined {
  const [method = '', target = ''] = call.split(' ');
  const routeKey = match(method, target.split('?')[0] ?? '')?.routeKey;
  return OPERATIONS.find((operation) => routeKeyOf(operation) === routeKey)?.fn;
}

type Handler = (
  event: HttpEvent,
  context: unknown,
) => Promise<{ statusCode: number; headers: Record<string, string>; body?: string; isBase64Encoded?: boolean }>;

const isJson = (headers: Readonly<Record<string, string>>) => /json/.test(headers['content-type'] ?? '');

/** Calls a function as API Gateway would, and reads its answer. `handler` is told which function the route leads to. */
export const caller =
  (handler: (fn: HttpFunction | undefined) => Handler) =>
  async (call: string, options?: RequestOptions): Promise<TestAnswer> => {
    const { statusCode, headers, body, isBase64Encoded } = await handler(functionOf(call))(
      httpEvent(call, options),
      {},
    );
    const text = isBase64Encoded && body !== undefined ? Buffer.from(body, 'base64').toString() : body;
    return { status: statusCode, headers, body: text && isJson(headers) ? JSON.parse(text) : text };
  };

/** What an officer logs, as a request has it. */
export const DEAL = {
  title: 'Air filters for the metro',
  strand: 'business-engagement',
  direction: 'uk-export',
  organisations: [{ name: 'Guangzhou Metro', place: 'guangzhou' }],
};

export const LEAD = {
  title: 'Catalyst',
  strand: 'business-engagement',
  ipType: 'patent',
  organisations: [{ name: 'Guangzhou Metro', place: 'guangzhou' }],
};
