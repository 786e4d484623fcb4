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
    summary: 'List contacts',
    description:
      'Sorted by latest change. With `ids`, returns exactly those contacts, for pages that show who met whom. A `viewer` sees which organisations have contacts, but no personal data. A filtered page may be short: continue while there is a `next`.',
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
    summary: 'Log a contact',
    description:
      "The contents of `person` are encrypted with a key of that person's own and stored separately: no event, log, report or webhook carries them. Put personal data nowhere else: erasure does not reach titles, notes or other free text of records and activities.",
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
    summary: 'Get a contact',
    description:
      'Includes the person for `bd-officer` and above. After erasure: only the non-personal fields, and when it was erased.',
    headers: ['If-None-Match'],
    responses: {
      200: answer('The contact.'),
      304: { description: 'Not modified.', headers: ['ETag'] },
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
    summary: 'Amend a contact',
    description:
      'A JSON Merge Patch (RFC 7396), including the person: null removes a field. Earlier values of personal fields are not stored.',
    headers: ['If-Match', 'Idempotency-Key', 'Prefer'],
    body: bodyOf(AmendContact, [MERGE_PATCH_TYPE, JSON_TYPE], true),
    responses: { 200: answer('The contact after the change.'), 202: accepted },
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
    summary: 'Get the timeline of a contact',
    description:
      'Every event of the contact in recording order, oldest first. For personal data it names the fields that changed, never their values.',
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
    summary: 'Export all data about a person',
    description:
      'A file to give to the person, explained in English and Chinese: the personal fields, why, on what basis and for how long they are held, what refers to the person, and who changed what and when.',
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
    summary: 'Erase a person',
    description:
      "Destroys the person's key and deletes the data it encrypted; copies in backups cannot be read without the key. The contact itself remains, with its organisations and history, so references from records and activities stay valid. Cannot be undone; repeating it changes nothing.",
    headers: ['If-Match', 'Idempotency-Key'],
    body: bodyOf(Erasure, [JSON_TYPE], true),
    responses: { 200: answer('The contact without personal data.'), 202: accepted },
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
