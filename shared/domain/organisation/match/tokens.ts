import { clean } from './clean.ts';
import { type Concept, type Meaning, meaningOfChinese, meaningOfLatin } from './lexicon/lexicon.ts';
import { areInitials } from './similar.ts';

/** A part of a name: a word of the lexicon, or letters and characters that it does not know. */
export interface Token {
  /** What stands for it in a key: the same for all forms of one word. */
  readonly text: string;
  readonly concept?: Concept;
  /** As it stands in the name, cleaned. */
  readonly written: string;
  readonly script: 'han' | 'latin';
  /** `old`: by a name it once had. `shared`: by a spelling that others have too. */
  readonly as: Meaning['as'];
}

/** A name taken apart. */
export interface ReadName {
  readonly tokens: readonly Token[];
  /** `han` if it has Chinese characters. */
  readonly script: 'han' | 'latin';
  /** Whether its words were turned round: "University of Birmingham" reads as "Birmingham University". */
  readonly isTurned: boolean;
  /** The name, cleaned. */
  readonly cleaned: string;
}

const LONGEST_CHINESE = 10;
const MOST_WORDS = 7;
/** No name of an organisation is longer than 200 characters (`text(1, 200)`); what is longer is read so far. */
const LONGEST_NAME = 300;

/** Forms of law: dropped wherever they stand; the second kind, which are words or names too, at the end of a name alone. */
const LEGAL_CHINESE = /(?:股份)?有限(?:责任)?公司|(?:有限|普通)合伙(?:企业)?|股份公司|(?<=.)(?<![分子总])公司$/gu;
const LEGAL = new Set(['ltd', 'limited', 'plc', 'inc', 'incorporated', 'llc', 'llp', 'gmbh', 'pte', 'pty', 'cic']);
const LEGAL_AT_END = new Set(['co', 'company', 'corp', 'corporation', 'ag', 'sa', 'bv', 'nv', 'lp']);
const LEGAL_PINYIN = /\b(?:gufen )?you ?xian (?:ze ?ren )?gong ?si\b/g;

/** Words that join others. "of" and "for" are told from them: they turn words round. */
const JOINING = new Set(['the', 'and', 'in', 'at', 'on', 'to', 'de', 'a', 'an']);
const TURNING = 'of';

const token = (meaning: Meaning, written: string, script: Token['script']): Token => ({
  text: textOf(meaning, written),
  concept: meaning.concept,
  written,
  script,
  as: meaning.as,
});

function textOf({ concept, as }: Meaning, written: string): string {
  if (as === 'old') return written;
  return as === 'shared' ? `${written}~` : concept.id;
}

const unknown = (written: string, script: Token['script']): Token => ({ text: written, written, script, as: 'same' });

/** The longest word of the lexicon at a place of a Chinese text; one character is a word only at the end. */
function chineseWordAt(characters: readonly string[], at: number): { meaning: Meaning; length: number } | undefined {
  for (let length = Math.min(LONGEST_CHINESE, characters.length - at); length > 0; length--) {
    if (length === 1 && at + 1 < characters.length) return undefined;
    const meaning = meaningOfChinese(characters.slice(at, at + length).join(''));
    if (meaning) return { meaning, length };
  }
  return undefined;
}

function* chineseTokens(run: string): Generator<Token> {
  const characters = [...run];
  let rest = '';
  for (let at = 0; at < characters.length; ) {
    const word = chineseWordAt(characters, at);
    // A word of one character after characters that are none is part of a name: 茅台酒 is one, but 中山大学 has been taken before.
    if (word) {
      if (rest) yield unknown(rest, 'han');
      rest = '';
      yield token(word.meaning, characters.slice(at, at + word.length).join(''), 'han');
    } else rest += characters[at];
    at += word?.length ?? 1;
  }
  if (rest) yield unknown(rest, 'han');
}

type Mark = typeof TURNING;

/** The longest phrase of the lexicon from a word on. */
function latinPhraseAt(words: readonly string[], at: number): { meaning: Meaning; length: number } | undefined {
  for (let length = Math.min(MOST_WORDS, words.length - at); length > 0; length--) {
    const meaning = meaningOfLatin(words.slice(at, at + length).join(''));
    if (meaning) return { meaning, length };
  }
  return undefined;
}

function* latinTokens(words: readonly string[]): Generator<Token | Mark> {
  for (let at = 0; at < words.length; ) {
    const word = words[at] ?? '';
    const phrase = latinPhraseAt(words, at);
    if (phrase) yield token(phrase.meaning, words.slice(at, at + phrase.length).join(''), 'latin');
    else if (word === TURNING || word === 'for') yield TURNING;
    else if (!JOINING.has(word)) yield unknown(word, 'latin');
    at += phrase?.length ?? 1;
  }
}

