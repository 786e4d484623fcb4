import { blocksOfProfile } from './blocks.ts';
import { keysOfProfile } from './keys.ts';
import { type Match, matchProfiles } from './match.ts';
import type { Party } from './party.ts';
import { type Profile, profileOf } from './profile.ts';

/** Two organisations that are one, or may be. */
export interface Duplicate<P extends Party> {
  readonly one: P;
  readonly other: P;
  readonly match: Match;
}

/** Up to so many members, a block is compared all with all; of a larger one, each with its next neighbours in the order of their names. */
const SMALL_BLOCK = 40;
const NEIGHBOURS = 10;

const orderOf = ({ names, party }: Profile) =>
  `${names[0]?.sounds.map(({ text }) => text).join(' ') ?? ''}\n${party.place ?? ''}`;

/** The members of each block, by their position. */
function blocksAmong(profiles: readonly Profile[]): Map<string, number[]> {
  const blocks = new Map<string, number[]>();
  for (const [index, profile] of profiles.entries())
    for (const block of new Set([...keysOfProfile(profile).map((key) => `k:${key}`), ...blocksOfProfile(profile)])) {
      const members = blocks.get(block);
      if (members) members.push(index);
      else blocks.set(block, [index]);
    }
  return blocks;
}

/** Pairs to compare, each once. */
function* candidatePairs(profiles: readonly Profile[]): Generator<readonly [Profile, Profile]> {
  const seen = new Set<number>();
  for (const members of blocksAmong(profiles).values()) {
    const reach = members.length <= SMALL_BLOCK ? members.length : NEIGHBOURS;
    for (const [at, index] of members.entries())
      for (const other of members.slice(at + 1, at + 1 + reach)) {
        const pair = index * profiles.length + other;
        if (seen.has(pair)) continue;
        seen.add(pair);
        const [a, b] = [profiles[index], profiles[other]];
        if (a && b) yield [a, b];
      }
  }
}

const RANK = { certain: 0, likely: 1, different: 2 } as const;

/**
 * Those of a list that are one or may be, certain ones first. Organisations are compared only within their blocks: O(n · blocks · 40) at most,
 * not n². In a block of more than 40, as of all that is called after one city, an organisation is compared with its ten next by name.
 */
export const findDuplicates = <P extends Party>(organisations: readonly P[]): Duplicate<P>[] =>
  findDuplicatesAmong(organisations.map(profileOf));

/** {@link findDuplicates} of organisations that were made ready. */
export function findDuplicatesAmong<P extends Party>(profiles: readonly Profile<P>[]): Duplicate<P>[] {
  const keyed = profiles.map((profile) => ({ profile, order: orderOf(profile) }));
  keyed.sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  const found: Duplicate<P>[] = [];
  for (const [one, other] of candidatePairs(keyed.map(({ profile }) => profile))) {
    const match = matchProfiles(one, other);
    if (match.verdict !== 'different') found.push({ one: one.party as P, other: other.party as P, match });
  }
  return found.sort((a, b) => RANK[a.match.verdict] - RANK[b.match.verdict]);
}

/** Those of some candidates that are the organisation or may be, certain ones first. Candidates are those that share a key or a block with it. */
export function findMatches<P extends Party>(
  organisation: Party,
  candidates: readonly P[],
): { readonly candidate: P; readonly match: Match }[] {
  const profile = profileOf(organisation);
  return candidates
    .map((candidate) => ({ candidate, match: matchProfiles(profile, profileOf(candidate)) }))
    .filter(({ match }) => match.verdict !== 'different')
    .sort((a, b) => RANK[a.match.verdict] - RANK[b.match.verdict]);
}
