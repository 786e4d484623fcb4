/** CORS as API Gateway does it from the API's configuration: it answers preflights itself, and sets the headers of all other answers. */
import type { IncomingMessage } from 'node:http';
import type { Cors } from '../template/model.ts';
import type { HttpAnswer } from './response.ts';

/** The answer to a preflight request, undefined for any other. */
export function preflight(cors: Cors, request: IncomingMessage): HttpAnswer | undefined {
  if (request.method !== 'OPTIONS' || !request.headers.origin || !request.headers['access-control-request-method'])
    return undefined;
  const headers = originHeaders(cors, request);
  if (headers.length > 0) {
    headers.push(['access-control-allow-methods', cors.allowMethods.join(',')]);
    if (cors.allowHeaders.length > 0) headers.push(['access-control-allow-headers', cors.allowHeaders.join(',')]);
    if (cors.maxAgeSeconds !== undefined) headers.push(['access-control-max-age', String(cors.maxAgeSeconds)]);
  }
  return { status: 204, headers, body: Buffer.alloc(0) };
}

/** Sets the headers, whatever the function said about them. */
export function withCors(cors: Cors, request: IncomingMessage, answer: HttpAnswer): HttpAnswer {
  if (!request.headers.origin) return answer;
  const own = originHeaders(cors, request);
  if (own.length > 0 && cors.exposeHeaders.length > 0)
    own.push(['access-control-expose-headers', cors.exposeHeaders.join(',')]);
  return { ...answer, headers: [...answer.headers.filter(([name]) => !name.startsWith('access-control-')), ...own] };
}

function originHeaders(cors: Cors, request: IncomingMessage): [string, string][] {
  const origin = request.headers.origin ?? '';
  const all = cors.allowOrigins.includes('*');
  const allowed =
    all ||
    cors.allowOrigins.some((one) => one === origin || (one.endsWith('*') && origin.startsWith(one.slice(0, -1))));
  if (!allowed) return [];
  return [
    ['access-control-allow-origin', all && !cors.allowCredentials ? '*' : origin],
    ...(cors.allowCredentials ? ([['access-control-allow-credentials', 'true']] as [string, string][]) : []),
    ...(all ? [] : ([['vary', 'origin']] as [string, string][])),
  ];
}
