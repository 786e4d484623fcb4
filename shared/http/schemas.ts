import * as z from 'zod';
import { NOUNS, type Noun } from '#shared/domain/entity/nouns.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { EvidenceType } from '#shared/domain/evidence/evidence.ts';
import { LACKS } from '#shared/domain/evidence/gates.ts';
import { lazily, lazyObject } from '#shared/domain/lazily.ts';
import { OrganisationId } from '#shared/domain/organisation/organisation.ts';
import { KINDS, type Kind, PHASES, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { Place } from '#shared/domain/place.ts';
import { KIND_SCHEMAS, recordIdOf } from '#shared/domain/record/kinds.ts';
import { Basis } from '#shared/domain/report/report.ts';
import { Strand } from '#shared/domain/strand.ts';
import { Instant, IsoDate, idOf, line, Slug, UserId } from '#shared/domain/text.ts';
import { Role } from '#shared/domain/user/roles.ts';
import { Actor, CHANNELS, EventId, RecordId } from '#shared/events/envelope.ts';
import { VERBS } from '#shared/events/intake.ts';

/** A schema of each kind, made when it is first needed. */
const byKind = <Schema>(make: (kind: Kind) => Schema) =>
  lazyObject<Record<Kind, Schema>>({
    engagement: () => make('engagement'),
    'ip-lead': () => make('ip-lead'),
    'trade-deal': () => make('trade-deal'),
  });

export const MAX_LIMIT = 100;
/** Of lists of records; other pages are as long as they may be unless said. */
export const DEFAULT_LIMIT = 25;

/** A page's size, as text in a query: 1 to 100. */
export const limit = (otherwise: number) =>
  z
    .string()
    .refine((value) => /^[1-9]\d{0,2}$/.test(value) && Number(value) <= MAX_LIMIT, 'A whole number from 1 to 100.')
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: otherwise });

export const Cursor = z
  .string()
  .min(1)
  .max(1_000)
  .meta({ description: 'The `next` of the previous page. Opaque; valid only for the same filters and the same user.' });

/** A date, meaning its end in Europe/London, or an instant. */
const Moment = z
  .union([IsoDate, Instant], {
    error: 'A date such as 2026-11-21, or an instant with an offset (encode + as %2B).',
  })
  .meta({
    description:
      'A date, meaning the end of that day in Europe/London, or an instant. Today means up to now; future values are refused.',
    examples: ['2026-11-21'],
  });

const SORTS = [
  '-updatedAt',
  'updatedAt',
  'expectedCloseOn',
  '-expectedCloseOn',
  'stageEnteredAt',
  '-stageEnteredAt',
] as const;

const makeListQuery = (kind: Kind) =>
  z.strictObject({
    strand: Strand.optional(),
    stage: z.enum(stageNames(kind)).optional(),
    phase: z.enum(PHASES).optional(),
    owner: z
      .union([z.literal('none'), UserId], { error: 'A user id, or "none".' })
      .meta({ description: 'A user id; `none` for records without an owner.' })
      .optional(),
    place: Slug.optional(),
    organisation: OrganisationId.optional(),
    tag: line(1, 50).optional(),
    updatedSince: Instant.optional(),
    closingBefore: IsoDate.optional(),
    stalled: z
      .literal('true', 'Only "true".')
      .meta({ description: 'Only open records that have been in their stage far longer than usual.' })
      .optional(),
    sort: z
      .enum(SORTS)
      .meta({ default: '-updatedAt', description: 'Records without an expected close date come last.' })
      .optional(),
    limit: limit(DEFAULT_LIMIT).optional(),
    cursor: Cursor.optional(),
  });
const LIST_QUERIES = byKind(makeListQuery);
export const listQuery = (kind: Kind) => LIST_QUERIES[kind];

export const pageQuery = z.strictObject({ limit: limit(MAX_LIMIT).optional(), cursor: Cursor.optional() });

/** What asks for something as it was. */
export const asOfFields = { asOf: Moment.optional(), basis: Basis.optional() };
export const basisNeedsAsOf = {
  holds: ({ asOf, basis }: { readonly asOf?: unknown; readonly basis?: unknown }) =>
    asOf !== undefined || basis === undefined,
  otherwise: { path: ['basis'], error: 'Only allowed together with asOf.' },
};
export const asOfQuery = z.strictObject(asOfFields).refine(basisNeedsAsOf.holds, basisNeedsAsOf.otherwise);

const ID_PARAMS = byKind((kind) => z.strictObject({ id: recordIdOf(kind) }));
export const idParams = (kind: Kind) => ID_PARAMS[kind];

export const next = z.string().nullable().meta({ description: 'The cursor of the next page; null on the last one.' });

export const pageOf = (kind: Kind, id: string) =>
  z.strictObject({ items: z.array(KIND_SCHEMAS[kind].view), next }).meta({ id });

export const entityPage = (noun: Noun, id: string) =>
  z.strictObject({ items: z.array(NOUN_SCHEMAS[noun].view), next }).meta({ id });

