import * as z from 'zod';
import { NOUNS, type Noun } from '#shared/domain/entity/nouns.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { Slug } from '#shared/domain/text.ts';
import { defineEvent, type EventContract } from './contract.ts';
import { EventId, RecordId } from './envelope.ts';
import { Rejected } from './outcomes.ts';

export const ENTITY_VERBS = ['logged', 'amended'] as const;
export type EntityVerb = (typeof ENTITY_VERBS)[number];

const nouns: Readonly<Record<Noun, string>> = {
  organisation: 'an organisation',
  contact: 'a contact',
  activity: 'an activity',
  agreement: 'an agreement',
};

/** What comes in on the nouns around the pipeline. */
export const ENTITY_INTAKE: Readonly<Record<Noun, Readonly<Record<EntityVerb, EventContract>>>> = Object.fromEntries(
  NOUNS.map((noun) => {
    const define = (verb: EntityVerb, meaning: string, data: () => z.ZodType) =>
      defineEvent({ source: 'partnership.intake', name: `${noun}.${verb}`, schemaVersion: 1, meaning, data });
    return [
      noun,
      {
        logged: define('logged', `Someone logged ${nouns[noun]}.`, () => NOUN_SCHEMAS[noun].logged),
        amended: define('amended', `Someone changed fields of ${nouns[noun]}.`, () => NOUN_SCHEMAS[noun].amended),
      },
    ];
  }),
) as Record<Noun, Record<EntityVerb, EventContract>>;

export const ENTITY_INTAKE_CONTRACTS: readonly EventContract[] = NOUNS.flatMap((noun) =>
  Object.values(ENTITY_INTAKE[noun]),
);

/** Noun and verb of an intake event's name; undefined for one that is not of a noun. */
export function parseEntityName(name: string): { noun: Noun; verb: EntityVerb; contract: EventContract } | undefined {
  for (const noun of NOUNS)
    for (const verb of ENTITY_VERBS)
      if (ENTITY_INTAKE[noun][verb].name === name) return { noun, verb, contract: ENTITY_INTAKE[noun][verb] };
  return undefined;
}

/** What it was right after the event, as far as others filter by it. */
const EntitySummary = z
  .strictObject({
    id: RecordId,
    kind: z.enum(NOUNS),
    version: z.int().min(1),
    type: z.string().optional().meta({ description: 'For an activity, an agreement or an organisation.' }),
    place: Slug.optional(),
  })
  .meta({ id: 'EntitySummary' });

const Recorded = z
  .strictObject({
    intakeEventId: EventId,
    entity: EntitySummary,
    changed: z.array(z.string()).meta({ description: 'Names of the fields that changed.' }),
    superseded: z.array(z.string()).meta({ description: 'Names of the fields that a later event had already set.' }),
  })
  .meta({ id: 'EntityOutcome' });

const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const define = (name: string, meaning: string, data: () => z.ZodType) =>
  defineEvent({ source: 'partnership.records', name, schemaVersion: 1, meaning, data });

/** What became of it: by noun and the verb that came in. */
export const ENTITY_OUTCOMES: Readonly<Record<Noun, Readonly<Record<EntityVerb | 'rejected', EventContract>>>> =
  Object.fromEntries(
    NOUNS.map((noun) => [
      noun,
      {
        logged: define(`${noun}.recorded`, `${capital(nouns[noun])} was recorded.`, () => Recorded),
        amended: define(`${noun}.amended`, `${capital(nouns[noun])} was amended.`, () => Recorded),
        rejected: define(`${noun}.rejected`, `${capital(nouns[noun])} event was refused by the rules.`, () => Rejected),
      },
    ]),
  ) as Record<Noun, Record<EntityVerb | 'rejected', EventContract>>;

export const ENTITY_OUTCOME_CONTRACTS: readonly EventContract[] = NOUNS.flatMap((noun) =>
  Object.values(ENTITY_OUTCOMES[noun]),
);
