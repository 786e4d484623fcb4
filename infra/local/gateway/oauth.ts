/** Answers of an OAuth server, as RFC 6749 has them. */
import type { HttpAnswer } from './response.ts';

export function oauthError(status: number, error: string, description: string): HttpAnswer {
  const answer = oauthJson(status, { error, error_description: description });
  if (status === 401) answer.headers.push(['www-authenticate', 'Basic realm="local"']);
  return answer;
}

export function oauthJson(status: number, value: unknown): HttpAnswer {
  return {
    status,
    headers: [
      ['content-type', 'application/json'],
      ['cache-control', 'no-store'],
    ],
    body: Buffer.from(JSON.stringify(value)),
  };
}

export function redirect(location: string): HttpAnswer {
  return {
    status: 302,
    headers: [
      ['location', location],
      ['cache-control', 'no-store'],
      ['referrer-policy', 'no-referrer'],
    ],
    body: Buffer.alloc(0),
  };
}
