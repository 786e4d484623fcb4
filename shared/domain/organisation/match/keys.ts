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

const ofForm = (form: NameForm) => [form.key, form.soundKey, asUsual(form)];

const ofAbbreviation = (form: NameForm) => ([...lettersOf(form)].length >= LETTERS_OF_A_KEY ? form.key : undefined);

const ofNumber = (party: Party) => (register: Register) => {
  const number = party[register]?.trim().toUpperCase();
  return number ? `${register}:${number}` : undefined;
};

/** {@link keysOf} of an organisation that was made ready. */
export function keysOfProfile(profile: Profile): string[] {
  const keys = [
    ...(Object.keys(REGISTERS) as Register[]).map(ofNumber(profile.party)),
    ...profile.names.flatMap(ofForm),
    ...profile.abbreviations.map(ofAbbreviation),
  ].filter((key) => key !== undefined);
  return [...new Set(keys.filter(isFittingKey))].slice(0, MOST_KEYS);
}

/**
 * The keys under which an organisation can be found in a table of keys, at most {@link MOST_KEYS} of at most 400 characters. Whatever is
 * `certain` for the matcher shares one. The other way round: where `exactKey` of a *name* is among the keys of an organisation and the place
 * of both is known and the same (`placesAgree`), they are one; where a key of one organisation is among those of another, the
 * matcher has to say whether they are: 江南大学 and 姜南大学 are both found under their sound.
 */
export const keysOf = (party: Party): string[] => keysOfProfile(profileOf(party));
