import { nearestOf } from './lexicon/lexicon.ts';
import type { Party } from './party.ts';
import { lettersOf, type NameForm, type Profile, profileOf } from './profile.ts';
import { syllablesOf } from './similar.ts';
import { soundOf } from './sound.ts';
import type { Token } from './tokens.ts';

/** As many blocks as an organisation is in at most. */
export const MOST_BLOCKS = 40;

const STEM = 4;
const MOST_TOKENS = 5;
const INITIALS = 4;

const isFiller = ({ concept }: Token) => concept?.class === 'filler';
const isName = ({ concept }: Token) => concept === undefined || concept.class === 'proper';

/** The first letters of a word in Latin letters, which slips seldom touch. */
const stemOf = (token: Token) => {
  const latin = token.concept?.latin[0] ?? (token.script === 'han' ? soundOf(token.written) : token.written);
  return [...latin].slice(0, STEM).join('');
};

function* pairsOf(stems: readonly string[]): Generator<string> {
  for (const [index, stem] of stems.entries())
    for (const other of stems.slice(index + 1)) yield `p:${[stem, other].sort().join('+')}`;
}

/** Names made of places and common words: one block for all that say the same but for near words and for what kind of body it is. */
function* groupOf(tokens: readonly Token[]): Generator<string> {
  if (tokens.some(isName)) return;
  const said = tokens
    .filter(({ concept }) => concept?.class !== 'kind')
    .map((token) => (token.concept?.class === 'subject' ? nearestOf(token.concept.id) : stemOf(token)));
  yield `g:${said.sort().join('+')}`;
}

const SMALL_WORDS = new Set(['of', 'the', 'and', 'for', 'in', 'at']);

/** The first initials of a name of several words, with and without those of the syllables of Chinese words. */
function* initialsOf(form: NameForm): Generator<string> {
  if (form.script === 'han') return;
  const words = form.cleaned.split(' ').filter((word) => !SMALL_WORDS.has(word));
  if (words.length < 3) return;
  const first = (word: string) => [...word][0] ?? '';
  const syllabic = (word: string) => syllablesOf(word).map(first).join('') || first(word);
  for (const [head, rest] of [
    [first, first],
    [syllabic, first],
    [first, syllabic],
    [syllabic, syllabic],
  ] as const) {
    const initials = words.map((word, index) => (index === 0 ? head(word) : rest(word))).join('');
    yield `a:${[...initials].slice(0, INITIALS).join('')}`;
  }
}

/** What a name that may be an abbreviation is looked for by, and what a Chinese name may be shortened to. */
function* shortOf(form: NameForm): Generator<string> {
  const letters = lettersOf(form);
  if (form.script === 'latin') {
    if (letters.length >= 3 && letters.length <= 9) yield `a:${[...letters].slice(0, INITIALS).join('')}`;
    return;
  }
  const [head = '', ...rest] = letters;
  for (const character of rest.slice(0, 9)) yield `z:${head}${character}`;
}

function* ofForm(form: NameForm): Generator<string> {
  const tokens = form.tokens.filter((token) => !isFiller(token));
  for (const token of tokens.filter(isName).slice(0, MOST_TOKENS)) yield `n:${stemOf(token)}`;
  yield* groupOf(tokens);
  yield* pairsOf(tokens.slice(0, MOST_TOKENS).map(stemOf));
  yield* initialsOf(form);
  yield* shortOf(form);
}

/** {@link blocksOf} of an organisation that was made ready. */
export function blocksOfProfile({ names, former, abbreviations }: Profile): string[] {
  const blocks = new Set<string>();
  for (const form of abbreviations) for (const block of shortOf(form)) blocks.add(block);
  for (const form of [...names, ...former]) for (const block of ofForm(form)) blocks.add(block);
  return [...blocks].slice(0, MOST_BLOCKS);
}

/**
 * The blocks that an organisation is in, at most {@link MOST_BLOCKS} short strings: two that are likely to be one share a block, but for
 * slips in the first letters of most of their words. To be kept in a table of keys beside `keysOf`.
 */
export const blocksOf = (party: Party): string[] => blocksOfProfile(profileOf(party));
