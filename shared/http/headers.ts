import { type Fault, ProblemError } from './problems.ts';

/** Header names in lower case, as API Gateway hands them on. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** A condition on the version: one that the request gives, any version at all, or one that was never issued. */
export type IfMatch = { readonly any: true } | { readonly any: false; readonly tags: readonly string[] };

const LIST_OF_TAGS = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e]*"\s*)*$/;

/** `If-Match` (RFC 9110): undefined without one, 400 for one that cannot be read. A bare number is taken for a quoted one. */
export function ifMatchOf(headers: Headers): IfMatch | undefined {
  const value = headers['if-match'];
  if (value === undefined) return undefined;
  if (value.trim() === '*') return { any: true };
  if (/^\s*\d+\s*$/.test(value)) return { any: false, tags: [`"${value.trim()}"`] };
  if (!LIST_OF_TAGS.test(value)) throw headerFault('If-Match', 'An entity tag such as "3", as returned in ETag.');
  return { any: false, tags: splitTags(value) };
}

/** Whether a condition holds at a version. The comparison is strong: a weak tag never matches. */
export const matches = (condition: IfMatch, version: number): boolean =>
  condition.any || condition.tags.includes(`"${version}"`);

/** Whether `If-None-Match` names this version; its comparison is weak. */
export function noneMatches(headers: Headers, version: number): boolean {
  const value = headers['if-none-match'];
  if (value === undefined) return false;
  return value.trim() === '*' || splitTags(value).some((tag) => tag.replace(/^W\//, '') === `"${version}"`);
}

const splitTags = (value: string): string[] => value.split(',').map((tag) => tag.trim());

/** `Idempotency-Key`: 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(headers: Headers): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) throw headerFault('Idempotency-Key', '1 to 255 visible ASCII characters.');
  return value;
}

/** Whether the client prefers an answer at once (RFC 7240). */
export const prefersAsync = (headers: Headers): boolean =>
  (headers['prefer'] ?? '')
    .split(',')
    .some((preference) => /^respond-async$/i.test(preference.split(';')[0]?.trim() ?? ''));

const SAFE_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** The client's `X-Correlation-Id` where it is safe to log and to hand on, or else the given id. */
export function correlationIdOf(headers: Headers, otherwise: string): string {
  const value = headers['x-correlation-id'];
  return value && SAFE_ID.test(value) ? value : otherwise;
}

function headerFault(parameter: string, detail: string): ProblemError {
  const errors: Fault[] = [{ parameter, detail }];
  return new ProblemError('validation', `${parameter}: ${detail}`, errors);
}
