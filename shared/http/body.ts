import type { FieldFault } from '#shared/domain/pipeline/moves.ts';
import { findDuplicateNames } from '#shared/runtime/strict-json.ts';
import { pointerOf } from './faults.ts';
import type { Headers } from './headers.ts';
import type { Fault } from './problems.ts';
import { ProblemError } from './problems.ts';

/** A body may have this many bytes: 256 KiB, far more than any record takes and less than an event may have. */
export const MAX_BODY_BYTES = 256 * 1024;

/** How deep lists and objects may nest; the schemas need five levels. */
const MAX_DEPTH = 20;

/** Names that would reach an object's prototype: no schema has them, and none is handed on. */
const FORBIDDEN_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];

interface RawBody {
  readonly body?: string | undefined;
  readonly isBase64Encoded?: boolean | undefined;
}

/** The bytes of a request's body as text; undefined where there are none. Refuses what is too large or not UTF-8. */
export function bodyText({ body, isBase64Encoded }: RawBody): string | undefined {
  if (!body) return undefined;
  const size = isBase64Encoded ? Math.floor((body.length * 3) / 4) : Buffer.byteLength(body);
  if (size > MAX_BODY_BYTES + 2)
    throw new ProblemError('body-too-large', `The body must not exceed ${MAX_BODY_BYTES / 1024} KiB.`);
  // A byte order mark may be ignored (RFC 8259, section 8.1); the decoder below does so too.
  if (!isBase64Encoded) return body.replace(/^\ufeff/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(body, 'base64'));
  } catch {
    throw new ProblemError('malformed-json', 'The body is not UTF-8.');
  }
}

/** The bytes of a request's body, empty where there are none. Refuses what is too large. */
export function bodyBytes({ body = '', isBase64Encoded }: RawBody): Buffer {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES)
    throw new ProblemError('body-too-large', `The body must not exceed ${MAX_BODY_BYTES / 1024} KiB.`);
  return bytes;
}

/** Refuses a body of a type that the operation does not take, or that is compressed. */
export function checkMediaType(headers: Headers, accepted: readonly string[]): void {
  const { 'content-type': contentType, 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.trim().toLowerCase() !== 'identity')
    throw new ProblemError('unsupported-media-type', 'The body must be sent without Content-Encoding.');
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = !charset || /^charset="?utf-?8"?$/.test(charset);
  if (!accepted.includes(type.trim()) || !isUtf8)
    throw new ProblemError('unsupported-media-type', `The body must be ${accepted.join(' or ')}, in UTF-8.`);
}

/** The body's JSON. Refuses what is broken, nested without end, named after an object's prototype, or has a name twice. */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProblemError('malformed-json', 'The body is not JSON.');
  }
  const faults = [...soundness(value), ...faultsOfDuplicates(text)];
  if (faults.length > 0) throw new ProblemError('validation', faults[0]?.detail, faults);
  return value;
}

/** The names that JSON text repeats within one object, each at its place. */
export const faultsOfDuplicates = (text: string): FieldFault[] =>
  findDuplicateNames(text).map((path) => ({ pointer: pointerOf(path), detail: 'This name is given more than once.' }));

/**
 * What JSON holds that no schema should have to look at: nesting without end, and names of an object's prototype. Walks the value
 * without recursion, so that no nesting can exhaust the stack.
 */
export function soundness(root: unknown): Fault[] {
  const faults: Fault[] = [];
  const rest: { value: unknown; path: readonly string[] }[] = [{ value: root, path: [] }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { value, path } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= MAX_DEPTH)
      return [{ pointer: pointerOf(path.slice(0, 1)), detail: `Nested more than ${MAX_DEPTH} levels deep.` }];
    for (const name of Object.keys(value)) {
      if (!Array.isArray(value) && FORBIDDEN_NAMES.includes(name))
        faults.push({ pointer: pointerOf([...path, name]), detail: 'There is no such field.' });
      rest.push({ value: (value as Record<string, unknown>)[name], path: [...path, name] });
    }
  }
  return faults;
}
