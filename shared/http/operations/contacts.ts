import * as z from 'zod';
import { lazily } from '#shared/domain/lazily.ts';
import { ContactId } from '#shared/domain/record/fields.ts';
import { MANAGERS, ROLES, WRITERS } from '#shared/domain/user/roles.ts';
import {
  AmendContact,
  Contact,
  ContactExport,
  ContactPage,
  contactQuery,
  Erasure,
  LogContact,
} from '../contact-schemas.ts';
import { BASIS_EXPLANATIONS, EXPLANATIONS, PURPOSE_EXPLANATIONS } from '../contacts/explanations.ts';
import { ENTITY_EXAMPLES, EVENT_ID, PERSON } from '../examples.ts';
import { bodyOf, type Operation, type ResponseHeader, responseOf } from '../operation.ts';
import { pageQuery, Timeline } from '../schemas.ts';
import { accepted, JSON_TYPE, MERGE_PATCH_TYPE, WRITE_PROBLEMS } from './records.ts';

const path = '/v1/contacts';
const example = ENTITY_EXAMPLES.contact;
const id = example.answer['id'] as string;
const at = example.answer['createdAt'] as string;
const logged = { ...example.answer, person: PERSON };
const change = { retainUntil: '2030-12-31', person: { phone: null, email: 'meihua.chen@example.org' } };
const { phone: _, ...withoutPhone } = PERSON;
const amended = {
  ...logged,
  version: 2,
  retainUntil: change.retainUntil,
  person: { ...withoutPhone, email: change.person.email },
};
const actor = { type: 'user', id: 'bd-officer' } as const;

const idParams = lazily(() => z.strictObject({ id: ContactId }));
const answer = (description: string, ...headers: ResponseHeader[]) =>
  responseOf(description, Contact, ['ETag', ...headers]);

const common = { fn: 'contacts', tag: 'contacts', kind: 'contact' } as const;
const on = {
  get params() {
    return idParams();
  },
};

/**
 * Contacts. They have calls and a function of their own: what is personal in them is kept in a store of its own, before the event is told,
 * and seen by nobody else.
 */
