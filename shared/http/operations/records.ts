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

export const accepted = responseOf('Taken in and not recorded yet: the receipt says what becomes of it.', ReceiptView, [
  'Location',
  'Preference-Applied',
]);

const nothing = lazily(() =>
  z.strictObject({}).meta({ id: 'Nothing', description: 'An empty object; the body may be left out.' }),
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
    responses: { 200: answer('The record after it.'), 202: accepted },
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
      summary: `Logs ${a}`,
      description:
        'Organisations are given by id, or by name and place. A name finds the organisation that certainly has it in that place, in whatever script and form; one that finds none is new, and `Link` says where to ask which it may be.',
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
      summary: `Amends ${a}`,
      description: 'A JSON Merge Patch (RFC 7396): null removes a field. The stage is changed by a move, not here.',
      body: bodyOf(() => KIND_SCHEMAS[kind].amend, [MERGE_PATCH_TYPE, JSON_TYPE], true),
      responses: { 200: answer('The record after it.', 'Link'), 202: accepted },
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
      summary: `Moves ${a} to another stage`,
      description:
        'Forward may skip stages; every gate on the way asks for evidence that is valid on the day of the move, and a refusal (409) names each one that is closed, what would open it and why what is there does not. Back, and out of a lost stage, needs a reason; a lost stage needs a lostReason.',
      body: asJson(() => KIND_SCHEMAS[kind].move),
      problems: ['voided', 'same-stage', 'gate-closed', 'invalid-move', 'move-before-entry', 'occurred-in-future'],
      example: { params, body: { to: NEXT[kind] }, answer: moved },
    }),
    on({
      id: `note${pascal}`,
      path: `${record}/notes`,
      action: 'note',
      summary: `Writes a note on ${a}`,
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
      summary: `Logs evidence for ${a}`,
      description:
        'What was checked, when, and what it came to; whoever logs it is its author. Evidence that passed, does not apply or is waived opens the gates that ask for its type until it expires. The latest word on a type stands, so a check that failed closes them again. Only a manager or an administrator waives a check, with a reason. It is a record of what was checked and no legal verdict.',
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
      summary: `Voids ${a} that was logged by mistake`,
      description: 'It leaves lists and counts, keeps its history, and can be restored.',
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
      summary: `Restores ${a} that was voided`,
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
        summary: 'Releases an IP lead from confidence',
        description: 'By its owner, an IP manager or an administrator.',
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
      summary: `Lists ${many}`,
      description:
        'A page reads a bounded amount, so it may be short, or empty, and still have a `next`. What changes while one pages may be seen twice or, sorted by change, not at all.',
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
      summary: `Reads ${a}`,
      description: 'With `asOf`, as it was then.',
      get params() {
        return idParams(kind);
      },
      query: asOfQuery,
      headers: ['If-None-Match'],
      responses: {
        200: responseOf('The record.', () => KIND_SCHEMAS[kind].view, ['ETag']),
        304: { description: 'It is still at the version of If-None-Match.', headers: ['ETag'] },
      },
      problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
      example: { params, answer: answered(kind) },
    },
    {
      ...common,
      id: `read${pascal}Evidence`,
      path: `${collectionPath(kind)}/{id}/evidence`,
      action: 'read-evidence',
      summary: `Reads the evidence of ${a}, and which gates it opens`,
      description:
        'It records what was checked, by whom and until when it is good, and which stages that opens today; with `asOf`, then. It is no legal verdict.',
      get params() {
        return idParams(kind);
      },
      query: asOfQuery,
      responses: { 200: responseOf('The latest word on each type, and the gates.', EvidenceView) },
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
    summary: `Reads the timeline of ${a}`,
    description:
      'Every event of the record in the order of recording, oldest first; among them, where it was told, what was done together for it: who of ours met whom, by their ids (`GET /v1/contacts?ids=` names people to those who may see them).',
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
