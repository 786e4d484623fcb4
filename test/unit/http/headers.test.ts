import { describe, expect, it } from 'vitest';
import {
  correlationIdOf,
  idempotencyKeyOf,
  ifMatchOf,
  matches,
  noneMatches,
  prefersAsync,
} from '#shared/http/headers.ts';
import { viewerOf } from '#shared/http/viewer.ts';

const holds = (value: string, version = 3) => {
  const condition = ifMatchOf({ 'if-match': value });
  return condition && matches(condition, version);
};

describe('If-Match', () => {
  it('holds for this version, in a list too, and for any', () => {
    expect([holds('"3"'), holds('"1", "3"'), holds('*'), holds('3')]).toEqual([true, true, true, true]);
  });

  it('does not hold for another version, one never issued, a weak tag or a foreign one', () => {
    expect(['"2"', '"4"', 'W/"3"', '"abc"', '""', '"03"'].map((value) => holds(value))).toEqual(Array(6).fill(false));
  });

  it('is refused where it cannot be read', () => {
    for (const value of ['', 'x', '"3', '"1" "3"', '"1",,"3"'])
      expect(() => ifMatchOf({ 'if-match': value })).toThrow('If-Match');
    expect(ifMatchOf({})).toBeUndefined();
  });

  it('is read in linear time', () => {
    const start = performance.now();
    expect(() => ifMatchOf({ 'if-match': `${'"1" ,'.repeat(2_000)}x` })).toThrow();
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('If-None-Match', () => {
  it('compares weakly', () => {
    expect(['"3"', 'W/"3"', '"1", W/"3"', '*'].map((value) => noneMatches({ 'if-none-match': value }, 3))).toEqual(
      Array(4).fill(true),
    );
    expect([
      noneMatches({}, 3),
      noneMatches({ 'if-none-match': '"2"' }, 3),
      noneMatches({ 'if-none-match': '3' }, 3),
    ]).toEqual([false, false, false]);
  });
});

describe('Idempotency-Key', () => {
  it('is 1 to 255 visible ASCII characters', () => {
    expect(idempotencyKeyOf({ 'idempotency-key': '"a-1"' })).toBe('"a-1"');
    expect(idempotencyKeyOf({})).toBeUndefined();
    for (const key of ['', ' ', 'a b', 'schlüssel', 'k'.repeat(256), 'a\n'])
      expect(() => idempotencyKeyOf({ 'idempotency-key': key })).toThrow('Idempotency-Key');
  });
});

describe('Prefer', () => {
  it('asks for an answer at once among other preferences', () => {
    const values = ['respond-async', 'Respond-Async', 'return=minimal, respond-async; x=1'];
    expect(values.map((prefer) => prefersAsync({ prefer }))).toEqual([true, true, true]);
    expect([prefersAsync({}), prefersAsync({ prefer: 'respond-asynchronously' })]).toEqual([false, false]);
  });
});

describe('a correlation id', () => {
  it('is taken over only where it is safe to log', () => {
    expect(correlationIdOf({ 'x-correlation-id': 'a.b:c_d-1' }, 'own')).toBe('a.b:c_d-1');
    for (const id of ['', 'a b', 'a\nb', '<x>', 'x'.repeat(129)])
      expect(correlationIdOf({ 'x-correlation-id': id }, 'own')).toBe('own');
  });
});

describe('a token', () => {
  it.each([
    ['[viewer manager]', ['viewer', 'manager']],
    ['[admin]', ['admin']],
    [
      ['viewer', 'bd-officer'],
      ['viewer', 'bd-officer'],
    ],
    ['manager,ip-manager,stranger', ['ip-manager', 'manager']],
  ])('with groups %j gives all of their roles, and is known by the most powerful', (groups, roles) => {
    expect(viewerOf({ sub: 'u-1', 'cognito:groups': groups })).toEqual({ id: 'u-1', role: roles.at(-1), roles });
  });

  it.each([
    undefined,
    {},
    { sub: 'u' },
    { sub: 'u', 'cognito:groups': '[stranger]' },
    { sub: 'a@b', 'cognito:groups': '[admin]' },
  ])('without a role, or whose subject is no pseudonym, gives nothing: %j', (claims) => {
    expect(() => viewerOf(claims)).toThrow('carries no role');
  });
});