const TimelineEntry = lazily(() => {
  const Change = z
    .strictObject({ field: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
    .meta({ id: 'Change', description: "A field's value before and after; absent if there was none." });
  return z
    .strictObject({
      eventId: EventId,
      type: z.string().meta({ examples: ['trade-deal.moved'] }),
      verb: z.enum(VERBS),
      version: z.int().min(1),
      occurredAt: Instant,
      recordedAt: Instant,
      actor: Actor,
      channel: z.enum(CHANNELS),
      partner: Slug.optional(),
      changes: z.array(Change),
      text: z.string().optional(),
      reason: z.string().optional(),
      superseded: z
        .array(Change)
        .optional()
        .meta({ description: 'Changes it carried that a later event had already superseded.' }),
      activity: z
        .strictObject({
          id: idOf('act'),
          title: z.string(),
          type: z.string(),
          direction: z.string(),
          on: IsoDate,
          staff: z.array(UserId),
          contacts: z.array(idOf('con')),
        })
        .optional()
        .meta({ description: 'An activity linked to the record, as known today: who met whom.' }),
    })
    .meta({ id: 'TimelineEntry' });
});
export type TimelineEntry = z.infer<ReturnType<typeof TimelineEntry>>;

export const Timeline = lazily(() =>
  z.strictObject({ items: z.array(TimelineEntry()), next }).meta({ id: 'Timeline' }),
);

/** What is known of a record's evidence. */
export const EvidenceView = lazily(() =>
  z
    .strictObject({
      items: z.array(
        z.looseObject({
          type: EvidenceType,
          author: z.string().meta({ description: 'Who logged the check, or waived it: a user id.' }),
          at: Instant.meta({ description: 'When it was logged.' }),
          eventId: EventId,
          valid: z.boolean().meta({ description: 'Whether it opens a gate today, or on the day of `asOf`.' }),
        }),
      ),
      gates: z.array(
        z.strictObject({
          stage: z.string(),
          anyOf: z.array(EvidenceType).meta({ description: 'Valid evidence of one of these opens the gate.' }),
          open: z.boolean(),
          lacks: z
            .array(z.strictObject({ type: EvidenceType, why: z.enum(LACKS) }))
            .meta({ description: 'For a closed gate: why the evidence of each type does not count.' }),
        }),
      ),
    })
    .meta({ id: 'EvidenceView' }),
);
export type EvidenceView = z.infer<ReturnType<typeof EvidenceView>>;

/** A problem as it is answered. */
export const ProblemSchema = lazily(() =>
  z
    .strictObject({
      type: z
        .string()
        .meta({ description: 'The page that explains the problem.', examples: ['/docs/problems.md#validation'] }),
      title: z.string(),
      status: z.int().min(400).max(599),
      detail: z.string().optional(),
      instance: z.string().optional().meta({ description: 'The correlation id of the request.' }),
      errors: z
        .array(
          z.union([
            z.strictObject({
              pointer: z.string().meta({ description: 'A JSON Pointer into the body.' }),
              detail: z.string(),
            }),
            z.strictObject({
              parameter: z.string().meta({ description: 'A query parameter or header.' }),
              detail: z.string(),
            }),
          ]),
        )
        .optional(),
    })
    .meta({ id: 'Problem', description: 'An RFC 9457 problem. `errors` says which fields are invalid.' }),
);

const RECEIPT_STATUSES = ['accepted', 'recorded', 'duplicate', 'rejected', 'quarantined'] as const;
export const ReceiptView = lazily(() =>
  z
    .strictObject({
      eventId: EventId,
      status: z.enum(RECEIPT_STATUSES),
      record: z.strictObject({ kind: z.enum([...KINDS, ...NOUNS]), id: RecordId, version: z.int().min(1) }).optional(),
      problem: ProblemSchema().optional(),
    })
    .meta({ id: 'Receipt' }),
);
export type ReceiptView = z.infer<ReturnType<typeof ReceiptView>>;

const LANGUAGES = ['en', 'zh-CN'] as const;
const TimeZone = Place.shape.timeZone;
const Language = z.enum(LANGUAGES).meta({ id: 'Language' });

export const User = lazily(() =>
  z
    .strictObject({
      id: UserId,
      role: Role,
      name: z.string().optional(),
      language: Language,
      timeZone: z.string(),
    })
    .meta({ id: 'User' }),
);
export type User = z.infer<ReturnType<typeof User>>;

export const PatchMe = z
  .strictObject({
    name: line(1, 200).nullable().optional(),
    language: Language.nullable().optional(),
    timeZone: TimeZone.nullable().optional(),
  })
  .meta({ id: 'PatchMe' });

export const UserList = lazily(() => z.strictObject({ items: z.array(User()), next }).meta({ id: 'UserList' }));
export const PlaceList = lazily(() => z.strictObject({ items: z.array(Place), next }).meta({ id: 'PlaceList' }));
export const Health = lazily(() => z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' }));