/** From the end on: "Co., Ltd." is one form, and "Co." of "Co-operative Bank" none. */
function withoutLegalForms(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let isEnd = true;
  for (const word of words.toReversed()) {
    isEnd = LEGAL.has(word) || (isEnd && LEGAL_AT_END.has(word));
    if (!isEnd) kept.unshift(word);
  }
  return kept;
}

const isToken = (part: Token | Mark): part is Token => part !== TURNING;
const isKind = (part: Token | Mark | undefined) =>
  part !== undefined && isToken(part) && part.concept?.class === 'kind';
const isPlace = (part: Token | Mark | undefined) =>
  part !== undefined && isToken(part) && part.concept?.class === 'place';

/** A body that others are part of stands before them, as a place does: "Hospital of X University" is X University's Hospital. */
const standsFirst = (parts: readonly (Token | Mark)[]) =>
  parts.length > 0 &&
  (parts.every(isPlace) || parts.some((part) => isKind(part) || (isToken(part) && part.concept?.class === 'proper')));

/** "Bureau of Commerce of Guangzhou" → Guangzhou Commerce Bureau: what follows "of" comes before the noun that it belongs to. */
function turned(parts: readonly (Token | Mark)[]): Token[] {
  const at = parts.indexOf(TURNING);
  if (at < 0) return parts.filter(isToken);
  const last = parts.lastIndexOf(TURNING);
  const end = parts.slice(last + 1);
  if (last > at && end.length > 0 && end.every(isPlace))
    return [...end.filter(isToken), ...turned(parts.slice(0, last))];
  const [before, after] = [parts.slice(0, at), parts.slice(at + 1)];
  if (standsFirst(after)) return [...turned(after), ...turned(before)];
  return isKind(before.at(-1))
    ? [...turned(before.slice(0, -1)), ...turned(after), ...before.slice(-1).filter(isToken)]
    : [...turned(before), ...turned(after)];
}

/** "Guangzhou Municipal", "Guangdong Provincial": what kind of place it is goes without saying. */
const withoutLevels = (parts: readonly (Token | Mark)[]) =>
  parts.filter(
    (part, index) =>
      !(isToken(part) && ['municipal', 'provincial'].includes(part.concept?.id ?? '') && isPlace(parts[index - 1])),
  );

/** 医学院 is 医学 and 学院: the character in the middle belongs to both. */
const apart = (run: string) => run.replace(/(?<=[医商]|(?<![理化职])工)学院/g, '学学院');

const partsOf = (text: string): (Token | Mark)[] =>
  text
    .split(/(?<=\p{Script=Han})(?=[^\p{Script=Han}])|(?<=[^\p{Script=Han}])(?=\p{Script=Han})/u)
    .flatMap((run): (Token | Mark)[] =>
      /\p{Script=Han}/u.test(run)
        ? [...chineseTokens(apart(run))]
        : [...latinTokens(withoutLegalForms(run.split(' ').filter((word) => word !== '')))],
    );

const withoutLegal = (cleaned: string) => cleaned.replace(LEGAL_PINYIN, ' ').replace(LEGAL_CHINESE, ' ').trim();

/** "Nanfang Hospital, Southern Medical University": the body that it belongs to comes first, as in Chinese. */
function inParts(name: string): (Token | Mark)[] {
  const [first = [], ...others] = name.split(/[,，]/).map((part) => partsOf(withoutLegal(clean(part))));
  const bodies = others.filter((parts) => standsFirst(parts) && !parts.every(isPlace));
  return [...bodies, first, ...others.filter((parts) => !bodies.includes(parts))].flat();
}

/** "Sun Yat-sen University (SYSU)": initials of the name itself say nothing new. */
const withoutInitials = (name: string) =>
  name.replace(/[(（]\s*(\p{Script=Latin}{2,10})\s*[)）]/gu, (bracketed, letters: string, at: number) =>
    areInitials(clean(letters), clean(name.slice(0, at)).split(' ')) ? ' ' : bracketed,
  );

/** Takes a name apart. Whatever is left of it after its forms of law is read; if nothing is, the whole. */
export function readName(given: string): ReadName {
  const name = withoutInitials([...given].slice(0, LONGEST_NAME).join(''));
  const cleaned = clean(name);
  const read = withoutLevels(inParts(name));
  const parts = read.some(isToken) ? read : partsOf(cleaned);
  return {
    tokens: turned(parts),
    script: /\p{Script=Han}/u.test(cleaned) ? 'han' : 'latin',
    isTurned: parts.includes(TURNING),
    cleaned,
  };
}
