import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayNumber, dayOfNumber } from '#shared/domain/days.ts';
import {
  addStanding,
  branchOf,
  type CubeDraft,
  cubeOf,
  emptyDraft,
  filtered,
  JournalGap,
  rowsOfCube,
} from '#shared/reporting/cube.ts';
import { decodeCube, encodeCube } from '#shared/reporting/cube-packing.ts';
import type { Standing } from '#shared/reporting/standing.ts';

const STANDING: Standing = {
  strand: 'capacity-building',
  kind: 'engagement',
  stage: 'scoping',
  owner: 'li.wei',
  place: 'guangzhou',
  themes: [],
  own: false,
  confidential: false,
  percent: 25,
  entered: '2026-03-05',
};
const valued = (currency: string, minor: bigint, entered: string): Standing => ({
  ...STANDING,
  currency,
  minor,
  entered,
});
const AT = '2026-11-30T00:00:00.000Z';

const standing = fc
  .record({
    owner: fc.constantFrom('li.wei', 'a.khan'),
    place: fc.constantFrom('guangzhou', 'nanjing'),
    stage: fc.constantFrom('scoping', 'proposal'),
    day: fc.integer({ min: 20_000, max: 20_008 }),
    money: fc.option(fc.tuple(fc.constantFrom('CNY', 'EUR', 'GBP'), fc.bigInt({ min: 0n, max: 10n ** 20n }))),
  })
  .map(({ day, money, ...names }): Standing => {
    const value = money ? { currency: money[0], minor: money[1] } : {};
    return { ...STANDING, ...names, ...value, entered: dayOfNumber(day) };
  });

const draftOf = (standings: readonly Standing[]): CubeDraft => {
  const draft = emptyDraft();
  for (const each of standings) addStanding(draft, each, 1);
  return draft;
};

describe('the cells of a cube', () => {
  it('are the same in whatever order records come, and when some come and go again', () => {
    fc.assert(
      fc.property(fc.array(standing), fc.array(standing), fc.nat(), (staying, going, turn) => {
        const draft = draftOf([...going, ...staying]);
        const [later, earlier] = [going.slice(turn % (going.length + 1)), going.slice(0, turn % (going.length + 1))];
        for (const each of [...later, ...earlier]) addStanding(draft, each, -1);
        expect(draft.cells).toEqual(draftOf(staying.toReversed()).cells);
      }),
    );
  });

  it('keep days and currencies in order, each once', () => {
    const { cells } = draftOf([
      valued('GBP', 5n, '2026-03-05'),
      valued('CNY', 7n, '2026-01-31'),
      valued('EUR', 1n, '2026-02-11'),
      valued('CNY', 2n, '2026-03-05'),
    ]);
    const [cell] = [...cells.values()];
    const [january, february, march] = ['2026-01-31', '2026-02-11', '2026-03-05'].map(dayNumber);
    expect(cell?.entered).toEqual([january, 1, february, 1, march, 2]);
    expect(cell?.money).toEqual([
      { currency: 'CNY', records: 2, minor: 9n, weighted: 225n },
      { currency: 'EUR', records: 1, minor: 1n, weighted: 25n },
      { currency: 'GBP', records: 1, minor: 5n, weighted: 125n },
    ]);
  });

  it.each<[what: string, taken: Standing]>([
    ['a record of another place', { ...valued('GBP', 5n, '2026-03-05'), place: 'nanjing' }],
    ['one that entered on another day', valued('GBP', 5n, '2026-03-06')],
    ['a value in another currency', valued('EUR', 5n, '2026-03-05')],
    ['another value than the last one has', valued('GBP', 4n, '2026-03-05')],
  ])('have no %s to take', (_, taken) => {
    const draft = draftOf([valued('GBP', 5n, '2026-03-05'), { ...STANDING, entered: '2026-04-01' }]);
    expect(() => addStanding(draft, taken, -1)).toThrow(JournalGap);
  });

  it('of a branch change, and those that it came from do not', () => {
    fc.assert(
      fc.property(fc.array(standing, { minLength: 1 }), fc.array(standing), (those, more) => {
        const draft = draftOf(those);
        const before = structuredClone(draft.cells);
        const branch = branchOf(draft);
        for (const each of more) addStanding(branch, each, 1);
        addStanding(branch, those[0] as Standing, -1);
        expect(draft.cells).toEqual(before);
        expect(branch.cells).toEqual(draftOf([...those.slice(1), ...more]).cells);
      }),
    );
  });

  it('add up to the rows of their own cube, filtered or not', () => {
    const cube = cubeOf(
      draftOf([valued('GBP', 5n, '2026-03-05'), { ...valued('GBP', 7n, '2026-03-05'), place: 'nanjing' }]),
      AT,
    );
    const pounds = (of: typeof cube) =>
      [...rowsOfCube(of).values()].flat().reduce((sum, { money }) => sum + (money.get('GBP')?.minor ?? 0n), 0n);
    expect(pounds(cube)).toBe(12n);
    expect(pounds(filtered(cube, { place: ['nanjing'] }))).toBe(7n);
    expect(pounds(cube)).toBe(12n);
  });
});

describe('a cube that was packed in the first form', () => {
  /** By the program of that time: days and currencies stand as they came. */
  const PACKED =
    'izSAAQUDQ05ZA0dCUANVU0QJZ3Vhbmd6aG91BmxpLndlaQICGwwCBAQCAAACBQUCAQMMvL8CysACiMACnsACBAEBAgECAQIRAgEKAwLYNgEBgoCAgICAgCANAJjID5OAgICAgIDAAgICGAMIAQM=';

  it('is read as one of today', () => {
    const draft = draftOf([
      valued('USD', 1_000n, '2026-03-05'),
      valued('CNY', 9_007_199_254_740_993n, '2026-01-31'),
      { ...valued('USD', 2_500n, '2026-02-11'), percent: 90 },
      { ...STANDING, entered: '2026-01-31' },
      { ...valued('GBP', 5n, '2025-12-24'), stage: 'agreed', percent: 100 },
    ]);
    draft.stays.set(
      2,
      new Map([
        [12, 3],
        [4, 1],
      ]),
    );
    expect(decodeCube(Buffer.from(PACKED, 'base64'))).toEqual(draft);
    expect(decodeCube(encodeCube(draft))).toEqual(draft);
  });
});
