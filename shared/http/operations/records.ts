import * as z from 'zod';
import { Evidence } from '#shared/domain/evidence/evidence.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import { KIND_SCHEMAS } from '#shared/domain/record/kinds.ts';
import { MANAGERS, ROLES, WRITERS } from '#shared/domain/user/roles.ts';
import { Noted, Voided } from '#shared/events/intake.ts';
import { answered, EVIDENCE, LOGGED, NEXT, recordIdExample, TIMELINE } from '../examples.ts';
import { bodyOf, type Operation, type ResponseDefinition, type ResponseHeader, responseOf } from '../operation.ts';
import { collectionPath } from '../paths.ts';
import type { ProblemCode } from '../problems.ts';
import { asOfQuery, EvidenceView, idParams, listQuery, pageOf, pageQuery, ReceiptView, Timeline } from '../schemas.ts';

interface Names {
  readonly pascal: string;
  readonly pascals: string;
  readonly a: string;
  readonly many: string;
}

const NAMES: Readonly<Record<Kind, Names>> = {
  engagement: {
    pascal: 'Engagement',
    pascals: 'Engagements',
    a: 'an engagement',
    many: 'engagements',
  },
  'ip-lead': { pascal: 'IpLead', pascals: 'IpLeads', a: 'an IP lead', many: 'IP leads' },
  'trade-deal': {
    pascal: 'TradeDeal',
    pascals: 'TradeDeals',
    a: 'a trade deal',
    many: 'trade deals',
  },
};

export const JSON_TYPE = 'application/json';
export const MERGE_PATCH_TYPE = 'application/merge-patch+json';

/** What any write may be refused with. */
export const WRITE_PROBLEMS = [
  'malformed-json',
  'validation',
  'forbidden',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
  'stale-version',
  'unavailable',
] as const satisfies readonly ProblemCode[];

export const accepted = responseOf('Accepted for processing; poll the receipt for the outcome.', ReceiptView, [
  'Location',
  'Preference-Applied',
]);

const nothing = lazily(() =>
  z.strictObject({}).meta({ id: 'Nothing', description: 'An empty object; the body may be omitted.' }),
);
const note = lazily(() => Noted.meta({ id: 'Note' }));
const voiding = lazily(() => Voided.meta({ id: 'Void' }));
const noParams = z.strictObject({});

