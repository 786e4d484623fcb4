import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createMethodLookup } from '#shared/http/method-lookup.ts';

const methodsOf = createMethodLookup(() => JSON.parse(readFileSync('docs/generated/openapi.json', 'utf8')).paths);

it.each([
  ['/v1/trade-deals', ['GET', 'POST', 'HEAD']],
  ['/v1/trade-deals/trd_1', ['GET', 'PATCH', 'HEAD']],
  ['/v1/trade-deals/trd_1/moves', ['POST']],
  ['/webhooks/jitri', ['POST']],
  ['/nowhere', []],
  ['/v1/trade-deals/', []],
  ['/v1/constructor', []],
  ['/', []],
])('%s has the methods %j', (path, methods) => {
  expect(methodsOf(path)).toEqual(methods);
});
