import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areInitials, edits, isShortFor, isSlip, syllablesOf } from '#shared/domain/organisation/match/similar.ts';

describe('edits', () => {
  it('count letters put in, left out, changed and exchanged', () => {
    expect(edits('guangzhou', 'guangzhou', 2)).toBe(0);
    expect(edits('guangzhou', 'guangzou', 2)).toBe(1);
    expect(edits('university', 'univercity', 2)).toBe(1);
    expect(edits('university', 'univeristy', 2)).toBe(1);
    expect(edits('guangzhou', 'guangdong', 9)).toBe(4);
    expect(edits('华为', '华北', 2)).toBe(1);
  });

  it('are the same in both directions, and never more than told of beyond the limit', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '华'), maxLength: 10 });
    fc.assert(
      fc.property(word, word, fc.nat(4), (a, b, most) => {
        const all = edits(a, b, 24);
        expect(edits(b, a, 24)).toBe(all);
        expect(edits(a, b, most)).toBe(Math.min(all, most + 1));
      }),
      { numRuns: 2000 },
    );
  });
});

it('a slip is one edit in a word of five letters or more, two from nine, and none in short words and abbreviations', () => {
  for (const [a, b] of [
    ['bristol', 'bristl'],
    ['university', 'univeristy'],
    ['wolverhampton', 'wolverhamton'],
  ] as const)
    expect(isSlip(a, b), `${a} ${b}`).toBe(true);
  for (const [a, b] of [
    ['bath', 'bash'],
    ['njust', 'njupt'],
    ['guangzhou', 'guangdong'],
    ['hunan', 'yunnan'],
  ] as const)
    expect(isSlip(a, b), `${a} ${b}`).toBe(false);
});

describe('initials', () => {
  it.each([
    ['scut', 'south china university of technology'],
    ['gdut', 'guangdong university of technology'],
    ['sustech', 'southern university of science and technology'],
    ['njust', 'nanjing university of science and technology'],
    ['xjtlu', 'xian jiaotong liverpool university'],
    ['uwe', 'university of the west of england'],
    ['hkustgz', 'hong kong university of science and technology guangzhou'],
  ])('%s are those of %s', (letters, words) => {
    expect(areInitials(letters, words.split(' '))).toBe(true);
  });

  it('leave no word and no letter out', () => {
    expect(areInitials('scu', 'south china university technology'.split(' '))).toBe(false);
    expect(areInitials('scutx', 'south china university technology'.split(' '))).toBe(false);
    expect(areInitials('su', 'south china university'.split(' '))).toBe(false);
  });

  it('of a name made to confuse them are judged: all ways at once, not one after the other', () => {
    // One after the other, there are more ways than a test could wait for.
    expect(
      areInitials(
        'o'.repeat(40),
        Array.from({ length: 80 }, () => 'of'),
      ),
    ).toBe(true);
    expect(
      areInitials(
        `${'o'.repeat(40)}x`,
        Array.from({ length: 80 }, () => 'of'),
      ),
    ).toBe(false);
  });
});

it('a Chinese short name has characters of the long one in their order, its first among them', () => {
  expect(isShortFor('华工', '华南理工大学')).toBe(true);
  expect(isShortFor('南师大', '南京师范大学')).toBe(true);
  expect(isShortFor('理工', '华南理工大学')).toBe(false);
  expect(isShortFor('华师', '华南理工大学')).toBe(false);
});

it('a word is parted into syllables of pinyin only if all of it is', () => {
  expect(syllablesOf('guangzhou')).toEqual(['guang', 'zhou']);
  expect(syllablesOf('nanjing')).toEqual(['nan', 'jing']);
  expect(syllablesOf('birmingham')).toEqual([]);
});
