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
const EVENTUAL = 'Eventually consistent: recent changes appear within seconds.';

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
  records: { pascals: 'Records', schema: RecordPage, item: () => answered('trade-deal'), of: 'records' },
  activities: { pascals: 'Activities', schema: ActivityPage, item: () => example('activity'), of: 'activities' },
  agreements: { pascals: 'Agreements', schema: AgreementPage, item: () => example('agreement'), of: 'agreements' },
  contacts: {
    pascals: 'Contacts',
    schema: ContactIdPage,
    item: () => ({ id: example('contact')['id'] }),
    of: 'the contact ids',
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
    summary: `List ${of} of an ${noun}`,
    description: `Newest first${noun === 'organisation' ? ', including those of its merged duplicates' : ''}. ${EVENTUAL}`,
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
  summary: `Get an ${noun} with its related items`,
  description: `${what} Each list holds the newest items and a cursor for the list of that name. ${EVENTUAL} The ETag covers the ${noun} alone. With \`asOf\`, returns only the ${noun}, as it was then.`,
  get params() {
    return nounParams[noun]();
  },
  query: asOfQuery,
  responses: { 200: responseOf('The current state.', schema, ['ETag']) },
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
  summary: 'List the activities of a record',
  description: `Newest first, with the ids of the contacts and staff who took part. ${EVENTUAL}`,
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
  inFull(
    'organisation',
    OrganisationInFull,
    'Includes its records, activities, agreements, contacts and relationship indicator.',
    {
      records: pageWith(answered('trade-deal')),
      activities: pageWith(example('activity')),
      agreements: pageWith(example('agreement')),
      contacts: pageWith(PARTS.contacts.item()),
      relationship: RELATIONSHIP({ organisation: example('organisation')['id'] as string }),
    },
  ),
  part('organisation', 'records'),
  part('organisation', 'activities'),
  part('organisation', 'agreements'),
  part('organisation', 'contacts'),
  inFull('agreement', AgreementInFull, 'Includes its records and activities, and the day from which renewal is due.', {
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
    summary: 'List activities',
    description: `Sorted by latest change; with any filter, by date, newest first. ${EVENTUAL}`,
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
    summary: 'List agreements',
    description: `Sorted by latest change; filtered by organisation or place, by signing date, newest first; with \`expiringBefore\` or \`renewalDue\`, by last day, soonest first. ${EVENTUAL}`,
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
    summary: 'Get the relationship indicator of a place or an organisation',
    description: `Variety, reciprocity and duration of joint activities, and an index of the three: our own measure, which nobody has validated. Uses what is known today about activities dated up to \`asOf\`. ${EVENTUAL}`,
    get query() {
      return relationshipsQuery();
    },
    responses: { 200: responseOf('The indicator and all its inputs.', RelationshipView) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: { answer: RELATIONSHIP({ place: 'guangzhou' }) },
  },
];
