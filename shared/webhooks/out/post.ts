import { type ClientRequest, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Guard } from './guard.ts';

/** What came of one call. */
export type Posted =
  | { readonly httpStatus: number; readonly retryAfter: string | undefined }
  /** Nothing was answered: `forbidden:…` from the guard, `timeout`, or the code of a broken connection. */
  | { readonly failure: string };

export interface Letter {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends a letter. Never throws. */
export type Post = (letter: Letter) => Promise<Posted>;

/** How long a subscriber has to answer, from the first look at its name to the end of its answer, in milliseconds. */
export const ANSWER_WITHIN_MS = 15_000;

/** As much of an answer's body is let in, in bytes; nothing of it is looked at. */
const BODY_AT_MOST = 64 * 1024;

/** Posts to where the guard lets it, to the very address that was checked. Follows no redirect: that is an answer like any other. */
export function createPost({
  guard,
  answerWithinMs = ANSWER_WITHIN_MS,
}: {
  readonly guard: Guard;
  readonly answerWithinMs?: number;
}): Post {
  return async (letter) => {
    const over = AbortSignal.timeout(answerWithinMs);
    const late = new Promise<Posted>((resolve) => {
      over.addEventListener('abort', () => resolve({ failure: 'timeout' }), { once: true });
    });
    return await Promise.race([send(letter, guard, over), late]);
  };
}

async function send({ url: text, headers, body }: Letter, guard: Guard, over: AbortSignal): Promise<Posted> {
  const verdict = await guard(text);
  if (!verdict.ok) return { failure: `forbidden:${verdict.reason}` };
  if (over.aborted) return { failure: 'timeout' };
  const { url, address } = verdict;
  // The name stays the one that the certificate and the request are for; what is connected to is the address that was checked.
  const pinned: LookupFunction = (_host, options, answer) =>
    options.all ? answer(null, [address]) : answer(null, address.address, address.family);
  const options = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    // A connection of its own: one that is kept could outlive the check.
    agent: false,
    lookup: pinned,
    signal: over,
  } as const;
  return await new Promise<Posted>((resolve) => {
    const request: ClientRequest = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    const broken = (error: NodeJS.ErrnoException) =>
      resolve({ failure: over.aborted ? 'timeout' : (error.code ?? error.name) });
    request.on('error', broken);
    request.on('response', (response) => {
      const { statusCode = 0 } = response;
      const done = () => {
        resolve({ httpStatus: statusCode, retryAfter: response.headers['retry-after'] });
        request.destroy();
      };
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > BODY_AT_MOST) done();
      });
      // A status has been answered, whatever becomes of the rest.
      response.on('end', done).on('error', done).on('close', done);
    });
    request.end(body);
  });
}
