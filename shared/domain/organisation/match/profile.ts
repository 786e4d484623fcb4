import { exactKey, isFittingKey, keyOfTokens } from './exact-key.ts';
import type { Party } from './party.ts';
import { bySound } from './sound.ts';
import { type ReadName, readName, type Token } from './tokens.ts';

/** One name of an organisation, read once for all comparisons. */
export interface NameForm extends ReadName {
  /** The name as given. */
  readonly given: string;
  readonly key: string;
  /** The key of a Chinese name as one would write it in Latin letters; only where that differs, and for names that say what kind of body it is. */
  readonly soundKey?: string;
  /** Whether it tells one body from the others of its kind: it has a place or a name, not directions and common words alone. */
  readonly isTelling: boolean;
  /** Its tokens by sound, which likely candidates are sought by. */
  readonly sounds: readonly Pick<Token, 'text' | 'concept'>[];
}

/** An organisation made ready for comparison. */
export interface Profile<P extends Party = Party> {
  readonly party: P;
  /** The names that it goes by: the main one first. */
  readonly names: readonly NameForm[];
  readonly former: readonly NameForm[];
  readonly abbreviations: readonly NameForm[];
  /** Puts any two organisations in one order. */
  readonly order: string;
}

/** An abbreviation that is a key has so many letters: of three letters, one city has several (BCC: the City Council, the Chamber). */
export const LETTERS_OF_A_KEY = 4;

/** As many names as an organisation can have are read, and no more (fields: 5 names, 10 abbreviations, 20 former names). */
const MOST_NAMES = 35;

const TELLING = new Set(['place', 'proper', undefined]);

export function formOf(given: string): NameForm {
  const read = readName(given);
  const sounds = read.tokens.map(bySound);
  const key = exactKey(given);
  const soundKey = keyOfTokens(sounds);
  const saysItsKind = read.tokens.some(({ concept }) => concept?.class === 'kind');
  return {
    ...read,
    given,
    key,
    ...(read.script === 'han' && saysItsKind && soundKey !== key && isFittingKey(soundKey) ? { soundKey } : {}),
    isTelling: read.tokens.some(({ concept }) => TELLING.has(concept?.class)) || read.tokens.length === 0,
    sounds,
  };
}

function formsOf(names: readonly (string | undefined)[]): NameForm[] {
  const forms = new Map<string, NameForm>();
  for (const name of names.slice(0, MOST_NAMES)) {
    if (name === undefined || name.trim() === '') continue;
    const form = formOf(name);
    // Two spellings of one key tell the matcher the same, unless one is turned round or in the other script.
    const same = `${form.script} ${form.isTurned} ${form.key}`;
    if (!forms.has(same)) forms.set(same, form);
  }
  return [...forms.values()];
}

export const profileOf = <P extends Party>(party: P): Profile<P> => ({
  party,
  names: formsOf([party.name, party.english, party.chinese, party.traditional, party.pinyin]),
  former: formsOf(party.formerNames ?? []),
  abbreviations: formsOf(party.abbreviations ?? []),
  order: JSON.stringify([party.name, party.place, party.id, party]),
});

/** Letters of an abbreviation: "HKUST(GZ)" has seven. */
export const lettersOf = (form: NameForm): string => form.cleaned.replaceAll(' ', '');
