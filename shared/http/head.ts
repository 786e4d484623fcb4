import type { HttpResult } from './answer.ts';
import type { HttpEvent } from './call.ts';

/** To `HEAD`, the headers that `GET` would have had. */
export function withoutBody({ requestContext }: HttpEvent, result: HttpResult): HttpResult {
  if (requestContext.http.method !== 'HEAD') return result;
  const { body: _, isBase64Encoded: __, ...head } = result;
  return head;
}
