import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HttpResult, toProblemResult, toResult } from '#shared/http/answer.ts';
import type { HttpEvent } from '#shared/http/call.ts';
import { withoutBody } from '#shared/http/head.ts';
import { correlationIdOf } from '#shared/http/headers.ts';
import { createMethodLookup } from '#shared/http/method-lookup.ts';
import { ProblemError } from '#shared/http/problems.ts';
import { openStaticFiles, type StaticFile } from '#shared/http/static-files.ts';
import { openLogger } from '#shared/runtime/logger.ts';

const log = openLogger('docs');

/** Files stand beside the bundle: infrastructure copies them there. */
const beside = (path: string) => ({ path: join(import.meta.dirname, path) });

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Partnership CRM: the API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Everything comes from here, and nothing goes anywhere else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const A_DAY = 'public, max-age=86400';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const FILES: Readonly<Record<string, StaticFile>> = {
  '/docs': { contentType: 'text/html; charset=utf-8', content: { text: PAGE }, policy: POLICY },
  '/openapi.json': { contentType: 'application/json', content: beside('openapi.json') },
  '/docs/problems.md': { contentType: 'text/markdown; charset=utf-8', content: beside('problems.md') },
  '/docs/start.js': { contentType: JAVASCRIPT, content: { text: START } },
  '/docs/swagger-ui.css': {
    contentType: 'text/css; charset=utf-8',
    content: beside('swagger-ui/swagger-ui.css'),
    cacheControl: A_DAY,
  },
  '/docs/swagger-ui-bundle.js': {
    contentType: JAVASCRIPT,
    content: beside('swagger-ui/swagger-ui-bundle.js'),
    cacheControl: A_DAY,
  },
  '/docs/favicon-32x32.png': {
    contentType: 'image/png',
    content: beside('swagger-ui/favicon-32x32.png'),
    cacheControl: A_DAY,
  },
};

const serve = openStaticFiles(FILES);
const methodsOf = createMethodLookup(() => JSON.parse(readFileSync(beside('openapi.json').path, 'utf8')).paths);

/**
 * Serves the description of the API: the OpenAPI document, a page to read and try it, and what each problem means. It also answers
 * whatever has no route of its own: `OPTIONS` (204), another method of a known path (405), and unknown paths (404).
 */
export const handler = async (event: HttpEvent) => {
  const startedAt = Date.now();
  const correlationId = correlationIdOf(event.headers, event.requestContext.requestId);
  const { method } = event.requestContext.http;
  const result = withoutBody(event, answer(event, method, correlationId));
  log.info('request', {
    method,
    route: event.routeKey,
    status: result.statusCode,
    ms: Date.now() - startedAt,
    correlationId,
  });
  return result;
};

function answer({ routeKey, rawPath, headers }: HttpEvent, method: string, correlationId: string): HttpResult {
  if (routeKey !== '$default')
    return (
      serve(rawPath, headers) ?? toProblemResult(new ProblemError('not-found', 'There is no such file.'), correlationId)
    );
  const methods = methodsOf(rawPath);
  if (methods.length === 0)
    return toProblemResult(new ProblemError('no-such-route', 'There is no such path.'), correlationId);
  const allow = { allow: [...methods, 'OPTIONS'].join(', ') };
  if (method === 'OPTIONS') return toResult({ status: 204, headers: allow }, correlationId);
  const problem = new ProblemError('method-not-allowed', `This path has ${methods.join(', ')}.`, [], allow);
  return toProblemResult(problem, correlationId);
}
