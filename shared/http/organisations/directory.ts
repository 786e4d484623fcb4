import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Duplicate } from '#shared/domain/organisation/match/duplicates.ts';
import type { Match } from '#shared/domain/organisation/match/match.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';
import type { Profile } from '#shared/domain/organisation/match/profile.ts';
import { type Matcher, openMatcher } from '#shared/runtime/matcher.ts';
import { listAllEntities, listEntitiesSince, loadEntities } from '#shared/store/entities.ts';
import { mergedInto } from '#shared/store/merges.ts';
import { partyOf } from '#shared/store/organisation-names.ts';

/** An organisation as the directory knows it. */
export type Member = Party & {
  readonly id: string;
  readonly name: string;
  readonly place: string;
  readonly createdAt: string;
};

export interface Directory {
  /** Those that are the organisation or may be, certain ones first; itself is none of them. */
  matchesOf(party: Party): Promise<{ readonly candidate: Member; readonly match: Match }[]>;
  /** Pairs among all that are one or may be. */
  duplicates(): Promise<readonly Duplicate<Member>[]>;
  /** One of them; undefined for one that is merged, and for none. */
  member(id: string): Promise<Member | undefined>;
}

/**
 * An index tells of a change a moment late, and clocks of recorders differ: what changed so many milliseconds before the newest change is
 * looked at again.
 */
const OVERLAP_MS = 15_000;
/** With more changed than that, all are compared anew. */
const CHANGED_AT_MOST = 200;
/** Reads of a hundred organisations under way at once. */
const READS_AT_ONCE = 8;

/**
 * Every organisation that is merged into none, in memory: read once when the function starts (for 10,000 of them some ten queries and a
 * hundred reads), from then on only what has changed. So who types a name has an answer from four small queries, and no key that an older
 * version of the matcher made is in the way.
 */
export function openDirectory(table: DynamoDBDocumentClient): Directory {
  const members = new Map<string, { readonly profile: Profile<Member>; readonly blocks: readonly string[] }>();
  const blocks = new Map<string, Set<string>>();
  let newest: string | undefined;
  let found: readonly Duplicate<Member>[] | undefined;
  /** Those that have changed since duplicates were looked for among all. */
  const changed = new Set<string>();
  let refreshing: Promise<void> | undefined;
  /** Loaded before anything is read. */
  let matcher: Matcher;

  /** What two that are one, or may be, share: a key or a block. */
  const blocksIn = (profile: Profile): string[] => [
    ...new Set([...matcher.keysOfProfile(profile).map((key) => `k:${key}`), ...matcher.blocksOfProfile(profile)]),
  ];
  const remove = (id: string) => {
    for (const block of members.get(id)?.blocks ?? []) blocks.get(block)?.delete(id);
    members.delete(id);
  };
  const keep = (state: EntityState) => {
    const before = members.get(state.id)?.profile.party;
    const member = { ...partyOf(state), createdAt: state.createdAt } as Member;
    const isSame =
      before !== undefined && mergedInto(state) === undefined && JSON.stringify(before) === JSON.stringify(member);
    if (isSame || (before === undefined && mergedInto(state) !== undefined)) return;
    changed.add(state.id);
    remove(state.id);
    if (mergedInto(state) !== undefined) return;
    const profile = matcher.profileOf(member);
    const own = blocksIn(profile);
    members.set(state.id, { profile, blocks: own });
    for (const block of own) blocks.set(block, (blocks.get(block) ?? new Set()).add(state.id));
  };

  async function refresh(): Promise<void> {
    matcher = await openMatcher();
    const since = newest === undefined ? undefined : new Date(Date.parse(newest) - OVERLAP_MS).toISOString();
    const positions =
      since === undefined
        ? await listAllEntities(table, 'organisation')
        : await listEntitiesSince(table, 'organisation', since);
    const ids = positions.map(({ id }) => id);
    for (let start = 0; start < ids.length; start += 100 * READS_AT_ONCE) {
      const parts = Array.from({ length: READS_AT_ONCE }, (_, part) =>
        ids.slice(start + 100 * part, start + 100 * (part + 1)),
      );
      const read = await Promise.all(parts.map((part) => loadEntities(table, part)));
      for (const { state } of read.flatMap((part) => [...part.values()])) keep(state);
    }
    newest = positions.reduce<string | undefined>(
      (latest, { updatedAt }) => (latest !== undefined && latest > updatedAt ? latest : updatedAt),
      newest,
    );
  }

  /** Those who ask at the same time wait for the same reading. */
  const fresh = () => {
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  };

  const matchesAmong = (profile: Profile, own: readonly string[]) =>
    [...new Set(own.flatMap((block) => [...(blocks.get(block) ?? [])]))]
      .filter((id) => id !== profile.party.id)
      .flatMap((id) => members.get(id)?.profile ?? [])
      .map((candidate) => ({ candidate: candidate.party, match: matcher.matchProfiles(profile, candidate) }))
      .filter(({ match }) => match.verdict !== 'different');

  /** The pairs with those of what has changed taken out and put in anew: each is compared with all that share a block with it. */
  function mended(pairs: readonly Duplicate<Member>[]): Duplicate<Member>[] {
    const mending = pairs.filter(({ one, other }) => !changed.has(one.id) && !changed.has(other.id));
    for (const id of changed) {
      const member = members.get(id);
      if (!member) continue;
      const { profile } = member;
      // Of two that have both changed, one finds the pair.
      for (const { candidate, match } of matchesAmong(profile, member.blocks))
        if (!changed.has(candidate.id) || candidate.id > id)
          mending.push({ one: profile.party, other: candidate, match });
    }
    return mending;
  }

  return {
    async matchesOf(party) {
      await fresh();
      const profile = matcher.profileOf(party);
      return matchesAmong(profile, blocksIn(profile)).sort(
        (a, b) => RANK[a.match.verdict] - RANK[b.match.verdict] || inOrder(a.candidate, b.candidate),
      );
    },
    async duplicates() {
      await fresh();
      if (found && changed.size <= CHANGED_AT_MOST) found = mended(found);
      else found = matcher.findDuplicatesAmong([...members.values()].map(({ profile }) => profile));
      changed.clear();
      return found;
    },
    async member(id) {
      await fresh();
      return members.get(id)?.profile.party;
    },
  };
}

const RANK = { certain: 0, likely: 1, different: 2 } as const;

/** The one that was logged first leads. */
export const inOrder = (a: Member, b: Member): number =>
  a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? -1 : 1;
