import { describe, expect, it } from 'vitest';
import { checkPattern, matches, PatternError } from '#infra/local/pattern.ts';

const event = {
  source: 'partnership.intake',
  'detail-type': 'trade-deal.logged',
  resources: ['a', 'b'],
  detail: {
    metadata: { version: 2, partner: null, actor: { type: 'user' } },
    data: {
      amount: 301.8,
      title: 'Solar Panels*',
      open: true,
      none: [],
      ip: '10.0.0.33',
      lines: [
        { sku: 'x', count: 1 },
        { sku: 'y', count: 5 },
      ],
    },
  },
};
const data = (pattern: object) => ({ detail: { data: pattern } });

describe('a pattern', () => {
  it.each<[string, object, boolean]>([
    ['an exact value', { source: ['partnership.intake'] }, true],
    ['one of several values', { source: ['x', 'partnership.intake'] }, true],
    ['another value', { source: ['partnership'] }, false],
    ['all of several fields', { source: ['partnership.intake'], 'detail-type': ['trade-deal.logged'] }, true],
    ['one of two fields only', { source: ['partnership.intake'], 'detail-type': ['x'] }, false],
    ['a value of an array', { resources: ['b', 'z'] }, true],
    ['no value of an array', { resources: ['z'] }, false],
    ['a number', { detail: { metadata: { version: [2] } } }, true],
    ['a number as text', { detail: { metadata: { version: ['2'] } } }, false],
    ['null', { detail: { metadata: { partner: [null] } } }, true],
    ['true', data({ open: [true] }), true],
    ['a field that is absent', { region: ['x'] }, false],
    ['a field below a text', { source: { name: ['x'] } }, false],
    ['an inherited property', { detail: { constructor: [{ exists: true }] } }, false],
    ['a prefix', { 'detail-type': [{ prefix: 'trade-deal.' }] }, true],
    ['a prefix in other case', { 'detail-type': [{ prefix: 'Trade' }] }, false],
    ['a prefix whatever the case', { 'detail-type': [{ prefix: { 'equals-ignore-case': 'Trade' } }] }, true],
    ['a suffix', { 'detail-type': [{ suffix: '.logged' }] }, true],
    ['a suffix whatever the case', { 'detail-type': [{ suffix: { 'equals-ignore-case': '.LOGGED' } }] }, true],
    ['equal whatever the case', { source: [{ 'equals-ignore-case': 'Partnership.Intake' }] }, true],
    ['a prefix of a number', data({ amount: [{ prefix: '3' }] }), false],
    ['a wildcard', { 'detail-type': [{ wildcard: 'trade-*.l*d' }] }, true],
    ['a wildcard that is no regular expression', { 'detail-type': [{ wildcard: 'trade-deal?logged' }] }, false],
    ['an escaped star', data({ title: [{ wildcard: 'Solar*\\*' }] }), true],
    ['anything but', { source: [{ 'anything-but': 'x' }] }, true],
    ['anything but this', { source: [{ 'anything-but': ['x', 'partnership.intake'] }] }, false],
    ['anything but on an absent field', { region: [{ 'anything-but': 'x' }] }, false],
    ['anything but numbers', data({ amount: [{ 'anything-but': [300, 301] }] }), true],
    ['anything but a prefix', { source: [{ 'anything-but': { prefix: 'partner' } }] }, false],
    ['anything but prefixes', { source: [{ 'anything-but': { prefix: ['x', 'y'] } }] }, true],
    ['anything but a suffix', { source: [{ 'anything-but': { suffix: '.outcome' } }] }, true],
    ['anything but a wildcard', { source: [{ 'anything-but': { wildcard: '*.intake' } }] }, false],
    ['anything but, whatever the case', { source: [{ 'anything-but': { 'equals-ignore-case': ['X'] } }] }, true],
    ['a range', data({ amount: [{ numeric: ['>', 300, '<=', 301.8] }] }), true],
    ['outside the range', data({ amount: [{ numeric: ['<', 301.8] }] }), false],
    ['a number equal', data({ amount: [{ numeric: ['=', 3.018e2] }] }), true],
    ['exists', data({ amount: [{ exists: true }] }), true],
    ['exists for null', { detail: { metadata: { partner: [{ exists: true }] } } }, true],
    ['does not exist', data({ region: [{ exists: false }] }), true],
    ['does not exist below what does not exist', { other: { deep: [{ exists: false }] } }, true],
    ['exists looks at leaves only', { detail: { metadata: [{ exists: true }] } }, false],
    ['an empty array does not exist', data({ none: [{ exists: false }] }), true],
    ['a value, or its absence', { detail: { 'replay-name': ['x', { exists: false }] } }, true],
    ['an address range', data({ ip: [{ cidr: '10.0.0.0/24' }] }), true],
    ['another range', data({ ip: [{ cidr: '10.0.1.0/24' }] }), false],
    ['fields of one element', data({ lines: { sku: ['y'], count: [5] } }), true],
    ['fields of two elements', data({ lines: { sku: ['x'], count: [5] } }), false],
    ['one of alternatives', { $or: [{ source: ['x'] }, { 'detail-type': [{ prefix: 'trade' }] }] }, true],
    ['none of the alternatives', { $or: [{ source: ['x'] }, { resources: ['z'] }] }, false],
    ['alternatives and a field', { source: ['x'], $or: [{ resources: ['a'] }, { resources: ['b'] }] }, false],
    ['alternatives within', data({ $or: [{ open: [false] }, { amount: [{ numeric: ['>', 1] }] }] }), true],
  ])('matches %s: %j is %s', (_, pattern, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });

  it.each<[string, unknown, string]>([
    ['an unknown operator', { a: [{ soundex: 'x' }] }, 'at a: unknown operator "soundex"'],
    ['an operator in a deep place', { a: { b: { c: [{ like: 'x' }] } } }, 'at a.b.c'],
    [
      'an unknown operator within anything-but',
      { a: [{ 'anything-but': { numeric: ['=', 1] } }] },
      'within anything-but',
    ],
    ['an unknown comparison', { a: [{ numeric: ['~', 1] }] }, 'unknown comparison "~"'],
    ['an inherited comparison', { a: [{ numeric: ['toString', 1] }] }, 'unknown comparison'],
    ['two operators in one', { a: [{ prefix: 'x', suffix: 'y' }] }, 'one operator'],
    ['a value outside a list', { a: 'x' }, 'stand in an array'],
    ['an empty list', { a: [] }, 'empty list'],
    ['an empty object', { a: {} }, 'without fields'],
    ['an empty pattern', {}, 'empty pattern'],
    ['no object', ['a'], 'is a JSON object'],
    ['mixed values for anything-but', { a: [{ 'anything-but': ['x', 1] }] }, 'strings only'],
    ['one alternative', { $or: [{ a: ['x'] }] }, 'two or more'],
    ['a wrong operand', { a: [{ exists: 'yes' }] }, 'true or false'],
    ['two stars', { a: [{ wildcard: 'a**' }] }, 'consecutive'],
    ['a wrong escape', { a: [{ wildcard: '\\a' }] }, 'backslash'],
    ['a wrong range', { a: [{ cidr: '10.0.0.0/33' }] }, 'not a range'],
    ['a list in a list', { a: [['x']] }, 'cannot compare'],
  ])('is refused, with its place, for %s', (_, pattern, message) => {
    expect(() => checkPattern(pattern)).toThrow(PatternError);
    expect(() => checkPattern(pattern)).toThrow(message);
  });
});
