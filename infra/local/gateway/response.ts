/** A function's answer as an HTTP response, by payload format 2.0. */
import * as z from 'zod';

export interface HttpAnswer {
  status: number;
  headers: [string, string][];
  body: Buffer;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const Structured = z.object({
  statusCode: z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{3}$/)
        .transform(Number),
    ])
    .refine((code) => Number.isInteger(code) && code >= 100 && code <= 599),
  headers: z.record(z.string(), scalar).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** Belong to the connection, not to the function. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'content-length',
  'date',
]);

/** What API Gateway answers by itself: `{"message": …}`. */
export function gatewayAnswer(status: number, message: string, headers: [string, string][] = []): HttpAnswer {
  return {
    status,
    headers: [['content-type', 'application/json'], ...headers],
    body: Buffer.from(JSON.stringify({ message })),
  };
}

export const internalServerError = (): HttpAnswer => gatewayAnswer(500, 'Internal Server Error');

/**
 * Anything without a `statusCode` is a JSON body with status 200; a malformed answer is a 500, as on API Gateway.
 * `payload` is the JSON text that the function answered.
 */
export function answerOf(payload: string): HttpAnswer {
  const answer: unknown = JSON.parse(payload);
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: [['content-type', 'application/json']], body: Buffer.from(body) };
  }
  const parsed = Structured.safeParse(answer);
  if (!parsed.success) return internalServerError();
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const content = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const out: [string, string][] = Object.entries(headers ?? {})
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => !hopByHop.has(name));
  for (const cookie of cookies ?? []) out.push(['set-cookie', cookie]);
  if (content.length > 0 && !out.some(([name]) => name === 'content-type'))
    out.push(['content-type', 'text/plain;charset=utf-8']);
  return { status: statusCode, headers: out, body: content };
}
