import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKey, open, seal, UnsealError } from '#shared/people/sealing.ts';

const text = (value: string) => Buffer.from(value);

describe('what is sealed', () => {
  it('is opened by its key, about the same thing, to the same bytes; twice sealed it looks different', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (bytes, about) => {
        const key = newKey();
        const [a, b] = [seal(key, about, bytes), seal(key, about, bytes)];
        expect(Buffer.from(open(key, about, a)).equals(Buffer.from(bytes))).toBe(true);
        expect(Buffer.from(a).equals(Buffer.from(b))).toBe(false);
      }),
    );
  });

  it('is not opened by another key, about something else, cut short, or with any bit changed', () => {
    const key = newKey();
    const sealed = seal(key, 'person con_1 evt_1', text('赵钱峰'));
    const attempts = [
      () => open(newKey(), 'person con_1 evt_1', sealed),
      () => open(key, 'person con_2 evt_1', sealed),
      () => open(key, 'person con_1 evt_2', sealed),
      () => open(key, 'person con_1 evt_1', sealed.subarray(0, -1)),
      () => open(key, 'person con_1 evt_1', sealed.subarray(0, 20)),
      () => open(key, 'person con_1 evt_1', new Uint8Array()),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(UnsealError);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Uint8Array.from(sealed);
      altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => open(key, 'person con_1 evt_1', altered)).toThrow(UnsealError);
    }
  });

  it('says nothing of itself when it cannot be opened', () => {
    try {
      open(newKey(), 'person con_1 evt_1', seal(newKey(), 'person con_1 evt_1', text('Zhao')));
      expect.unreachable();
    } catch (error) {
      expect([(error as Error).message, (error as Error).cause]).toEqual(['It cannot be opened.', undefined]);
    }
  });
});
