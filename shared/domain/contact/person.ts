import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { optionals, removables } from '../record/fields.ts';
import { mergePatch } from '../record/merge-patch.ts';
import { line, text } from '../text.ts';

/** The fields of a person. Their names may be told; what they hold is kept in the store of people and nowhere else. */
export const PERSON_FIELDS = ['name', 'nameChinese', 'email', 'phone', 'wechat', 'jobTitle', 'about'] as const;
export const PersonField = lazily(() => z.enum(PERSON_FIELDS).meta({ id: 'PersonField' }));
export type PersonField = (typeof PERSON_FIELDS)[number];

const fields = () =>
  ({
    name: line(1, 200).meta({ description: 'The name in Latin letters.' }),
    nameChinese: line(1, 200).meta({ description: 'The name in Chinese characters.' }),
    email: z.email('An email address.').max(254),
    phone: line(3, 50),
    wechat: line(1, 100),
    jobTitle: line(1, 200),
    about: text(1, 5_000).meta({ description: 'Anything else about the person. They are entitled to read it.' }),
  }) satisfies Record<PersonField, z.ZodType>;

/** A person as a request tells of one, and as those may read it who may see people. */
export const Person = lazily(() =>
  z
    .strictObject(optionals(fields()))
    .refine(hasName, 'A name is needed, in Latin letters or Chinese characters.')
    .meta({
      id: 'Person',
      description: 'Personal data, with `name`, `nameChinese` or both. No event, log, report or webhook carries it.',
    }),
);
export type Person = { readonly [Field in PersonField]?: string | undefined };

/** A merge patch of a person: null takes a field away. */
export const PersonPatch = lazily(() => z.strictObject(removables(fields())).meta({ id: 'PersonPatch' }));
export type PersonPatch = { readonly [Field in PersonField]?: string | null | undefined };

const hasName = (person: Person): boolean => person.name !== undefined || person.nameChinese !== undefined;

/** A person after a patch, and the fields that it changed; undefined where nobody could be named any more. */
export function patchPerson(
  before: Person,
  patch: PersonPatch,
): { readonly person: Person; readonly changed: readonly PersonField[] } | undefined {
  const person = mergePatch(before, patch) as Person;
  if (!hasName(person)) return undefined;
  return { person, changed: PERSON_FIELDS.filter((field) => before[field] !== person[field]) };
}

/** The fields that a person has. */
export const heldBy = (person: Person): PersonField[] => PERSON_FIELDS.filter((field) => person[field] !== undefined);
