import * as z from 'zod';
import { Evidence } from '#shared/domain/evidence/evidence.ts';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import { KIND_SCHEMAS, kindOfId } from '#shared/domain/record/kinds.ts';
import { text } from '#shared/domain/text.ts';
import { defineEvent, type EventContract } from './contract.ts';

export const VERBS = ['logged', 'amended', 'moved', 'noted', 'released', 'evidenced', 'voided', 'restored'] as const;
export type Verb = (typeof VERBS)[number];

const Empty = z.strictObject({});
const Noted = z.strictObject({ text: text(1, 10_000) });
const Voided = z.strictObject({ reason: text(1, 2_000) });

/** What a note and a voiding take, as requests and as events alike. */
export { Noted, Voided };

const nouns: Readonly<Record<Kind, string>> = {
  engagement: 'an engagement',
  'ip-lead': 'an IP lead',
  'trade-deal': 'a trade deal',
};

function contractsOf(kind: Kind): Partial<Record<Verb, EventContract>> {
  const define = (verb: Verb, meaning: string, data: z.ZodType | (() => z.ZodType)) =>
    defineEvent({ source: 'partnership.intake', name: `${kind}.${verb}`, schemaVersion: 1, meaning, data });
  const noun = nouns[kind];
  return {
    logged: define('logged', `Someone logged ${noun}.`, () => KIND_SCHEMAS[kind].logged),
    amended: define('amended', `Someone changed fields of ${noun}.`, () => KIND_SCHEMAS[kind].amended),
    moved: define('moved', `Someone moved ${noun} to another stage.`, () => KIND_SCHEMAS[kind].moved),
    noted: define('noted', `Someone added a note to ${noun}.`, Noted),
    ...(kind === 'ip-lead'
      ? { released: define('released', 'Someone released an IP lead from confidentiality.', Empty) }
      : {}),
    evidenced: EVIDENCE_LOGGED,
    voided: define('voided', `Someone voided ${noun} logged by mistake.`, Voided),
    restored: define('restored', `Someone restored ${noun} that had been voided.`, Empty),
  };
}

/** Evidence may be of any kind of record; its record's id says which. */
export const EVIDENCE_LOGGED = defineEvent({
  source: 'partnership.intake',
  name: 'evidence.logged',
  schemaVersion: 1,
  meaning: 'Someone logged a check for a record, or a manager waived it.',
  data: Evidence,
});

/** Every event type that comes in, by kind and verb. */
export const INTAKE: Readonly<Record<Kind, Partial<Record<Verb, EventContract>>>> = {
  engagement: contractsOf('engagement'),
  'ip-lead': contractsOf('ip-lead'),
  'trade-deal': contractsOf('trade-deal'),
};

export const INTAKE_CONTRACTS: readonly EventContract[] = [
  ...new Set(KINDS.flatMap((kind) => Object.values(INTAKE[kind]))),
];

/** The contract of a kind's verb. Throws for one that the kind does not know. */
export function intakeContract(kind: Kind, verb: Verb): EventContract {
  const contract = INTAKE[kind][verb];
  if (!contract) throw new Error(`There is no event ${kind}.${verb}.`);
  return contract;
}

/**
 * Kind and verb of an intake event's name; undefined for a name that is not in the catalogue. Evidence is of the kind that `recordId`
 * says.
 */
export function parseIntakeName(
  name: string,
  recordId: unknown,
): { kind: Kind; verb: Verb; contract: EventContract } | undefined {
  if (name === EVIDENCE_LOGGED.name) {
    const kind = kindOfId(String(recordId));
    return kind && { kind, verb: 'evidenced', contract: EVIDENCE_LOGGED };
  }
  for (const kind of KINDS)
    for (const verb of VERBS) {
      const contract = INTAKE[kind][verb];
      if (contract?.name === name) return { kind, verb, contract };
    }
  return undefined;
}
