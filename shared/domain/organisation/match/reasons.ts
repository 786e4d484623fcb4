/** Why two organisations may, or may not, be one. The code is for programs and translations; `text` says it in English, with what it is about. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

const WORDS = {
  'same-identifier': 'Same register number:',
  'identifier-conflict': 'Different numbers in the same register:',
  'same-name': 'Same name apart from spelling, script and legal form:',
  'same-sound': 'The romanised Chinese name of one is the name of the other:',
  'former-name': 'The name of one is a former name of the other:',
  'same-abbreviation': 'Same abbreviation:',
  initials: 'One name looks like an abbreviation of the other:',
  'word-order': 'Same words in a different order:',
  'near-word': 'One word differs but may mean the same:',
  'old-spelling': 'One name uses an old or ambiguous spelling:',
  homophone: 'Different characters with the same sound:',
  spelling: 'The spelling differs slightly:',
  contained: 'One name has additional words:',
  'same-place': 'Same place:',
  'other-place': 'Different places:',
  'no-place': 'The place of one is unknown, and the name alone is not enough',
  'other-chinese-name': 'Different Chinese names:',
  'other-type': 'Different types:',
  'is-part': 'One is recorded as part of the other',
  'names-differ': 'Nothing in the names suggests the same organisation',
} as const;

export type ReasonCode = keyof typeof WORDS;

export const reason = (code: ReasonCode, ...about: readonly string[]): Reason => ({
  code,
  text: about.length === 0 ? `${WORDS[code]}.` : `${WORDS[code]} ${about.join(' / ')}.`,
});
