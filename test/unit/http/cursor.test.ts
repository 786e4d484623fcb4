import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCursor, encodeCursor, IN_BODY } from '#shared/http/cursor.ts';

const positions = fc.array(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 3 });

describe('a cursor', () => {
  it('gives back the position it was made of, for what it was made for', () => {
    fc.assert(
      fc.property(positions, fc.jsonValue(), (position, boundTo) => {
        expect(decodeCursor(encodeCursor(position, boundTo), boundTo)).toEqual(position);
      }),
    );
  });

  it('is refused for anything else: other filters, another user', () => {
    const cursor = encodeCursor([0, 'a', 'b'], { user: 'a', filters: { tag: 'x' } });
    for (const boundTo of [{ user: 'b', filters: { tag: 'x' } }, { user: 'a', filters: {} }, null])
      expect(() => decodeCursor(cursor, boundTo)).toThrow('This cursor is not valid');
    expect(decodeCursor(cursor, { filters: { tag: 'x' }, user: 'a' })).toEqual([0, 'a', 'b']);
  });

  it('is refused when one character of it is changed, left out or added', () => {
    const cursor = encodeCursor([1, '2026-11-21T12:00:00.000Z', 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M'], {});
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom('A', 'z', '_', ''), (at, character) => {
        const changed = cursor.slice(0, at) + character + cursor.slice(at + 1);
        fc.pre(changed !== cursor);
        expect(() => decodeCursor(changed, {})).toThrow('This cursor is not valid');
      }),
    );
    expect(() => decodeCursor(`${cursor}A`, {})).toThrow('This cursor is not valid');
  });

  it('is refused at the place that it came from', () => {
    const errorsOf = (decode: () => unknown) => {
      try {
        decode();
      } catch (error) {
        return (error as { problem: { errors: unknown } }).problem.errors;
      }
      return undefined;
    };
    expect(errorsOf(() => decodeCursor('x', {}))).toMatchObject([{ parameter: 'cursor' }]);
    expect(errorsOf(() => decodeCursor('x', {}, IN_BODY))).toMatchObject([{ pointer: '/cursor' }]);
  });

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(text, {})).toThrow('This cursor is not valid');
      }),
    );
    for (const value of [[], {}, null, 1, [['x'], 'y'], [1]])
      expect(() => decodeCursor(Buffer.from(JSON.stringify(value)).toString('base64url'), {})).toThrow(
        'This cursor is not valid',
      );
  });
});
