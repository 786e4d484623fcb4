import type { Headers } from './headers.ts';
import { ProblemError } from './problems.ts';

interface Preference {
  /** In small letters: `text/html`, `text/*`, `zh-cn`, `*`. */
  readonly range: string;
  readonly quality: number;
}

/** A list with q-values (RFC 9110, 12.4.2). What cannot be read is left out. */
function preferences(value: string): Preference[] {
  return value.split(',').flatMap((part) => {
    const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    if (range === '') return [];
    const given = parameters.find((parameter) => parameter.startsWith('q='));
    if (given === undefined) return [{ range, quality: 1 }];
    return /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(given) ? [{ range, quality: Number(given.slice(2)) }] : [];
  });
}

/** What the most specific range that fits says; 0 where none fits. */
function qualityOf(given: readonly Preference[], rangesOf: readonly string[]): number {
  for (const range of rangesOf) {
    const found = given.find((preference) => preference.range === range);
    if (found) return found.quality;
  }
  return 0;
}

/** The first of the best. */
function best<Choice>(choices: readonly Choice[], quality: (choice: Choice) => number): Choice | undefined {
  const rated = choices.map((choice) => ({ choice, rate: quality(choice) })).filter(({ rate }) => rate > 0);
  return rated.sort((a, b) => b.rate - a.rate)[0]?.choice;
}

/**
 * Which of the media types the client likes best, by `Accept`; the first of them where it likes several the same or says nothing.
 * Refuses (406) a client that takes none.
 */
export function acceptedType<Type extends string>(headers: Headers, types: readonly [Type, ...Type[]]): Type {
  const accept = headers['accept'];
  if (accept === undefined || accept.trim() === '') return types[0];
  const given = preferences(accept);
  const found = best(types, (type) => qualityOf(given, [type, `${type.split('/')[0]}/*`, '*/*']));
  if (found) return found;
  throw new ProblemError('not-acceptable', `Available as ${types.join(', ')}.`, [
    { parameter: 'Accept', detail: `One of ${types.join(', ')}.` },
  ]);
}

/** What a language is asked for by: Chinese of any script or place is answered in Simplified Chinese. */
const SPOKEN: Readonly<Record<string, string>> = { zh: 'zh-CN', en: 'en' };

/** Which of the languages the client likes best, by `Accept-Language`; the other one where it likes neither. */
export function acceptedLanguage<Language extends string>(
  headers: Headers,
  languages: readonly Language[],
  otherwise: Language,
): Language {
  const given = preferences(headers['accept-language'] ?? '');
  const quality = (language: Language) => {
    const fits = ({ range }: Preference) => SPOKEN[range.split('-')[0] ?? ''] === language;
    const own = given.filter(fits).map((preference) => preference.quality);
    if (own.length > 0) return Math.max(...own);
    return given.find(({ range }) => range === '*')?.quality ?? 0;
  };
  // What the client likes the same, it gets as the report was meant.
  return best([otherwise, ...languages.filter((language) => language !== otherwise)], quality) ?? otherwise;
}
