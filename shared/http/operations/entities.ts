import * as z from 'zod';
import { NOUNS, type Noun, nounFields } from '#shared/domain/entity/nouns.ts';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { idOf } from '#shared/domain/text.ts';
import { ROLES, WRITERS } from '#shared/domain/user/roles.ts';
import { ENTITY_EXAMPLES, EVENT_ID } from '../examples.ts';
import { bodyOf, type Operation, type ResponseHeader, responseOf } from '../operation.ts';
import { collectionPath } from '../paths.ts';
import { asOfQuery, entityPage, pageQuery, Timeline } from '../schemas.ts';
import { accepted, JSON_TYPE, MERGE_PATCH_TYPE, WRITE_PROBLEMS } from './records.ts';

const NAMES: Readonly<Record<Noun, { pascal: string; pascals: string; a: string; many: string }>> = {
  organisation: { pascal: 'Organisation', pascals: 'Organisations', a: 'an organisation', many: 'organisations' },
  contact: { pascal: 'Contact', pascals: 'Contacts', a: 'a contact', many: 'contacts' },
  activity: { pascal: 'Activity', pascals: 'Activities', a: 'an activity', many: 'activities' },
  agreement: { pascal: 'Agreement', pascals: 'Agreements', a: 'an agreement', many: 'agreements' },
};

/** The calls that every noun has: log, list, read, amend, timeline. */
function operationsOn(noun: Noun): Operation[] {
  const { pascal, pascals, a, many } = NAMES[noun];
  const path = collectionPath(noun);
  const example = ENTITY_EXAMPLES[noun];
  const params = { id: example.answer['id'] as string };
  const idParams = lazily(() => z.strictObject({ id: idOf(nounFields(noun).idPrefix) }));
  const body = (schema: 'log' | 'amend', mediaTypes: readonly string[]) =>
    bodyOf(() => NOUN_SCHEMAS[noun][schema], mediaTypes, true);
  const answer = (description: string, ...headers: ResponseHeader[]) =>
    responseOf(description, () => NOUN_SCHEMAS[noun].view, ['ETag', ...headers]);
  const tag = path.slice('/v1/'.length);
  const read = { method: 'GET', access: ROLES, fn: 'around', tag, kind: noun } as const;
  const write = { access: WRITERS, fn: 'log', tag, kind: noun } as const;
  const page = lazily(() => entityPage(noun, `${pascal}Page`));
  return [
    {
      ...read,
      id: `list${pascals}`,
      path,
      action: 'list',
      summary: `List ${many}`,
      description: 'Sorted by latest change.',
      query: pageQuery,
      responses: { 200: responseOf('A page.', page) },
      problems: ['validation', 'forbidden', 'unavailable'],
      example: { answer: { items: [example.answer], next: null } },
    },
    {
      ...write,
      id: `log${pascal}`,
      method: 'POST',
      path,
      action: 'log',
      summary: `Log ${a}`,
      headers: ['Idempotency-Key', 'Prefer'],
      body: body('log', [JSON_TYPE]),
      responses: {
        201: answer('The new resource.', 'Location', 'Link'),
        202: accepted,
      },
      problems: [...WRITE_PROBLEMS, 'already-logged', 'unknown-reference'],
      example: { body: example.body, answer: example.answer },
    },
    {
      ...read,
      id: `read${pascal}`,
      path: `${path}/{id}`,
      action: 'read',
      summary: `Get ${a}`,
      description: 'With `asOf`, as it was then.',
      get params() {
        return idParams();
      },
      query: asOfQuery,
      headers: ['If-None-Match'],
      responses: {
        200: answer('The current state.'),
        304: { description: 'Not modified.', headers: ['ETag'] },
      },
      problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
      example: { params, answer: example.answer },
    },
    {
      ...write,
      id: `amend${pascal}`,
      method: 'PATCH',
      path: `${path}/{id}`,
      action: 'amend',
      summary: `Amend ${a}`,
      description: 'A JSON Merge Patch (RFC 7396): null removes a field.',
      get params() {
        return idParams();
      },
      headers: ['If-Match', 'Idempotency-Key', 'Prefer'],
      body: body('amend', [MERGE_PATCH_TYPE, JSON_TYPE]),
      responses: { 200: answer('The state after the change.'), 202: accepted },
      problems: [...WRITE_PROBLEMS, 'not-found', 'unknown-reference', 'if-match-missing'],
      example: { params, body: example.change, answer: { ...example.answer, version: 2, ...example.change } },
    },
    {
      ...read,
      id: `read${pascal}Timeline`,
      path: `${path}/{id}/timeline`,
      action: 'timeline',
      summary: `Get the timeline of ${a}`,
      description: 'Every event in recording order, oldest first.',
      get params() {
        return idParams();
      },
      query: pageQuery,
      responses: { 200: responseOf('A page.', Timeline) },
      problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
      example: {
        params,
        answer: {
          items: [
            {
              eventId: EVENT_ID,
              type: `${noun}.amended`,
              verb: 'amended',
              version: 2,
              occurredAt: example.answer['createdAt'],
              recordedAt: example.answer['recordedAt'],
              actor: { type: 'user', id: 'bd-officer' },
              channel: 'api',
              changes: Object.entries(example.change).map(([field, to]) => ({ field, to })),
            },
          ],
          next: null,
        },
      },
    },
  ];
}

/** Calls whose answers have what stands around a thing, or look for it there (`around.ts`). */
const AROUND = ['readOrganisation', 'listActivities', 'listAgreements', 'readAgreement'];

/** Contacts have calls of their own: what is personal in them goes another way. */
export const ENTITY_OPERATIONS: readonly Operation[] = NOUNS.filter((noun) => noun !== 'contact')
  .flatMap(operationsOn)
  .filter(({ id }) => !AROUND.includes(id));