export const CONTACT_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    id: 'listContacts',
    method: 'GET',
    path,
    action: 'list',
    access: ROLES,
    summary: 'Lists contacts',
    description:
      'The latest change first. With `ids` those contacts, as a page needs them that shows who spoke to whom. A `viewer` sees that there are contacts, at which organisations; the others see the people as well. A filtered page may be short: go on while there is a `next`.',
    get query() {
      return contactQuery();
    },
    responses: { 200: responseOf('A page.', ContactPage) },
    problems: ['validation', 'forbidden', 'unavailable'],
    example: { answer: { items: [logged], next: null } },
  },
  {
    ...common,
    id: 'logContact',
    method: 'POST',
    path,
    action: 'log',
    access: WRITERS,
    summary: 'Logs a contact',
    description:
      'What is in `person` is encrypted under a key of that person and kept apart: no event, log, report or webhook carries it. Personal data belongs here alone, and not into titles, notes and other free text of records and activities, which an erasure does not reach.',
    headers: ['Idempotency-Key', 'Prefer'],
    body: bodyOf(LogContact, [JSON_TYPE], true),
    responses: { 201: answer('The new contact.', 'Location'), 202: accepted },
    problems: [...WRITE_PROBLEMS, 'already-logged', 'unknown-reference', 'erased'],
    example: { body: { ...example.body, person: PERSON }, answer: logged },
  },
  {
    ...common,
    ...on,
    id: 'readContact',
    method: 'GET',
    path: `${path}/{id}`,
    action: 'read',
    access: ROLES,
    summary: 'Reads a contact',
    description:
      'With the person, for a `bd-officer` and upwards. Of somebody who was erased: what refers to nobody, and when.',
    headers: ['If-None-Match'],
    responses: {
      200: answer('As it is.'),
      304: { description: 'It is still at the version of If-None-Match.', headers: ['ETag'] },
    },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: { params: { id }, answer: logged },
  },
  {
    ...common,
    ...on,
    id: 'amendContact',
    method: 'PATCH',
    path: `${path}/{id}`,
    action: 'amend',
    access: WRITERS,
    summary: 'Amends a contact',
    description:
      'A JSON Merge Patch (RFC 7396), of the person too: null removes a field. What a personal field held before is not kept.',
    headers: ['If-Match', 'Idempotency-Key', 'Prefer'],
    body: bodyOf(AmendContact, [MERGE_PATCH_TYPE, JSON_TYPE], true),
    responses: { 200: answer('After it.'), 202: accepted },
    problems: [...WRITE_PROBLEMS, 'not-found', 'unknown-reference', 'erased', 'if-match-missing'],
    example: { params: { id }, body: change, answer: amended },
  },
  {
    ...common,
    ...on,
    id: 'readContactTimeline',
    method: 'GET',
    path: `${path}/{id}/timeline`,
    action: 'timeline',
    access: ROLES,
    summary: 'Reads the timeline of a contact',
    description:
      'Every event of it in the order of recording, oldest first. Of the person it says which fields changed, never what they hold.',
    query: pageQuery,
    responses: { 200: responseOf('A page.', Timeline) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: {
      params: { id },
      answer: {
        items: [
          {
            eventId: EVENT_ID,
            type: 'contact.amended',
            verb: 'amended',
            version: 2,
            occurredAt: at,
            recordedAt: at,
            actor,
            channel: 'api',
            changes: [
              { field: 'retainUntil', from: example.body['retainUntil'], to: change.retainUntil },
              { field: 'person/email' },
              { field: 'person/phone' },
            ],
          },
        ],
        next: null,
      },
    },
  },
  {
    ...common,
    ...on,
    id: 'exportContact',
    method: 'GET',
    path: `${path}/{id}/export`,
    access: WRITERS,
    summary: 'Exports everything that is held about a person',
    description:
      'As a file to be handed to the person, explained in English and in Chinese: the personal fields, what for and on which basis they are kept and how long, what refers to the person, and what was changed when and by whom.',
    responses: { 200: responseOf('The file.', ContactExport) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    get example() {
      return { params: { id }, answer: exported };
    },
  },
  {
    ...common,
    ...on,
    id: 'eraseContact',
    method: 'POST',
    path: `${path}/{id}/erasures`,
    access: MANAGERS,
    summary: 'Erases a person',
    description:
      "The person's key is destroyed and what it sealed is deleted, backups included in effect: they cannot be read without it. The contact stays as a number that records and activities refer to, with its organisations and its history. It cannot be undone. Once more changes nothing.",
    headers: ['If-Match', 'Idempotency-Key'],
    body: bodyOf(Erasure, [JSON_TYPE], true),
    responses: { 200: answer('The contact without a person.'), 202: accepted },
    problems: [
      'malformed-json',
      'validation',
      'forbidden',
      'not-found',
      'body-too-large',
      'unsupported-media-type',
      'idempotency-key-reused',
      'stale-version',
      'unavailable',
    ],
    example: {
      params: { id },
      body: { reason: 'asked-by-the-person' },
      answer: { ...example.answer, version: 3, erasedOn: '2026-11-21', erasureReason: 'asked-by-the-person' },
    },
  },
];

const exported = {
  exportedAt: at,
  about: EXPLANATIONS.about,
  contactId: id,
  person: PERSON,
  organisations: example.answer['organisations'],
  keeping: {
    purpose: { value: 'research-collaboration', explanation: PURPOSE_EXPLANATIONS['research-collaboration'] },
    lawfulBasis: { value: 'public-task', explanation: BASIS_EXPLANATIONS['public-task'] },
    collectedIn: { value: 'guangzhou', explanation: EXPLANATIONS.collectedIn },
    noticeLanguage: { value: 'zh-CN', explanation: EXPLANATIONS.noticeLanguage },
    retainUntil: { value: '2029-12-31', explanation: EXPLANATIONS.retainUntil },
  },
  referredToBy: {
    explanation: EXPLANATIONS.referredToBy,
    items: [{ type: 'activity', id: 'act_01JD3Q8M5V7X9Z1B3D5F7H9K2M', on: '2026-10-12' }],
  },
  history: {
    explanation: EXPLANATIONS.history,
    items: [
      {
        eventId: EVENT_ID,
        what: 'contact.logged',
        at,
        by: 'bd-officer',
        personalFields: ['name', 'nameChinese', 'email', 'phone', 'jobTitle'],
        changes: [{ field: 'purpose', to: 'research-collaboration' }],
      },
    ],
  },
} as const;
