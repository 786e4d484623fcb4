import * as z from 'zod';
import { engagement } from '../engagement/engagement.ts';
import { Evidence } from '../evidence/evidence.ts';
import { ipLead } from '../ip-lead/ip-lead.ts';
import { lazyObject } from '../lazily.ts';
import { Money } from '../money/money.ts';
import { Organisation, ResolvedOrganisation } from '../organisation/organisation.ts';
import { EVIDENCE_TYPES, type Kind, Phase, stageNames } from '../pipeline/ladders.ts';
import { LostReason } from '../pipeline/moves.ts';
import { Instant, idOf, text } from '../text.ts';
import { tradeDeal } from '../trade-deal/trade-deal.ts';
import {
  checkMove,
  ExternalRef,
  type KindFields,
  NextStep,
  optionalFields,
  optionals,
  removables,
  requiredFields,
  type Shape,
  startingFields,
} from './fields.ts';

/** The three kinds: what each adds to the common fields, under its own name and the name of its collection. */
export const KIND_FIELDS = { engagement, 'ip-lead': ipLead, 'trade-deal': tradeDeal } as const;

const fieldsOf = (kind: Kind): KindFields => KIND_FIELDS[kind];

/** The kind of a record by its id's prefix; undefined for another id. */
export function kindOfId(id: string): Kind | undefined {
  const prefix = id.slice(0, id.indexOf('_'));
  return Object.values(KIND_FIELDS).find((fields) => fields.idPrefix === prefix)?.kind;
}

export const idPrefixOf = (kind: Kind) => fieldsOf(kind).idPrefix;
export const recordIdOf = (kind: Kind) => idOf(idPrefixOf(kind));

/** Names of the fields that a change may set; `removable` ones it may also take away. */
export function fieldNames(kind: Kind): {
  readonly required: readonly string[];
  readonly removable: readonly string[];
} {
  const { required, optional } = fieldsOf(kind);
  return {
    required: [...Object.keys(requiredFields), ...Object.keys(required)],
    removable: [...Object.keys(optionalFields), ...Object.keys(optional)],
  };
}

const pascal = (kind: Kind) => ({ engagement: 'Engagement', 'ip-lead': 'IpLead', 'trade-deal': 'TradeDeal' })[kind];
const partial = (shape: Shape) => optionals(shape);
const resolved = { organisations: z.array(ResolvedOrganisation).min(1).max(20) };
const everyField = (kind: Kind): Shape => ({
  ...requiredFields,
  ...fieldsOf(kind).required,
  ...optionals(optionalFields),
  ...partial(fieldsOf(kind).optional),
});

/** What was checked before the record was logged, or is waived: a stage behind a gate needs it, as a move there does. */
const initialEvidence = () =>
  z
    .array(Evidence)
    .min(1)
    .max(EVIDENCE_TYPES.length)
    .refine((all) => new Set(all.map(({ type }) => type)).size === all.length, 'Each type once.')
    .meta({ description: 'Checks and waivers that open the gates before the stage that the record starts in.' });

/** What logging a record takes: `POST /v1/{kinds}`. */
const logRequest = (kind: Kind) =>
  z
    .strictObject({ ...everyField(kind), ...startingFields(kind), evidence: initialEvidence().optional() })
    .check(checkMove(kind))
    .meta({ id: `Log${pascal(kind)}` });

/** The same from a partner, whose word on a check opens no gate of ours. */
const partnerLogRequest = (kind: Kind) =>
  z.strictObject({ ...everyField(kind), ...startingFields(kind) }).check(checkMove(kind));

/** What `<kind>.logged` carries: every field as logged, the stage it starts in. */
const logged = (kind: Kind) =>
  z
    .strictObject({
      ...everyField(kind),
      ...resolved,
      stage: z.enum(stageNames(kind)),
      lostReason: LostReason.optional(),
      reason: text(1, 2_000).optional(),
      evidence: initialEvidence().optional(),
    })
    .check(checkMove(kind))
    .meta({ id: `${pascal(kind)}Logged` });