function writesOn(kind: Kind): Operation[] {
  const { pascal, a } = NAMES[kind];
  const record = `${collectionPath(kind)}/{id}`;
  const asJson = (schema: () => z.ZodType, required = true) => bodyOf(schema, [JSON_TYPE], required);
  const answer = (description: string, ...headers: ResponseHeader[]): ResponseDefinition =>
    responseOf(description, () => KIND_SCHEMAS[kind].view, ['ETag', ...headers]);
  const on = (
    definition: Partial<Operation> & Pick<Operation, 'id' | 'path' | 'action' | 'summary' | 'example'>,
  ): Operation => ({
    method: 'POST',
    access: WRITERS,
    fn: 'log',
    tag: collectionPath(kind).slice('/v1/'.length),
    kind,
    get params() {
      return idParams(kind);
    },
    headers: ['If-Match', 'Idempotency-Key', 'Prefer'],
    responses: { 200: answer('The record after the change.'), 202: accepted },
    ...definition,
    problems: [...WRITE_PROBLEMS, 'not-found', ...(definition.problems ?? [])],
  });
  const params = { id: recordIdExample(kind) };
  const moved = answered(kind, { version: 2, stage: NEXT[kind] });
  const operations: Operation[] = [
    on({
      id: `log${pascal}`,
      path: collectionPath(kind),
      action: 'log',
      summary: `Log ${a}`,
      description:
        'Give organisations by id, or by name and place. A name resolves to the organisation that certainly has it in that place, whatever its script and form. Otherwise a new organisation is created, and `Link` points to possible matches.',
      params: noParams,
      headers: ['Idempotency-Key', 'Prefer'],
      body: asJson(() => KIND_SCHEMAS[kind].log),
      responses: { 201: answer('The new record.', 'Location', 'Link'), 202: accepted },
      problems: ['already-logged', 'unknown-reference', 'occurred-in-future'],
      example: { body: LOGGED[kind], answer: answered(kind) },
    }),
    on({
      id: `amend${pascal}`,
      method: 'PATCH',
      path: record,
      action: 'amend',
      summary: `Amend ${a}`,
      description: 'A JSON Merge Patch (RFC 7396): null removes a field. To change the stage, use a move.',
      body: bodyOf(() => KIND_SCHEMAS[kind].amend, [MERGE_PATCH_TYPE, JSON_TYPE], true),
      responses: { 200: answer('The record after the change.', 'Link'), 202: accepted },
      problems: ['voided', 'unknown-reference', 'if-match-missing'],
      example: {
        params,
        body: { probability: 60, place: 'guangzhou' },
        answer: answered(kind, { version: 2, probability: 60, place: 'guangzhou' }),
      },
    }),
    on({
      id: `move${pascal}`,
      path: `${record}/moves`,
      action: 'move',
      summary: `Move ${a} to another stage`,
      description:
        'Moves forward may skip stages. Every gate on the way requires evidence that is valid on the day of the move; a refusal (409) lists each closed gate, the evidence that would open it, and why the existing evidence does not. Moving back, or out of a lost stage, needs a `reason`; moving to a lost stage needs a `lostReason`.',
      body: asJson(() => KIND_SCHEMAS[kind].move),
      problems: ['voided', 'same-stage', 'gate-closed', 'invalid-move', 'move-before-entry', 'occurred-in-future'],
      example: { params, body: { to: NEXT[kind] }, answer: moved },
    }),
    on({
      id: `note${pascal}`,
      path: `${record}/notes`,
      action: 'note',
      summary: `Add a note to ${a}`,
      body: asJson(note),
      responses: {
        201: answer('The record, with the note in its timeline.', 'Location'),
        202: accepted,
      },
      problems: ['voided'],
      example: { params, body: { text: 'They ask for a visit in spring.' }, answer: answered(kind, { version: 2 }) },
    }),
    on({
      id: `log${pascal}Evidence`,
      path: `${record}/evidence`,
      action: 'evidence',
      summary: `Log evidence for ${a}`,
      description:
        'Records what was checked, when, and the outcome; the caller is the author. Evidence that passed, does not apply or is waived opens the gates that require its type until it expires. The latest evidence of a type counts, so a failed check closes the gates again. Only a manager or an administrator may waive a check, with a reason. Evidence is a record of a check, not legal clearance.',
      body: asJson(() => Evidence),
      responses: {
        201: answer('The record, with the evidence in its timeline.', 'Location'),
        202: accepted,
      },
      problems: ['voided', 'occurred-in-future'],
      example: {
        params,
        body: { type: 'due-diligence', outcome: 'passed', on: '2026-11-20', expiresOn: '2027-11-19' },
        answer: answered(kind, { version: 2 }),
      },
    }),
    on({
      id: `void${pascal}`,
      path: `${record}/voids`,
      action: 'void',
      access: MANAGERS,
      summary: `Void ${a} logged by mistake`,
      description: 'Removes the record from lists and counts. Its history remains, and it can be restored.',
      body: asJson(voiding),
      problems: ['voided'],
      example: {
        params,
        body: { reason: 'Logged twice.' },
        answer: answered(kind, { version: 2, voided: { at: '2026-11-21T08:00:00.000Z', reason: 'Logged twice.' } }),
      },
    }),
    on({
      id: `restore${pascal}`,
      path: `${record}/restores`,
      action: 'restore',
      access: MANAGERS,
      summary: `Restore ${a} that was voided`,
      body: asJson(nothing, false),
      problems: ['not-voided'],
      example: { params, body: {}, answer: answered(kind, { version: 3 }) },
    }),
  ];
  if (kind === 'ip-lead')
    operations.push(
      on({
        id: 'releaseIpLead',
        path: `${record}/releases`,
        action: 'release',
        summary: 'Release an IP lead from confidentiality',
        description: 'Allowed for its owner, an IP manager or an administrator.',
        body: asJson(nothing, false),
        problems: ['voided'],
        example: { params, body: {}, answer: answered(kind, { version: 2, confidential: false }) },
      }),
    );
  return operations;
}

