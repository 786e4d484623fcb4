/** An HTTP request as a function gets it: API Gateway's payload format 2.0. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

export interface EventContext {
  accountId: string;
  apiId: string;
  requestId: string;
  /** Milliseconds since 1970. */
  now: number;
  routeKey: string;
  path: string;
  rawQueryString: string;
  pathParameters: Record<string, string>;
  jwt?: { claims: Record<string, string>; scopes: string[] | null };
}

export function proxyEvent(request: IncomingMessage, body: Buffer, context: EventContext): object {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    if (name !== 'cookie' && values) headers[name] = values.join(',');
  }
  const host = headers.host ?? 'localhost';
  headers['x-forwarded-for'] ??= request.socket.remoteAddress ?? '127.0.0.1';
  headers['x-forwarded-port'] ??= String(request.socket.localPort ?? 80);
  headers['x-forwarded-proto'] ??= 'http';
  const cookies = (request.headers.cookie ?? '').split(/;\s*/).filter((cookie) => cookie !== '');
  const query = queryParameters(context.rawQueryString);
  const encoded = body.length > 0 && !isText(request, body);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: context.path,
    rawQueryString: context.rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(context.jwt ? { authorizer: { jwt: context.jwt } } : {}),
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: request.method ?? 'GET',
        path: context.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: '$default',
      time: commonLogTime(context.now),
      timeEpoch: context.now,
    },
    ...(Object.keys(context.pathParameters).length > 0 ? { pathParameters: context.pathParameters } : {}),
    ...(body.length > 0 ? { body: body.toString(encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded: encoded,
  };
}

const textTypes = /^(text\/|application\/(json|xml|javascript|[\w.+-]+\+(json|xml))\s*(;|$))/i;

/** API Gateway hands other types on as base64, forms among them; so does this, and with text that is not UTF-8. */
function isText(request: IncomingMessage, body: Buffer): boolean {
  if (request.headers['content-encoding']) return false;
  const type = request.headers['content-type'];
  return (type === undefined || textTypes.test(type)) && isUtf8(body);
}

/** Decoded; several values of one name are joined with commas. */
function queryParameters(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === '') return undefined;
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(now: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(now).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
