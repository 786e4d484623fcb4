import { WEIGHTED_TERMS } from '../bridge-schema.ts';
import type { Report } from '../report.ts';
import { sectionName } from './section-maker.ts';
import type { Words } from './words.ts';

/** Which records the report is about, in words. */
export function filterText({ filters }: Report, words: Words): string {
  const { strand, kind, place, owner } = filters;
  const parts = [
    strand?.map(words.strand),
    kind?.map(words.kind),
    place?.map((id) => words.place(id === 'none' ? null : id)),
    owner?.map((id) => words.owner(id === 'none' ? null : id)),
  ].filter((names) => names !== undefined);
  return parts.length === 0
    ? words.say('everything')
    : parts.map((names) => names.join(words.say('comma'))).join(words.say('semicolon'));
}

/** Terms and what they mean, in the order in which a reader meets them. */
export const explanations = (words: Words): (readonly [term: string, meaning: string])[] => [
  [words.phase('open'), words.say('openMeaning')],
  [words.phase('won'), words.say('wonMeaning')],
  [words.phase('lost'), words.say('lostMeaning')],
  [words.say('value'), words.say('valueMeaning')],
  [words.say('weighted'), words.say('weightedMeaning')],
  [words.say('days'), words.say('daysMeaning')],
  [words.list('stalled'), words.say('stalledMeaning')],
  [words.list('closingSoon'), words.say('closingSoonMeaning')],
  [words.say('withheld'), words.say('confidentialMeaning')],
  [words.basis('as-known-then'), words.say('asKnownThenMeaning')],
  [words.basis('as-known-now'), words.say('asKnownNowMeaning')],
  ...WEIGHTED_TERMS.map((term) => [`${words.say('bridge')}: ${words.term(term)}`, words.meaning(term)] as const),
];

/** What cannot be given and why: sections with the same reason stand together. */
export function withheldSections({ unavailable }: Report, words: Words): { sections: string; why: string }[] {
  const byReason = Map.groupBy(unavailable, (one) => words.why(one));
  return [...byReason].map(([why, ones]) => ({
    sections: ones.map(({ section }) => sectionName(section, words)).join(words.say('comma')),
    why,
  }));
}
