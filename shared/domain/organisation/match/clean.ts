import { ConverterFactory } from 'opencc-js/core';
import characters from 'opencc-js/dict/TSCharacters';
import phrases from 'opencc-js/dict/TSPhrases';

let converter: ((text: string) => string) | undefined;

/** In simplified characters. The tables are read at first use: it takes some milliseconds. */
function simplified(text: string): string {
  converter ??= ConverterFactory([[phrases, characters]]);
  return /\p{Script=Han}/u.test(text) ? converter(text) : text;
}

/** Through capitals, so that letters of which only one case folds to the other (ß, ſ) end as one. */
const folded = (text: string) => text.toUpperCase().toLowerCase();
const withoutMarks = (text: string) =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC');

/**
 * A name without what does not tell one from another: width and compatibility forms (NFKC), traditional characters, case, marks above
 * letters (as of tones) and punctuation. Words are separated by one space; Chinese characters stand together.
 */
export function clean(name: string): string {
  const letters = withoutMarks(folded(simplified(name.toWellFormed().normalize('NFKC'))));
  return letters
    .replace(/['’‘`´ʼ]/g, '')
    .replace(/(?<=(?:^|[^\p{L}])\p{L})\.(?=\p{L}(?:[^\p{L}]|$))/gu, '')
    .replace(/[&＆]/g, ' and ')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '')
    .trim();
}

/** What is left of a name that has neither letter nor digit. */
export const bare = (name: string): string => folded(name.toWellFormed().normalize('NFKC')).replace(/\s+/g, ' ').trim();