const readingOf = (kind: Kind) =>
  ({ method: 'GET', access: ROLES, tag: collectionPath(kind).slice('/v1/'.length), kind }) as const;

function readsOf(kind: Kind): Operation[] {
  const { pascal, pascals, a, many } = NAMES[kind];
  const common = { ...readingOf(kind), fn: 'read' } as const;
  const params = { id: recordIdExample(kind) };
  const page = lazily(() => pageOf(kind, `${pascal}Page`));
  return [
    {
      ...common,
      id: `list${pascals}`,
      path: collectionPath(kind),
      action: 'list',
      summary: `List ${many}`,
      description:
        'The work per page is bounded, so a page may be short or empty and still have a `next`. A record that changes while you page may appear twice or, sorted by `-updatedAt`, be missed; sort by `updatedAt` to see every change.',
      get query() {
        return listQuery(kind);
      },
      responses: { 200: responseOf('A page.', page) },
      problems: ['validation', 'forbidden', 'unavailable'],
      example: { answer: { items: [answered(kind)], next: null } },
    },
    {
      ...common,
      id: `read${pascal}`,
      path: `${collectionPath(kind)}/{id}`,
      action: 'read',
      summary: `Get ${a}`,
      description: 'With `asOf`, returns the record as it was then.',
      get params() {
        return idParams(kind);
      },
      query: asOfQuery,
      headers: ['If-None-Match'],
      responses: {
        200: responseOf('The record.', () => KIND_SCHEMAS[kind].view, ['ETag']),
        304: { description: 'Not modified.', headers: ['ETag'] },
      },
      problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
      example: { params, answer: answered(kind) },
    },
    {
      ...common,
      id: `read${pascal}Evidence`,
      path: `${collectionPath(kind)}/{id}/evidence`,
      action: 'read-evidence',
      summary: `Get the evidence and gates of ${a}`,
      description:
        'What was checked, by whom, how long it is valid, and which gates are open today (with `asOf`: on that day). Evidence is a record of checks, not legal clearance.',
      get params() {
        return idParams(kind);
      },
      query: asOfQuery,
      responses: { 200: responseOf('The latest evidence of each type, and the gates.', EvidenceView) },
      problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
      example: { params, answer: EVIDENCE(kind) },
    },
  ];
}

function timelineOf(kind: Kind): Operation {
  const { pascal, a } = NAMES[kind];
  return {
    ...readingOf(kind),
    id: `read${pascal}Timeline`,
    path: `${collectionPath(kind)}/{id}/timeline`,
    fn: 'around',
    action: 'timeline',
    summary: `Get the timeline of ${a}`,
    description:
      'Every event of the record in recording order, oldest first, together with the activities linked to it: who met whom, by id (`GET /v1/contacts?ids=` resolves names for those who may see them).',
    get params() {
      return idParams(kind);
    },
    query: pageQuery,
    responses: { 200: responseOf('A page.', Timeline) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: { params: { id: recordIdExample(kind) }, answer: TIMELINE(kind) },
  };
}

// Marked for the bundler: who takes one of these lists has none of the others.
export const RECORD_READS: readonly Operation[] = /* @__PURE__ */ KINDS.flatMap(readsOf);
export const RECORD_TIMELINES: readonly Operation[] = /* @__PURE__ */ KINDS.map(timelineOf);
export const RECORD_WRITES: readonly Operation[] = /* @__PURE__ */ KINDS.flatMap(writesOn);
export const RECORD_OPERATIONS: readonly Operation[] = /* @__PURE__ */ KINDS.flatMap((kind) => [
  ...readsOf(kind),
  timelineOf(kind),
  ...writesOn(kind),
]);
