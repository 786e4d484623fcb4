import { beforeEach, describe, expect, it } from 'vitest';
import { createCache } from '#shared/runtime/cache.ts';

let now = 0;
let loads: string[] = [];
let failing = false;
const open = (atMost = 2) =>
  createCache({
    load: async (key) => {
      loads.push(key);
      if (failing) throw new Error('not now');
      return `${key}@${now}`;
    },
    clock: () => now,
    ms: 1_000,
    atMost,
  });

beforeEach(() => {
  [now, loads, failing] = [0, [], false];
});

describe('a cache', () => {
  it('looks once for all who ask within its time, also at the same moment', async () => {
    const cache = open();
    expect(await Promise.all([cache.get('a'), cache.get('a')])).toEqual(['a@0', 'a@0']);
    now = 999;
    expect(await cache.get('a')).toBe('a@0');
    now = 1_000;
    expect(await cache.get('a')).toBe('a@1000');
    expect(loads).toEqual(['a', 'a']);
  });

  it('keeps no more keys than it may: the one that was looked for first leaves first', async () => {
    const cache = open(2);
    for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'a']);
  });

  it('remembers no failure', async () => {
    const cache = open();
    failing = true;
    await expect(cache.get('a')).rejects.toThrow('not now');
    failing = false;
    expect(await cache.get('a')).toBe('a@0');
  });

  it('looks anew for what was dropped', async () => {
    const cache = open();
    await cache.get('a');
    cache.drop('a');
    now = 1;
    expect(await cache.get('a')).toBe('a@1');
  });
});
