import * as z from 'zod';
import { lazyObject } from '../lazily.ts';
import { Organisation, ResolvedOrganisation } from '../organisation/organisation.ts';
import { optionals, removables, type Shape } from '../record/fields.ts';
import { Instant, idOf, text } from '../text.ts';
import { type Noun, nounFields } from './nouns.ts';

/** The schemas of one noun: of its requests, of its events' data, and of its answer. */
export interface NounSchemas {
  readonly log: z.ZodType<Record<string, unknown>>;
  readonly amend: z.ZodType<Record<string, unknown>>;
  readonly logged: z.ZodType;
  readonly amended: z.ZodType;
  readonly view: z.ZodType;
}

const pascal = (noun: Noun) => `${noun[0]?.toUpperCase()}${noun.slice(1)}`;

/** Fields that the server alone sets: events and answers have them, requests do not. */
export const SERVER_FIELDS: Readonly<Partial<Record<Noun, readonly string[]>>> = {
  organisation: ['mergedInto'],
  contact: ['personal', 'erasedOn', 'erasureReason'],
};

/** Amendments that may say why: organisations are merged, and told apart again, for a reason. */
const REASONED: Readonly<Partial<Record<Noun, () => Shape>>> = {
  organisation: () => ({ reason: text(1, 2_000).optional() }),
};

const without = (shape: Shape, names: readonly string[] = []): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name)));

/** Organisations as an event names them, where the noun has any. Of a contact it names none but by id. */
const resolved = (noun: Noun, shape: Shape): Shape =>
  'organisations' in shape && noun !== 'contact' ? { organisations: z.array(ResolvedOrganisation).min(1).max(50) } : {};

const checked =
  (noun: Noun): z.core.CheckFn<Record<string, unknown>> =>
  ({ value, issues }) => {
    for (const { pointer, detail } of nounFields(noun).check?.(value) ?? [])
      issues.push({ code: 'custom', path: [pointer.slice(1)], input: value, message: detail });
  };

function schemasOf(noun: Noun): NounSchemas {
  const fields = nounFields(noun);
  const required = () => fields.required;
  const optional = () => fields.optional;
  const asked = () => without(optional(), SERVER_FIELDS[noun]);
  const name = pascal(noun);
  return lazyObject<NounSchemas>({
    log: () =>
      z
        .strictObject({ ...required(), ...optionals(asked()) })
        .check(checked(noun))
        .meta({ id: `Log${name}` }),
    amend: () => z.strictObject({ ...optionals(required()), ...removables(asked()) }).meta({ id: `Amend${name}` }),
    logged: () =>
      z
        .strictObject({ ...required(), ...resolved(noun, required()), ...optionals(optional()) })
        .check(checked(noun))
        .meta({ id: `${name}Logged` }),
    amended: () =>
      z
        .strictObject({
          ...REASONED[noun]?.(),
          fields: z
            .strictObject({ ...optionals({ ...required(), ...resolved(noun, required()) }), ...removables(optional()) })
            .refine((fields) => Object.keys(fields).length > 0, 'An amendment must change at least one field.')
            .meta({ minProperties: 1 }),
        })
        .meta({ id: `${name}Amended` }),
    view: () =>
      z
        .strictObject({
          id: idOf(fields.idPrefix),
          kind: z.literal(noun),
          version: z.int().min(1).meta({ description: 'The number of recorded events; also the ETag.' }),
          ...required(),
          ...('organisations' in required()
            ? { organisations: z.array(Organisation.partial({ name: true, place: true })) }
            : {}),
          ...optionals(optional()),
          createdAt: Instant.meta({ description: 'When it was logged.' }),
          recordedAt: Instant.meta({ description: 'When it was first recorded.' }),
          updatedAt: Instant.meta({ description: 'When its latest event was recorded.' }),
        })
        .meta({ id: name }),
  });
}

/** Each is made when it is first needed. */
export const NOUN_SCHEMAS: Readonly<Record<Noun, NounSchemas>> = {
  organisation: schemasOf('organisation'),
  contact: schemasOf('contact'),
  activity: schemasOf('activity'),
  agreement: schemasOf('agreement'),
};
