/** Which route a request takes, by API Gateway's precedence: the most specific path, then the method over `ANY`, then `$default`. */
import type { Route } from '../template/model.ts';

interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string>;
}

export interface Router {
  /** `path` is decoded. */
  match(method: string, path: string): RouteMatch | undefined;
}

type Segment = { kind: 'literal' | 'parameter' | 'greedy'; text: string };

interface Candidate {
  route: Route;
  method: string;
  segments: Segment[];
}

export function routerOf(routes: Route[]): Router {
  const fallback = routes.find((route) => route.routeKey === '$default');
  const candidates = routes
    .filter((route) => route !== fallback)
    .map(candidateOf)
    .sort(compare);
  return {
    match(method, path) {
      const parts = split(path);
      for (const candidate of candidates) {
        if (candidate.method !== 'ANY' && candidate.method !== method) continue;
        const pathParameters = take(candidate.segments, parts);
        if (pathParameters) return { route: candidate.route, pathParameters };
      }
      return fallback && { route: fallback, pathParameters: {} };
    },
  };
}

function candidateOf(route: Route): Candidate {
  const [method = '', path = ''] = route.routeKey.split(' ');
  const segments = split(path).map((part): Segment => {
    const [, name, plus] = /^\{([^}+]+)(\+?)\}$/.exec(part) ?? [];
    if (name === undefined) return { kind: 'literal', text: part };
    return { kind: plus ? 'greedy' : 'parameter', text: name };
  });
  return { route, method, segments };
}

const weights = { literal: 0, parameter: 1, greedy: 2 };

/** More specific first: segment by segment, then the method. */
function compare(a: Candidate, b: Candidate): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const [left, right] = [a.segments[index], b.segments[index]];
    const difference = (left ? weights[left.kind] : 3) - (right ? weights[right.kind] : 3);
    if (difference !== 0) return difference;
  }
  return Number(a.method === 'ANY') - Number(b.method === 'ANY');
}

function take(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || part === '') return undefined;
    if (segment.kind === 'greedy') {
      values[segment.text] = parts.slice(index).join('/');
      return values;
    }
    if (segment.kind === 'parameter') values[segment.text] = part;
    else if (segment.text !== part) return undefined;
  }
  return segments.length === parts.length ? values : undefined;
}

/** `/` has no segments; a slash at the end makes another path, as on API Gateway. */
function split(path: string): string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}
