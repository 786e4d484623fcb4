import { NEAR, NEAR_ACROSS } from './near.ts';
import { PLACES } from './places.ts';
import { PROPER_NAMES } from './proper-names.ts';
import { DIRECTIONS, FILLERS, KINDS, SUBJECTS } from './words.ts';

/** What a word tells: what a body is, what it deals with, where it is, or nothing. `proper` is a name and nothing else. */
export type WordClass = 'kind' | 'subject' | 'direction' | 'filler' | 'place' | 'proper';

export interface Concept {
  readonly id: string;
  readonly class: WordClass;
  /** Its forms in Latin letters, joined: what a slip of the pen is compared with. */
  readonly latin: readonly string[];
  /** The place it lies in. */
  readonly within?: string;
}

/** How a written form stands to its concept: the same, an old name of it, or a spelling that others share. */
export interface Meaning {
  readonly concept: Concept;
  readonly as: 'same' | 'old' | 'shared';
}

interface Lexicon {
  readonly chinese: ReadonlyMap<string, Meaning>;
  readonly latin: ReadonlyMap<string, Meaning>;
  readonly concepts: ReadonlyMap<string, Concept>;
  /** Spellings in Latin letters that several concepts or words have, by the id of one that has it. */
  readonly sharedSpellings: ReadonlyMap<string, string>;
  readonly near: ReadonlySet<string>;
  readonly nearAcross: ReadonlySet<string>;
  /** One id for all that are near to each other, over however many steps. */
  readonly nearest: ReadonlyMap<string, string>;
}

const SECTIONS: readonly (readonly [WordClass, string])[] = [
  ['kind', KINDS],
  ['subject', SUBJECTS],
  ['direction', DIRECTIONS],
  ['filler', FILLERS],
  ['place', PLACES],
  ['proper', PROPER_NAMES],
];

const listed = (forms: string | undefined) => (forms ?? '').split(',').flatMap((form) => form.trim() || []);
const joined = (form: string) => form.replaceAll(' ', '');

const bothWays = (pairs: readonly (readonly [string, string])[]) =>
  new Set(pairs.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));

function grouped(): Map<string, string> {
  const nearest = new Map<string, string>();
  for (const [a, b] of [...NEAR, ...NEAR_ACROSS]) {
    const [from, to] = [nearest.get(b) ?? b, nearest.get(a) ?? a];
    nearest.set(a, to).set(b, to);
    for (const [id, group] of nearest) if (group === from) nearest.set(id, to);
  }
  return nearest;
}

function read(): Lexicon {
  const chinese = new Map<string, Meaning>();
  const latin = new Map<string, Meaning>();
  const concepts = new Map<string, Concept>();
  const sharedSpellings = new Map<string, string>();
  for (const [section, lines] of SECTIONS)
    for (const line of lines.trim().split('\n')) {
      const [head = '', forms = ''] = line.split('=');
      const [id = '', within] = head.split('<').map((part) => part.trim());
      const [han, western, third] = forms.split('|');
      // The third column is pinyin, which is as good as the English, but for places and names, where it is what they were once called.
      const isOld = section === 'place' || section === 'proper';
      const current = [...listed(western), ...(isOld ? [] : listed(third))].map(joined);
      const plain = current.map((form) => form.replace('*', ''));
      const concept: Concept = {
        id,
        class: section,
        latin: [...plain, ...(isOld ? listed(third).map(joined) : [])],
        ...(within === undefined ? {} : { within }),
      };
      concepts.set(id, concept);
      for (const form of listed(han)) chinese.set(form, { concept, as: 'same' });
      for (const form of current) {
        if (form.endsWith('*')) sharedSpellings.set(id, form.slice(0, -1));
        latin.set(form.replace('*', ''), { concept, as: form.endsWith('*') ? 'shared' : 'same' });
      }
      if (isOld)
        for (const form of listed(third).map(joined)) if (!latin.has(form)) latin.set(form, { concept, as: 'old' });
    }
  return {
    chinese,
    latin,
    concepts,
    sharedSpellings,
    near: bothWays(NEAR),
    nearAcross: bothWays(NEAR_ACROSS),
    nearest: grouped(),
  };
}

let lexicon: Lexicon | undefined;
const opened = (): Lexicon => {
  lexicon ??= read();
  return lexicon;
};

/** What a run of Chinese characters means, all of it. */
export const meaningOfChinese = (text: string): Meaning | undefined => opened().chinese.get(text);

/** What words in Latin letters mean together; their spaces are left out. */
export const meaningOfLatin = (words: string): Meaning | undefined => opened().latin.get(words);

/** The spelling in Latin letters that a concept shares with others. */
export const sharedSpelling = (id: string): string | undefined => opened().sharedSpellings.get(id);

/** Whether a spelling in Latin letters is one that several places and words have. */
export const isSharedSpelling = (spelling: string): boolean => opened().latin.get(spelling)?.as === 'shared';

/** Whether one word may stand for the other; `isAcross` where they are of two languages. */
export function isNear(a: string, b: string, isAcross: boolean): boolean {
  const { near, nearAcross } = opened();
  return near.has(`${a} ${b}`) || (isAcross && nearAcross.has(`${a} ${b}`));
}

/** Whether the place of the first id lies in that of the second. */
export function liesIn(id: string, other: string): boolean {
  const { concepts } = opened();
  for (let at = concepts.get(id)?.within; at !== undefined; at = concepts.get(at)?.within)
    if (at === other) return true;
  return false;
}

/** One id for a word and all that are near to it. */
export const nearestOf = (id: string): string => opened().nearest.get(id) ?? id;
