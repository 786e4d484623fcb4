import { describe, expect, it } from 'vitest';
import { findDuplicates, findMatches } from '#shared/domain/organisation/match/duplicates.ts';
import { matchProfiles } from '#shared/domain/organisation/match/match.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';
import { profileOf } from '#shared/domain/organisation/match/profile.ts';
import { labelledPairs } from '#test/support/organisation-pairs.ts';

const id = (number: number) => `org_${String(number).padStart(26, '0')}`;

/** All organisations of the labelled pairs, each once. */
const known: Party[] = [
  ...new Map(
    labelledPairs().flatMap(({ one, other }) =>
      [one, other].map((party) => [`${party.name}|${party.place}`, party] as const),
    ),
  ).values(),
].map((party, index) => ({ ...party, id: id(index) }));

const pair = (a: Party, b: Party) => [a.id, b.id].sort().join(' ');

describe('duplicates in a list', () => {
  it('are nearly all that comparing each with each finds: every certain one, and 97 of 100 likely ones', () => {
    const some = known.filter((_, index) => index % 2 === 0);
    const found = new Map(findDuplicates(some).map(({ one, other, match }) => [pair(one, other), match.verdict]));
    const profiles = some.map(profileOf);
    const expected = profiles.flatMap((one, index) =>
      profiles.slice(index + 1).flatMap((other) => {
        const { verdict } = matchProfiles(one, other);
        return verdict === 'different' ? [] : [[pair(one.party, other.party), verdict] as const];
      }),
    );
    const certain = expected.filter(([, verdict]) => verdict === 'certain');
    expect(certain.length).toBeGreaterThan(30);
    expect(certain.filter(([key]) => found.get(key) !== 'certain')).toEqual([]);
    const lost = expected.filter(([key]) => !found.has(key));
    expect(lost.length / expected.length).toBeLessThanOrEqual(0.03);
    expect(found.size).toBe(expected.length - lost.length);
  });

  it('are told once each, certain ones first, whatever the order of the list', () => {
    const told = (list: readonly Party[]) =>
      findDuplicates(list).map(({ one, other, match }) => `${pair(one, other)} ${match.verdict}`);
    const forward = told(known.slice(0, 150));
    expect(new Set(forward).size).toBe(forward.length);
    expect(told(known.slice(0, 150).toReversed()).toSorted()).toEqual(forward.toSorted());
    const verdicts = forward.map((line) => line.split(' ')[2]);
    expect(verdicts).toEqual(verdicts.toSorted());
  });

  it('are found in a crowd: of 1,500 companies called after one city, the two spellings of one', () => {
    const syllables = [...'华新天海金龙恒泰宏远盛达安康和平东兴瑞丰永信德美'];
    const crowd: Party[] = [];
    for (const first of syllables)
      for (const second of syllables)
        for (const trade of ['科技', '贸易', '能源'])
          crowd.push({ name: `广州${first}${second}${trade}有限公司`, place: 'guangzhou', id: id(crowd.length) });
    const twin: Party = { name: '廣州海龍能源(有限公司)', place: 'guangzhou', id: id(99_999) };
    const found = findDuplicates([...crowd, twin]).filter(({ match }) => match.verdict === 'certain');
    expect(crowd.length).toBeGreaterThan(1500);
    expect(found.map(({ one, other }) => [one.name, other.name].toSorted())).toEqual([
      ['广州海龙能源有限公司', twin.name].toSorted(),
    ]);
  });

  it('take no more than in proportion: twice as many organisations, at most three times the comparisons', () => {
    const compared = (count: number) => {
      let reads = 0;
      const read = () => {
        reads += 1;
      };
      const list = Array.from({ length: count }, (_, index) => {
        const party = {
          name: `广州${String.fromCodePoint(0x4e00 + ((index * 7) % 9000), 0x4e00 + ((index * 13) % 9000))}科技有限公司`,
          id: id(index),
        };
        // Each comparison reads the numbers of both.
        return Object.defineProperty(party, 'creditCode', { enumerable: true, get: read });
      });
      findDuplicates(list);
      return reads;
    };
    expect(compared(1000) / compared(500)).toBeLessThan(3);
  });
});

it('of candidates, those that are not different are told, certain ones first', () => {
  const candidates = ['Guangzou University', '广州医科大学', '廣州大學', 'Guangzhou Daxue'].map((name) => ({
    name,
    place: 'guangzhou',
  }));
  const found = findMatches({ name: '广州大学', place: 'guangzhou' }, candidates);
  expect(found.map(({ candidate, match }) => [candidate.name, match.verdict])).toEqual([
    ['廣州大學', 'certain'],
    ['Guangzhou Daxue', 'certain'],
    ['Guangzou University', 'likely'],
  ]);
});
