import * as z from 'zod';
import { Money } from '../money/money.ts';
import { OrganisationRef } from '../organisation/organisation.ts';
import { type Kind, stageNames } from '../pipeline/ladders.ts';
import { faultsOfMove, LostReason, type Move } from '../pipeline/moves.ts';
import { Strand, Theme } from '../strand.ts';
import { Instant, IsoDate, idOf, line, Slug, text, UserId } from '../text.ts';

export const ContactId = idOf('con').meta({ id: 'ContactId' });
export const AgreementId = idOf('agr').meta({ id: 'AgreementId' });

export const NextStep = z.strictObject({ text: text(1, 500), dueOn: IsoDate.optional() }).meta({ id: 'NextStep' });
export const ExternalRef = z
  .strictObject({ partner: Slug, ref: line(1, 200) })
  .meta({ id: 'ExternalRef', description: "The record's id in a partner's system." });

/** A list of at most `max` in which each stands only once. */
export const distinct = <Item extends z.ZodType<string>>(item: Item, max: number) =>
  z
    .array(item)
    .max(max, `At most ${max}.`)
    .refine((items) => new Set(items).size === items.length, 'Duplicates are not allowed.')
    .meta({ uniqueItems: true });

/** Fields that every kind has and that a change may take away. */
export const optionalFields = {
  owner: UserId,
  contacts: distinct(ContactId, 50),
  place: Slug,
  value: Money,
  probability: z
    .int('A whole percentage.')
    .min(0)
    .max(100)
    .meta({ description: "A percentage that replaces the stage's default while the record is open." }),
  expectedCloseOn: IsoDate,
  nextStep: NextStep,
  themes: distinct(Theme, 4),
  tags: distinct(line(1, 50), 50),
  description: text(1, 10_000),
  externalRef: ExternalRef,
  agreementId: AgreementId,
} as const;

/** Fields that every kind has from the start and never loses. */
export const requiredFields = {
  title: line(1, 200),
  strand: Strand,
  organisations: z.array(OrganisationRef).min(1, 'At least one organisation.').max(20, 'At most 20.').meta({
    description:
      'Each by id, or by name and place: a name in any script resolves to the organisation that certainly has it in that place.',
  }),
} as const;

export type Shape = Readonly<Record<string, z.ZodType>>;

/** What a kind adds to the common fields. */
export interface KindFields<Required extends Shape = Shape, Optional extends Shape = Shape> {
  readonly kind: Kind;
  readonly idPrefix: 'eng' | 'ipl' | 'trd';
  readonly required: Required;
  readonly optional: Optional;
}

type Optionals<S extends Shape> = { [Key in keyof S]: z.ZodOptional<S[Key]> };
type Removables<S extends Shape> = { [Key in keyof S]: z.ZodOptional<z.ZodNullable<S[Key]>> };

export const optionals = <S extends Shape>(shape: S) =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.optional()])) as Optionals<S>;

export const removables = <S extends Shape>(shape: S) =>
  Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [name, schema.nullable().optional()]),
  ) as Removables<S>;

/** How a record starts: its stage (the first unless said), when it happened (now unless said), why if it starts out lost. */
export function startingFields(kind: Kind) {
  return {
    stage: z.enum(stageNames(kind)).optional(),
    lostReason: LostReason.optional(),
    reason: text(1, 2_000).optional(),
    occurredAt: Instant.optional(),
  };
}

/** Whoever moves to a lost stage says why, and so does who logs a record there: as `to`, or as the `stage` it starts in. */
export function checkMove(kind: Kind): z.core.CheckFn<Record<string, unknown>> {
  return ({ value, issues }) => {
    const { to, stage = stageNames(kind)[0], lostReason, reason } = value as Partial<Move> & { stage?: string };
    for (const fault of faultsOfMove(kind, { to: to ?? stage, lostReason, reason }))
      issues.push({ code: 'custom', path: [fault.pointer.slice(1)], input: value, message: fault.detail });
  };
}
