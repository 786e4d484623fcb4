import { bare } from './clean.ts';
import { liesIn } from './lexicon/lexicon.ts';
import type { Party } from './party.ts';
import { type ReadName, readName, type Token } from './tokens.ts';

/** A key is part of a key in a table, which takes 2,048 bytes: a longer one gives way to the cleaned name, and that is cut. */
const LONGEST_KEY = 400;
const cut = (key: string) => [...key].slice(0, LONGEST_KEY).join('');

/** Tokens as a key: words apart, letters that the lexicon does not know together, as "Sun Yat-sen" and "Sun Yatsen" are one. */
export function keyOfTokens(tokens: readonly Pick<Token, 'text' | 'concept'>[]): string {
  let key = '';
  let wasKnown = true;
  for (const { text, concept } of tokens) {
    const isKnown = concept !== undefined;
    key += key === '' || (!isKnown && !wasKnown) ? text : ` ${text}`;
    wasKnown = isKnown;
  }
  return key;
}

export const isFittingKey = (key: string): boolean => key !== '' && key.length <= LONGEST_KEY;

/** The key of a name that has been read; empty for one without letters and digits. */
function keyOfRead({ tokens, cleaned }: ReadName): string {
  const key = keyOfTokens(tokens);
  return isFittingKey(key) ? key : cut(cleaned);
}

/**
 * The key of a name: equal for all its spellings in width, case, punctuation, traditional and simplified characters, with or without its
 * form of law, and for its English, Chinese and pinyin forms where the words are in the lexicon: "广州大学", "廣州大學", "Guangzhou University" and
 * "Guangzhou Daxue" have one key. It needs no dictionary of sounds, so functions that take in events can bundle it (74 KB).
 * Not empty unless the name is blank.
 */
export function exactKey(name: string): string {
  return keyOfRead(readName(name)) || cut(bare(name));
}

export type PlacesAgree = 'same' | 'unknown' | 'different';

/** Whether two places (ids such as `guangzhou`) may be one: equal, or a city and the province or country that it lies in. */
export function placesAgree(a: string | undefined, b: string | undefined): PlacesAgree {
  if (a === undefined || b === undefined) return 'unknown';
  return a === b || liesIn(a, b) || liesIn(b, a) ? 'same' : 'different';
}

const isChinese = (name: string) => /\p{Script=Han}/u.test(name);

/**
 * Whether an organisation that was found under the `exactKey` of a name is certainly the one that is named: it is in the same place, and
 * a Chinese name is one of its Chinese names if it has any. True only where the matcher says `certain`; where false, ask the matcher.
 */
export function goesBy(found: Party, given: { readonly name: string; readonly place: string }): boolean {
  if (placesAgree(found.place, given.place) !== 'same') return false;
  if (!isChinese(given.name)) return true;
  const names = [found.name, found.english, found.chinese, found.traditional, found.pinyin];
  const chinese = names.filter((name) => name !== undefined && isChinese(name)) as string[];
  const key = exactKey(given.name);
  return chinese.length === 0 || chinese.some((name) => exactKey(name) === key);
}
