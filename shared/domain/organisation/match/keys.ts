import { isFittingKey, keyOfTokens } from './exact-key.ts';
import { type Party, REGISTERS, type Register } from './party.ts';
import { LETTERS_OF_A_KEY, lettersOf, type NameForm, type Profile, profileOf } from './profile.ts';

/** As many keys as an organisation has at most: three for each of its five names, its abbreviations and its numbers. */
export const MOST_KEYS = 30;

/** A name in Latin letters whose spelling is shared, read as the place that it most often is: "Suzhou" as 苏州. */
const asUsual = ({ tokens }: NameForm) =>
  tokens.some(({ as }) => as === 'shared')
    ? keyOfTokens(tokens.map((token) => ({ ...token, text: token.concept?.id ?? token.text })))
    : undefined;

/** By its name, by its sound, and as it is usually read unless its Chinese name says how. */
const ofForm = (form: NameForm, hasChinese: boolean) => [
  form.key,
  form.soundKey,
  hasChinese ? undefined : asUsual(form),
];

const ofAbbreviation = (form: NameForm) => ([...lettersOf(form)].length >= LETTERS_OF_A_KEY ? form.key : undefined);

const ofNumber = (party: Party) => (register: Register) => {
  const number = party[register]?.trim().toUpperCase();
  return number ? `${register}:${number}` : undefined;
};

/** {@link keysOf} of an organisation that was made ready. */
export function keysOfProfile(profile: Profile): string[] {
  const hasChinese = profile.names.some(({ script }) => script === 'han');
  const keys = [
    ...(Object.keys(REGISTERS) as Register[]).map(ofNumber(profile.party)),
    ...profile.names.flatMap((form) => ofForm(form, hasChinese)),
    ...profile.abbreviations.map(ofAbbreviation),
  ].filter((key) => key !== undefined);
  return [...new Set(keys.filter(isFittingKey))].slice(0, MOST_KEYS);
}

/**
 * The keys under which an organisation can be found in a table of keys, at most {@link MOST_KEYS} of at most 400 characters. Whatever is
 * `certain` for the matcher shares one. The other way round, an organisation that is found under the `exactKey` of a name is to be asked
 * whether it `goesBy` that name, and two that share a key for the matcher's verdict: 江南大学 and 姜南大学 are both found under their sound.
 */
export const keysOf = (party: Party): string[] => keysOfProfile(profileOf(party));