/**
 * What `PATCH /v1/{kinds}/{id}` takes, a JSON Merge Patch (RFC 7396): null removes, objects merge, lists are replaced. The merged
 * record is checked again as a whole.
 */
const amendRequest = (kind: Kind) => {
  const merging = {
    value: z.strictObject(removables(Money.shape)),
    nextStep: z.strictObject(removables(NextStep.shape)),
    externalRef: z.strictObject(removables(ExternalRef.shape)),
  };
  return z
    .strictObject({
      ...partial(requiredFields),
      ...partial(fieldsOf(kind).required),
      ...removables({ ...optionalFields, ...merging }),
      ...removables(fieldsOf(kind).optional),
    })
    .meta({ id: `Amend${pascal(kind)}` });
};

/** What `<kind>.amended` carries: each changed field with its whole new value, or null where it was taken away. */
const amended = (kind: Kind) =>
  z
    .strictObject({
      fields: z
        .strictObject({
          ...partial({ ...requiredFields, ...resolved }),
          ...partial(fieldsOf(kind).required),
          ...removables(optionalFields),
          ...removables(fieldsOf(kind).optional),
        })
        .refine((fields) => Object.keys(fields).length > 0, 'An amendment must change at least one field.')
        .meta({ minProperties: 1 }),
    })
    .meta({ id: `${pascal(kind)}Amended` });

const moveShape = (kind: Kind) => ({
  to: z.enum(stageNames(kind)),
  reason: text(1, 2_000).optional(),
  lostReason: LostReason.optional(),
});

/** A record as it is answered. */
const view = (kind: Kind) =>
  z
    .strictObject({
      id: recordIdOf(kind),
      kind: z.literal(kind),
      version: z.int().min(1).meta({ description: 'The number of recorded events; also the ETag.' }),
      stage: z.enum(stageNames(kind)),
      phase: Phase,
      stageEnteredAt: Instant,
      lostReason: LostReason.optional(),
      ...everyField(kind),
      organisations: z.array(Organisation.partial({ name: true, place: true })),
      createdAt: Instant.meta({ description: 'When it was logged, as given by the sender.' }),
      recordedAt: Instant.meta({ description: 'When it was first recorded.' }),
      updatedAt: Instant.meta({ description: 'When its latest event was recorded.' }),
      voided: z.strictObject({ at: Instant, reason: z.string() }).optional(),
    })
    .meta({ id: pascal(kind) });

/** The schemas of one kind: of its requests, of its events' data, and of its answer. Each is made when it is first needed. */
export interface KindSchemas {
  readonly log: z.ZodType<Record<string, unknown>>;
  readonly partnerLog: z.ZodType<Record<string, unknown>>;
  readonly amend: z.ZodType<Record<string, unknown>>;
  readonly move: z.ZodType;
  readonly logged: z.ZodType;
  readonly amended: z.ZodType;
  readonly moved: z.ZodType;
  readonly view: z.ZodType;
}

const schemasOf = (kind: Kind): KindSchemas =>
  lazyObject<KindSchemas>({
    log: () => logRequest(kind),
    partnerLog: () => partnerLogRequest(kind),
    amend: () => amendRequest(kind),
    move: () =>
      z
        .strictObject({ ...moveShape(kind), occurredAt: Instant.optional() })
        .check(checkMove(kind))
        .meta({ id: `Move${pascal(kind)}` }),
    logged: () => logged(kind),
    amended: () => amended(kind),
    moved: () =>
      z
        .strictObject(moveShape(kind))
        .check(checkMove(kind))
        .meta({ id: `${pascal(kind)}Moved` }),
    view: () => view(kind),
  });

export const KIND_SCHEMAS: Readonly<Record<Kind, KindSchemas>> = {
  engagement: schemasOf('engagement'),
  'ip-lead': schemasOf('ip-lead'),
  'trade-deal': schemasOf('trade-deal'),
};
