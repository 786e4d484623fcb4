import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STRANDS } from '#shared/domain/strand.ts';
import type { Posting } from '#shared/reporting/contribution.ts';
import {
  advance,
  type Checkpoints,
  decodeCheckpoints,
  decodeFigures,
  decodeTally,
  encodeHead,
  encodeSnapshot,
  HEAD_BYTES,
  headBytes,
  isFull,
  LaddersChanged,
  shardKey,
} from '#shared/reporting/head.ts';
import { Packer, Unpacker } from '#shared/reporting/packing.ts';
import { emptyTally, figuresOf, post, spreadOf, type Tally } from '#shared/reporting/tally.ts';
import { keys } from '#shared/store/keys.ts';
import { itemBytes, readUnits } from '#test/support/item-size.ts';
import { seeded } from '#test/support/random.ts';

const postings = fc.array(
  fc.record({
    head: fc.constantFrom(...STRANDS),
    row: fc.nat(27),
    currency: fc.constantFrom('GBP', 'CNY', 'JPY', 'KWD'),
    minor: fc.bigInt({ min: 0n, max: 10n ** 19n }),
    percent: fc.nat(100),
    cell: fc.integer({ min: -3, max: 25_000 }),
  }),
  { maxLength: 60 },
);

const tallyOf = (all: readonly Posting[]): Tally => {
  const tally = emptyTally();
  for (const posting of all) post(tally, posting, 1);
  return tally;
};

describe('packed figures', () => {
  it('come back as they were, of any size and sign', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n })), (numbers) => {
        const packer = new Packer();
        for (const number of numbers) packer.signed(number).unsigned(number < 0n ? -number : number);
        const unpacker = new Unpacker(packer.bytes());
        for (const number of numbers) {
          expect(unpacker.signedBig()).toBe(number);
          expect(unpacker.unsignedBig()).toBe(number < 0n ? -number : number);
        }
        expect(unpacker.done).toBe(true);
      }),
    );
  });

  it('are refused where they end too early', () => {
    expect(() => new Unpacker(Uint8Array.of(0x80)).unsigned()).toThrow(RangeError);
    expect(() => new Unpacker(Uint8Array.of(1)).raw(2)).toThrow(RangeError);
  });
});

describe('a tally', () => {
  it('is empty again when everything is taken back, in any order', () => {
    fc.assert(
      fc.property(postings, fc.integer(), (all, seed) => {
        const tally = tallyOf(all);
        const random = seeded(seed);
        for (const posting of all.toSorted(() => random() - 0.5)) post(tally, posting, -1);
        expect(tally).toEqual(emptyTally());
      }),
    );
  });

  it('has the median and the smallest of what was counted', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { minLength: 1 }), (values) => {
        const cells = new Map<number, number>();
        for (const value of values) cells.set(value, (cells.get(value) ?? 0) + 1);
        const sorted = values.toSorted((a, b) => a - b);
        const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
        expect(spreadOf(cells)).toEqual({ smallest: sorted[0], middle: [low, high] });
      }),
    );
    expect(spreadOf(new Map())).toBeUndefined();
  });
});

describe('a head', () => {
  const checkpoints: Checkpoints = new Map([[shardKey('shardId-1'), { sequence: 10n ** 39n + 7n, hour: 495_000 }]]);

  it('comes back whole from its item, and with its snapshot', () => {
    fc.assert(
      fc.property(postings, postings, (first, second) => {
        const tally = tallyOf(first);
        const parts = [...encodeSnapshot(tally).values()];
        for (const cells of tally.pending) cells.clear();
        for (const posting of second) post(tally, posting, 1);
        const item = { ...encodeHead(tally, checkpoints, 'S'), v: 3 };
        const back = decodeTally(item, parts);
        expect(figuresOf(back)).toEqual(figuresOf(tally));
        expect(back).toEqual(tally);
        expect(decodeFigures(item)).toEqual(figuresOf(tally));
        expect(decodeCheckpoints(item)).toEqual(checkpoints);
      }),
    );
  });

  it('that was never written has no figures', () => {
    expect(decodeFigures(undefined)).toHaveLength(28);
    expect(decodeFigures({ v: 4 }).every(({ count, spread }) => count === 0 && spread === undefined)).toBe(true);
    expect(decodeCheckpoints(undefined).size).toBe(0);
  });

  it('that was counted by other ladders is not read as if it were by these', () => {
    const item = { ...encodeHead(emptyTally(), new Map(), undefined), v: 1, layout: 'other' };
    expect(() => decodeFigures(item)).toThrow(LaddersChanged);
    expect(() => decodeTally(item, [])).toThrow(LaddersChanged);
  });

  it('forgets a shard two days after it last counted it, and not before', () => {
    const [old, kept] = [shardKey('old'), shardKey('kept')];
    const at = (hour: number) => ({ sequence: 1n, hour });
    const advanced = advance(
      new Map([
        [old, at(1000)],
        [kept, at(1001)],
      ]),
      shardKey('new'),
      5n,
      1048,
    );
    expect([...advanced.keys()]).toEqual([kept, shardKey('new')]);
  });

  it('fits one read unit of 4 KB with 100,000 records in four currencies in one strand, and two days of shards', () => {
    const random = seeded(7);
    const tally = emptyTally();
    for (let record = 0; record < 100_000; record++)
      post(
        tally,
        {
          head: 'business-engagement',
          row: Math.floor(random() * 28),
          currency: ['GBP', 'CNY', 'USD', 'EUR'][Math.floor(random() * 4)] as string,
          minor: BigInt(Math.floor(random() * 10 ** 9)),
          percent: Math.floor(random() * 101),
          cell: 20_000 + Math.floor(random() * 730),
        },
        1,
      );
    for (const cells of tally.pending) cells.clear();
    const shards: Checkpoints = new Map(
      Array.from({ length: 52 }, (_, index) => [
        shardKey(`shard ${index}`),
        { sequence: 400_000_000_000_000_000_000n, hour: 495_000 },
      ]),
    );
    const item = { ...encodeHead(tally, shards, '01JD3Q8M5V7X9Z1B3D5F7H9K2M'), v: 1_000_000 };
    const bytes = itemBytes({ ...keys.head(12, 'postgraduate-partnership'), ...item });
    expect(bytes).toBeLessThanOrEqual(HEAD_BYTES - 500);
    expect(readUnits({ ...keys.head(12, 'postgraduate-partnership'), ...item })).toBe(1);
    expect(headBytes(item)).toBeGreaterThanOrEqual(bytes);
    expect(isFull(item)).toBe(false);
    expect(isFull({ ...item, pending: new Uint8Array(2_000) })).toBe(true);
  });

  it('with dozens of currencies grows by whole KB, rather than writing its histograms out all the time', () => {
    const head = (rows: number, pending: number) => ({
      v: 1,
      rows: new Uint8Array(rows),
      pending: new Uint8Array(pending),
    });
    expect(isFull(head(9_000, 500))).toBe(false);
    expect(isFull(head(9_000, 1_600))).toBe(true);
  });
});
