import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import type { HttpFunction } from '#shared/http/operation.ts';
import { useFunctionEnvironment } from './function-world.ts';
import { caller } from './http-request.ts';
import { httpWorld } from './http-world.ts';

const ENTRIES = {
  read: () => import('#functions/api/read.ts'),
  around: () => import('#functions/api/around.ts'),
  settings: () => import('#functions/api/settings.ts'),
  log: () => import('#functions/intake/log.ts'),
  organisations: () => import('#functions/api/organisations.ts'),
} satisfies Partial<Record<HttpFunction, () => Promise<{ handler: unknown }>>>;

/**
 * People's requests in a world in memory: `ask` takes each to the function that its route leads to, of those that are named, or else to the
 * first of them. Where an instant is given, every test begins then, in a world anew.
 */
export function apiWorld(functions: readonly [keyof typeof ENTRIES, ...(keyof typeof ENTRIES)[]], at?: number) {
  const world = httpWorld();
  const handlers: Partial<Record<HttpFunction, never>> = {};
  const handlerOf = (fn: HttpFunction | undefined) => (fn && handlers[fn]) ?? (handlers[functions[0]] as never);
  beforeAll(async () => {
    useFunctionEnvironment();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const name of functions) handlers[name] = (await ENTRIES[name]()).handler as never;
  });
  if (at !== undefined)
    beforeEach(() => {
      vi.setSystemTime(at);
      world.reset();
    });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllEnvs();
    vi.unstubAllGlobals();
  });
  return { world, ask: caller(handlerOf), handlerOf };
}
