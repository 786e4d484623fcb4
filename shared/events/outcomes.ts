import * as z from 'zod';
import { Money } from '#shared/domain/money/money.ts';
import { KINDS, type Kind, Phase } from '#shared/domain/pipeline/ladders.ts';
import { REFUSAL_CODES } from '#shared/domain/record/refusal.ts';
import { Strand } from '#shared/domain/strand.ts';
import { Slug, UserId } from '#shared/domain/text.ts';
import { defineEvent, type EventContract } from './contract.ts';
import { EventId, RecordId } from './envelope.ts';
import type { Verb } from './intake.ts';

/** What a record was right after the event: enough to filter and to count by; titles and words stay in the record. */
const RecordSummary = z
  .strictObject({
    id: RecordId,
    kind: z.enum(KINDS),
    version: z.int().min(1),
    strand: Strand,
    stage: z.string(),
    phase: Phase,
    place: Slug.optional(),
    owner: UserId.optional(),
    value: Money.optional(),
    probability: z.int().optional(),
    partner: Slug.optional().meta({ description: 'The partner in whose system the record has an id.' }),
    confidential: z.boolean(),
  })
  .meta({ id: 'RecordSummary' });

const Recorded = z
  .strictObject({
    intakeEventId: EventId,
    record: RecordSummary,
    changed: z.array(z.string()).meta({ description: 'Names of the fields that changed.' }),
    superseded: z.array(z.string()).meta({ description: 'Names of the fields that a later event had already set.' }),
  })
  .meta({ id: 'RecordOutcome' });
/** What is told of a record, whatever became of it. */
export type RecordOutcome = z.infer<typeof Recorded>;

const StageChanged = Recorded.extend({ from: z.string().optional(), to: z.string() }).meta({ id: 'StageOutcome' });

export const Rejected = z
  .strictObject({ intakeEventId: EventId, code: z.enum(REFUSAL_CODES), pointers: z.array(z.string()) })
  .meta({ id: 'RejectedOutcome' });

const Quarantined = z
  .strictObject({ intakeEventId: EventId, type: z.string(), reason: z.string(), pointers: z.array(z.string()) })
  .meta({ id: 'QuarantinedOutcome' });

const define = (name: string, meaning: string, data: z.ZodType) =>
  defineEvent({ source: 'partnership.records', name, schemaVersion: 1, meaning, data });

/** Evidence is something that a record has: it is told of as an amendment. */
type OutcomeVerb = Exclude<Verb, 'evidenced'>;

const names: Readonly<Record<OutcomeVerb, [name: string, meaning: string]>> = {
  logged: ['recorded', 'was recorded'],
  amended: ['amended', 'was amended'],
  moved: ['stage-changed', 'changed stage'],
  noted: ['noted', 'received a note'],
  released: ['released', 'is no longer confidential'],
  voided: ['voided', 'was voided: it no longer appears in lists and counts'],
  restored: ['restored', 'was restored: it appears in lists and counts again'],
};

const nouns: Readonly<Record<Kind, string>> = {
  engagement: 'An engagement',
  'ip-lead': 'An IP lead',
  'trade-deal': 'A trade deal',
};

const verbsOf = (kind: Kind) =>
  (Object.keys(names) as OutcomeVerb[]).filter((verb) => verb !== 'released' || kind === 'ip-lead');

/** What became of an event: by kind and the verb that came in. */
export const OUTCOMES: Readonly<Record<Kind, Partial<Record<OutcomeVerb, EventContract>>>> = Object.fromEntries(
  KINDS.map((kind) => [
    kind,
    Object.fromEntries(
      verbsOf(kind).map((verb) => {
        const [name, meaning] = names[verb];
        return [
          verb,
          define(`${kind}.${name}`, `${nouns[kind]} ${meaning}.`, verb === 'moved' ? StageChanged : Recorded),
        ];
      }),
    ),
  ]),
) as Record<Kind, Partial<Record<OutcomeVerb, EventContract>>>;

/** The outcome of a verb. Throws for one that the kind does not know. */
export function outcomeContract(kind: Kind, verb: Verb): EventContract {
  const contract = OUTCOMES[kind][verb === 'evidenced' ? 'amended' : verb];
  if (!contract) throw new Error(`There is no outcome of ${kind}.${verb}.`);
  return contract;
}

export const REJECTED: Readonly<Record<Kind, EventContract>> = Object.fromEntries(
  KINDS.map((kind) => [kind, define(`${kind}.rejected`, `${nouns[kind]} event was refused by the rules.`, Rejected)]),
) as Record<Kind, EventContract>;

export const QUARANTINED = define(
  'intake.quarantined',
  'An event could not be recorded and waits to be fixed and replayed.',
  Quarantined,
);

export const OUTCOME_CONTRACTS: readonly EventContract[] = [
  ...KINDS.flatMap((kind) => Object.values(OUTCOMES[kind])),
  ...Object.values(REJECTED),
  QUARANTINED,
];
