import * as z from 'zod';
import type { Noun } from '#shared/domain/entity/nouns.ts';
import { nounFields } from '#shared/domain/entity/nouns.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import { idOf } from '#shared/domain/text.ts';
import { ROLES } from '#shared/domain/user/roles.ts';
import {
  ActivityPage,
  AgreementInFull,
  AgreementPage,
  activitiesQuery,
  agreementsQuery,
  ContactIdPage,
  OrganisationInFull,
  RecordPage,
  RelationshipView,
  relationshipsQuery,
} from '../around-schemas.ts';
import { answered, ENTITY_EXAMPLES, RELATIONSHIP, recordIdExample } from '../examples.ts';
import { type Operation, responseOf } from '../operation.ts';
import { collectionPath } from '../paths.ts';
import { asOfQuery, idParams, pageQuery } from '../schemas.ts';

const common = { method: 'GET', access: ROLES, fn: 'around' } as const;
const EVENTUAL = 'What was logged or changed a moment ago stands here within seconds.';

const nounParams = {
  organisation: lazily(() => z.strictObject({ id: idOf(nounFields('organisation').idPrefix) })),
  agreement: lazily(() => z.strictObject({ id: idOf(nounFields('agreement').idPrefix) })),
};
type Whole = keyof typeof nounParams;

const example = (noun: Noun) => ENTITY_EXAMPLES[noun].answer;
const pageWith = (item: unknown) => ({ items: [item], next: null });
const tagOf = (of: Kind | Noun) => collectionPath(of).slice('/v1/'.length);

const NAMES = { organisation: 'Organisation', agreement: 'Agreement' } as const;

/** The lists around an organisation or an agreement. */
const PARTS = {
  records: { pascals: 'Records', schema: RecordPage, item: () => answered('trade-deal'), of: 'the records' },
  activities: { pascals: 'Activities', schema: ActivityPage, item: () => example('activity'), of: 'the activities' },
  agreements: { pascals: 'Agreements', schema: AgreementPage, item: () => example('agreement'), of: 'the agreements' },
  contacts: {
    pascals: 'Contacts',
    schema: ContactIdPage,
    item: () => ({ id: example('contact')['id'] }),
    of: 'the contacts, by their ids alone,',
  },
} as const;

const part = (noun: Whole, name: keyof typeof PARTS): Operation => {
  const { pascals, schema, item, of } = PARTS[name];
  return {
    ...common,
    id: `list${NAMES[noun]}${pascals}`,
    path: `${collectionPath(noun)}/{id}/${name}`,
    tag: tagOf(noun),
    kind: noun,
    summary: `Lists ${of} of an ${noun}`,
    description: `The newest first${noun === 'organisation' ? ', those of its duplicates among them' : ''}. ${EVENTUAL}`,
    get params() {
      return nounParams[noun]();
    },
    query: pageQuery,
    responses: { 200: responseOf('A page.', schema) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: { params: { id: example(noun)['id'] as string }, answer: pageWith(item()) },
  };
};

const inFull = (noun: Whole, schema: () => z.ZodType, what: string, more: object): Operation => ({
  ...common,
  id: `read${NAMES[noun]}`,
  path: `${collectionPath(noun)}/{id}`,
  action: 'read',
  tag: tagOf(noun),
  kind: noun,
  summary: `Reads an ${noun} with what stands around it`,
  description: `${what} The newest of each, and the cursor with which the list of that name goes on. ${EVENTUAL} The ETag is that of the ${noun} itself. With \`asOf\`, the ${noun} alone, as it was then.`,
  get params() {
    return nounParams[noun]();
  },
  query: asOfQuery,
  responses: { 200: responseOf('As it is.', schema, ['ETag']) },
  problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
  example: { params: { id: example(noun)['id'] as string }, answer: { ...example(noun), ...more } },
});

const ofRecord = (kind: Kind): Operation => ({
  ...common,
  id: `list${{ engagement: 'Engagement', 'ip-lead': 'IpLead', 'trade-deal': 'TradeDeal' }[kind]}Activities`,
  path: `${collectionPath(kind)}/{id}/activities`,
  action: 'list-activities',
  tag: tagOf(kind),
  kind,
  summary: 'Lists the activities that belong to a record: who met whom, and when',
  description: `The newest first, with the ids of the contacts and of our staff who took part. ${EVENTUAL}`,
  get params() {
    return idParams(kind);
  },
  query: pageQuery,
  responses: { 200: responseOf('A page.', ActivityPage) },
  problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
  example: { params: { id: recordIdExample(kind) }, answer: pageWith(example('activity')) },
});

/** What stands around organisations, agreements, records and places. */
export const AROUND_OPERATIONS: readonly Operation[] = [
  inFull('organisation', OrganisationInFull, 'Its records, activities, agreements, contacts and relationship.', {
    records: pageWith(answered('trade-deal')),
    activities: pageWith(example('activity')),
    agreements: pageWith(example('agreement')),
    contacts: pageWith(PARTS.contacts.item()),
    relationship: RELATIONSHIP({ organisation: example('organisation')['id'] as string }),
  }),
  part('organisation', 'records'),
  part('organisation', 'activities'),
  part('organisation', 'agreements'),
  part('organisation', 'contacts'),
  inFull('agreement', AgreementInFull, 'Its records and activities, and from when its renewal is due.', {
    renewal: { dueOn: '2031-03-04', due: false },
    records: pageWith(answered('trade-deal')),
    activities: pageWith(example('activity')),
  }),
  part('agreement', 'records'),
  part('agreement', 'activities'),
  ...KINDS.map(ofRecord),
  {
    ...common,
    id: 'listActivities',
    path: collectionPath('activity'),
    action: 'list',
    tag: tagOf('activity'),
    kind: 'activity',
    summary: 'Lists activities',
    description: `The latest change first; with any filter by the day, the newest first. ${EVENTUAL}`,
    get query() {
      return activitiesQuery();
    },
    responses: { 200: responseOf('A page.', ActivityPage) },
    problems: ['validation', 'forbidden', 'unavailable'],
    example: { answer: pageWith(example('activity')) },
  },
  {
    ...common,
    id: 'listAgreements',
    path: collectionPath('agreement'),
    action: 'list',
    tag: tagOf('agreement'),
    kind: 'agreement',
    summary: 'Lists agreements',
    description: `The latest change first; by organisation or place by the day of signing, the newest first; those that are to expire, or whose renewal is due, by their last day, the next one first. ${EVENTUAL}`,
    get query() {
      return agreementsQuery();
    },
    responses: { 200: responseOf('A page.', AgreementPage) },
    problems: ['validation', 'forbidden', 'unavailable'],
    example: { answer: pageWith(example('agreement')) },
  },
  {
    ...common,
    id: 'readRelationship',
    path: '/v1/relationships',
    tag: 'relationships',
    summary: 'Reads the relationship with a place or an organisation',
    description: `Variety, reciprocity and duration of what was done together, and an index of the three: a measure of our own that nobody has validated. By what is known today of activities dated by \`asOf\`. ${EVENTUAL}`,
    get query() {
      return relationshipsQuery();
    },
    responses: { 200: responseOf('The indicator with all that it is made of.', RelationshipView) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: { answer: RELATIONSHIP({ place: 'guangzhou' }) },
  },
];
