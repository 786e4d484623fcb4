import { activity } from '../activity/activity.ts';
import { agreement } from '../agreement/agreement.ts';
import { contact } from '../contact/contact.ts';
import { organisation } from '../organisation/fields.ts';
import type { NounFields } from './noun-fields.ts';

/** What stands around the pipeline: each is told by events and has a version, a history and a timeline, but no stage. */
export const NOUN_FIELDS = { organisation, contact, activity, agreement } as const;

export const NOUNS = [
  'organisation',
  'contact',
  'activity',
  'agreement',
] as const satisfies readonly (keyof typeof NOUN_FIELDS)[];
export type Noun = (typeof NOUNS)[number];

export const isNoun = (kind: string): kind is Noun => (NOUNS as readonly string[]).includes(kind);

export const nounFields = (noun: Noun): NounFields => NOUN_FIELDS[noun];

/** The noun of an id's prefix; undefined for another id. */
export function nounOfId(id: string): Noun | undefined {
  const prefix = id.slice(0, id.indexOf('_'));
  return NOUNS.find((noun) => nounFields(noun).idPrefix === prefix);
}
