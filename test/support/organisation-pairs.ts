import { readFileSync } from 'node:fs';
import { type Match, matchOrganisations } from '#shared/domain/organisation/match/match.ts';
import type { Party } from '#shared/domain/organisation/match/party.ts';

/** Two names, and whether a person says that they are one organisation. */
export interface LabelledPair {
  readonly isSame: boolean;
  readonly one: Party;
  readonly other: Party;
  /** Among those that tuning never looked at: every third. */
  readonly isHeldOut: boolean;
  readonly section: string;
}

const file = new URL('../data/organisation-pairs.txt', import.meta.url);

const party = (name: string, place: string): Party => (place === '-' ? { name } : { name, place });

/** Reads `test/data/organisation-pairs.txt`, which says itself how it is written. */
export function labelledPairs(): LabelledPair[] {
  const pairs: LabelledPair[] = [];
  let section = '';
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('## ')) section = line.slice(3);
    const [label, one = '', other = '', places = ''] = line.split('|').map((part) => part.trim());
    if (label !== 'same' && label !== 'different') continue;
    const [place = '-', otherPlace = place] = places.split('/').map((part) => part.trim());
    pairs.push({
      isSame: label === 'same',
      one: party(one, place),
      other: party(other, otherPlace),
      isHeldOut: pairs.length % 3 === 2,
      section,
    });
  }
  return pairs;
}

export interface Judged extends LabelledPair {
  readonly match: Match;
}

export const judge = (pairs: readonly LabelledPair[]): Judged[] =>
  pairs.map((pair) => ({ ...pair, match: matchOrganisations(pair.one, pair.other) }));

/** Of those that the matcher calls one, how many are (precision); of those that are, how many it finds (recall). */
export interface Figures {
  readonly pairs: number;
  readonly same: number;
  readonly certain: { readonly precision: number; readonly recall: number };
  readonly certainOrLikely: { readonly precision: number; readonly recall: number };
}

export function figuresOf(judged: readonly Judged[]): Figures {
  const same = judged.filter(({ isSame }) => isSame).length;
  const of = (verdicts: readonly Match['verdict'][]) => {
    const found = judged.filter(({ match }) => verdicts.includes(match.verdict));
    const right = found.filter(({ isSame }) => isSame).length;
    return { precision: right / found.length, recall: right / same };
  };
  return { pairs: judged.length, same, certain: of(['certain']), certainOrLikely: of(['certain', 'likely']) };
}
