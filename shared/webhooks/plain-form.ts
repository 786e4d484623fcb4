import * as z from 'zod';
import { lazyObject } from '#shared/domain/lazily.ts';
import type { Partner, PartnerEvent } from '#shared/domain/partner/partner.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { optionalFields, optionals, removables, requiredFields } from '#shared/domain/record/fields.ts';
import { KIND_FIELDS, KIND_SCHEMAS, recordIdOf } from '#shared/domain/record/kinds.ts';
import { Instant } from '#shared/domain/text.ts';
import { Noted } from '#shared/events/intake.ts';
import { faultsOfBody } from '#shared/http/faults.ts';

/** What is at fault, by its place in the body or, where a mapping made it, in what the mapping gave. */
export interface Flaw {
  /** JSON Pointer (RFC 6901); empty for the whole. */
  readonly pointer: string;
  readonly detail: string;
}

/** The record of a message: by our id, or by its name in the partner's system. */
export type RecordName = { readonly id: string } | { readonly ref: string };

/** What a partner told, checked: as a request over the API would say it, with organisations by id or by name. */
export interface Told {
  readonly kind: Kind;
  readonly verb: 'logged' | 'amended' | 'moved' | 'noted';
  /** When it happened there; undefined where the partner did not say. */
  readonly timestamp: string | undefined;
  /** Undefined for the logging of a record that has no name in the partner's system. */
  readonly record: RecordName | undefined;
  /** Of an amendment: the changed fields. A logged record keeps its `externalRef` among them. */
  readonly data: Readonly<Record<string, unknown>>;
}

export type Reading = { readonly ok: true; readonly told: Told } | Misread;
export interface Misread {
  readonly ok: false;
  readonly reason: 'invalid-event' | 'event-type-not-allowed';
  readonly errors: readonly Flaw[];
}

type Json = Readonly<Record<string, unknown>>;

/** `{"type":"trade-deal.logged","timestamp":"…","data":{…}}` */
const Message = z.strictObject(
  {
    type: z.string(),
    timestamp: Instant.optional(),
    data: z.record(z.string(), z.unknown()),
  },
  'An object with type, timestamp and data.',
);

const amendSchema = (kind: Kind) =>
  z
    .strictObject({
      ...optionals(requiredFields),
      ...optionals(KIND_FIELDS[kind].required),
      ...removables(optionalFields),
      ...removables(KIND_FIELDS[kind].optional),
    })
    .refine((fields) => Object.keys(fields).length > 0, 'An amendment must change at least one field.');

/** Each when it is first told: a message is of one kind and one verb. */
const schemasOf = (kind: Kind) =>
  lazyObject<Readonly<Record<Told['verb'], z.ZodType>>>({
    logged: () => KIND_SCHEMAS[kind].partnerLog,
    amended: () => amendSchema(kind),
    moved: () => KIND_SCHEMAS[kind].moved,
    noted: () => Noted,
  });

const SCHEMAS: Readonly<Record<Kind, ReturnType<typeof schemasOf>>> = {
  engagement: schemasOf('engagement'),
  'ip-lead': schemasOf('ip-lead'),
  'trade-deal': schemasOf('trade-deal'),
};

/**
 * Reads one message in the plain form. Its data is what the API takes for the same; what the partner's defaults say stands where
 * the logging of a record leaves a field out. An amendment, move or note names its record in `data`, by `id` or by `externalRef`.
 */
