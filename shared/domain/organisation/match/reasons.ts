/** Why two organisations may, or may not, be one. The code is for programs and translations; `text` says it in English, with what it is about. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

const WORDS = {
  'same-identifier': 'Both have the same number in a register:',
  'identifier-conflict': 'They have different numbers in the same register:',
  'same-name': 'They have the same name but for spelling, script and form of law:',
  'same-sound': 'The Chinese name of one, spelled by its sound, is the name of the other:',
  'former-name': 'One has the name that the other had earlier:',
  'same-abbreviation': 'They have the same abbreviation:',
  initials: 'One name looks like an abbreviation of the other:',
  'word-order': 'The same words stand in another order:',
  'near-word': 'One word may stand for the other:',
  'old-spelling': 'One name has an old or shared spelling:',
  homophone: 'Different characters of the same sound:',
  spelling: 'The spelling differs slightly:',
  contained: 'One name has words more than the other:',
  'same-place': 'Both are in the same place:',
  'other-place': 'They are in different places:',
  'no-place': 'The place of one is not known, and the name alone does not settle it',
  'other-chinese-name': 'Their Chinese names differ:',
  'other-type': 'They are of different types:',
  'is-part': 'One is recorded as part of the other',
  'names-differ': 'Nothing in their names suggests that they are one',
} as const;

export type ReasonCode = keyof typeof WORDS;

export const reason = (code: ReasonCode, ...about: readonly string[]): Reason => ({
  code,
  text: about.length === 0 ? `${WORDS[code]}.` : `${WORDS[code]} ${about.join(' / ')}.`,
});
