import type * as z from 'zod';
import type { Fault } from './problems.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** A JSON Pointer (RFC 6901): `~` and `/` in names are escaped. */
export const pointerOf = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** What is wrong with a body, each fault at the field that is at fault. `input` is the body as it came. */
export const faultsOfBody = (issues: readonly Issue[], input: unknown): Fault[] =>
  firstOfEach(flatten(issues, [], input).map(({ path, detail }) => ({ pointer: pointerOf(path), detail })));

/** What is wrong with query parameters: each fault by the parameter's name. */
export const faultsOfQuery = (issues: readonly Issue[], input: unknown): Fault[] =>
  firstOfEach(
    flatten(issues, [], input).map(({ path, detail }) => ({
      parameter: String(path[0] ?? ''),
      detail: unquote(detail),
    })),
  );

/** One fault a place: a value that is wrong in one way is often wrong in several. */
function firstOfEach(faults: readonly Fault[]): Fault[] {
  const byPlace = new Map<string, Fault>();
  for (const fault of faults) {
    const place = 'pointer' in fault ? fault.pointer : fault.parameter;
    if (!byPlace.has(place)) byPlace.set(place, fault);
  }
  return [...byPlace.values()];
}

const unquote = (detail: string) => (detail === NO_SUCH_FIELD ? 'There is no such parameter.' : detail);

const NO_SUCH_FIELD = 'There is no such field.';

interface Found {
  readonly path: Path;
  readonly detail: string;
}

function flatten(issues: readonly Issue[], base: Path, input: unknown): Found[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => ({ path: [...path, key], detail: NO_SUCH_FIELD }));
      case 'invalid_union':
        return flattenUnion(issue, path, input);
      case 'invalid_key':
        return [{ path, detail: issue.issues.map(({ message }) => message).join(' ') }];
      case 'invalid_type':
        return [{ path, detail: valueAt(input, path) === undefined ? 'This field is needed.' : plain(issue.message) }];
      default:
        return [{ path, detail: plain(issue.message) }];
    }
  });
}

/**
 * A union's faults are those of the form that the value comes closest to: the one with the fewest faults. What is nothing like any
 * of them is at fault as a whole.
 */
function flattenUnion(issue: Issue & { code: 'invalid_union' }, path: Path, input: unknown): Found[] {
  const value = valueAt(input, path);
  const forms = issue.errors.map((errors) => flatten(errors, path, input)).sort((a, b) => a.length - b.length);
  const closest = forms[0];
  const isLikeOne =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (isLikeOne && closest) return closest;
  return [{ path, detail: plain(issue.message) }];
}

function valueAt(input: unknown, path: Path): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}

const plain = (message: string) => {
  const text = message.replace(/^Invalid (?:input|option): /, '');
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
};
