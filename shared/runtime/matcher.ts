import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lazily } from '#shared/domain/lazily.ts';

export type Matcher = typeof import('#shared/domain/organisation/match/matcher.ts');

/** Beside a function's bundle lies a bundle of the matcher (`infra/functions.ts`); in the source it is the module itself. */
function matcherUrl(): string {
  const bundled = new URL('./matcher.mjs', import.meta.url);
  return existsSync(fileURLToPath(bundled))
    ? bundled.href
    : new URL('../domain/organisation/match/matcher.ts', import.meta.url).href;
}

/**
 * What compares names of organisations across scripts, loaded when it is first asked for: with its dictionaries it is as large as a whole
 * function, and most calls never need it.
 */
export const openMatcher: () => Promise<Matcher> = /* @__PURE__ */ lazily(
  async () => (await import(matcherUrl())) as Matcher,
);