export function readPlain(partner: Pick<Partner, 'id' | 'eventTypes' | 'defaults'>, value: unknown): Reading {
  const message = Message.safeParse(value);
  if (!message.success) return invalid(faultsOfBody(message.error.issues, value) as Flaw[]);
  const { type, timestamp, data } = message.data;
  if (!(partner.eventTypes as readonly string[]).includes(type))
    return {
      ok: false,
      reason: 'event-type-not-allowed',
      errors: [{ pointer: '/type', detail: `This partner may only send: ${partner.eventTypes.join(', ')}.` }],
    };
  const [kind, verb] = type.split('.') as [Kind, Told['verb']];
  const named = verb === 'logged' ? nameOfLogged(partner, data) : nameOf(partner, kind, data);
  if (Array.isArray(named)) return invalid(named);
  const content = verb === 'logged' ? { ...defaultsFor(type as PartnerEvent, partner), ...named.rest } : named.rest;
  const flaws = 'occurredAt' in content ? [OCCURRED_AT] : [];
  const parsed = SCHEMAS[kind][verb].safeParse(content);
  if (!parsed.success) flaws.push(...inData(faultsOfBody(parsed.error.issues, content) as Flaw[]));
  if (flaws.length > 0 || !parsed.success) return invalid(flaws);
  return { ok: true, told: { kind, verb, timestamp, record: named.record, data: parsed.data as Json } };
}

const invalid = (errors: readonly Flaw[]): Misread => ({ ok: false, reason: 'invalid-event', errors });

const inData = (flaws: readonly Flaw[]) => flaws.map((flaw) => ({ ...flaw, pointer: `/data${flaw.pointer}` }));

const OCCURRED_AT: Flaw = {
  pointer: '/data/occurredAt',
  detail: 'Use the top-level `timestamp`, not `data.occurredAt`.',
};

interface Named {
  readonly record: RecordName | undefined;
  readonly rest: Json;
}

/** A partner names records of its own system only; its own name may be left out. */
function refOf(partner: Pick<Partner, 'id'>, given: unknown): { ref: string } | Flaw[] {
  const value = isObject(given) ? { partner: partner.id, ...given } : given;
  const parsed = optionalFields.externalRef.safeParse(value);
  if (!parsed.success)
    return inData(
      (faultsOfBody(parsed.error.issues, value) as Flaw[]).map((flaw) => ({
        ...flaw,
        pointer: `/externalRef${flaw.pointer}`,
      })),
    );
  if (parsed.data.partner !== partner.id)
    return [{ pointer: '/data/externalRef/partner', detail: `Only your own partner id, ${partner.id}, is allowed.` }];
  return { ref: parsed.data.ref };
}

function nameOfLogged(partner: Pick<Partner, 'id'>, data: Json): Named | Flaw[] {
  if (data['externalRef'] === undefined) return { record: undefined, rest: data };
  const record = refOf(partner, data['externalRef']);
  if (Array.isArray(record)) return record;
  return { record, rest: { ...data, externalRef: { partner: partner.id, ref: record.ref } } };
}

/** With an `id`, an `externalRef` beside it is a field to be changed. */
function nameOf(partner: Pick<Partner, 'id'>, kind: Kind, { id, ...data }: Json): Named | Flaw[] {
  if (id !== undefined) {
    const parsed = recordIdOf(kind).safeParse(id);
    if (!parsed.success) return [{ pointer: '/data/id', detail: parsed.error.issues[0]?.message ?? '' }];
    if (!isObject(data['externalRef'])) return { record: { id: parsed.data }, rest: data };
    const own = refOf(partner, data['externalRef']);
    if (Array.isArray(own)) return own;
    return { record: { id: parsed.data }, rest: { ...data, externalRef: { partner: partner.id, ref: own.ref } } };
  }
  const { externalRef, ...rest } = data;
  if (externalRef === undefined)
    return [{ pointer: '/data/externalRef', detail: 'Name the record by externalRef or by id.' }];
  const record = refOf(partner, externalRef);
  return Array.isArray(record) ? record : { record, rest };
}

/** Of the partner's defaults, those that records of this kind have. */
function defaultsFor(type: PartnerEvent, { defaults = {} }: Pick<Partner, 'defaults'>): Json {
  const { engagementType, ipType, direction, ...common } = defaults;
  const [kind] = type.split('.') as [Kind];
  const own = { engagement: { engagementType }, 'ip-lead': { ipType }, 'trade-deal': { direction } }[kind];
  return Object.fromEntries(Object.entries({ ...common, ...own }).filter(([, value]) => value !== undefined));
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
