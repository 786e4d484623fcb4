import * as z from 'zod';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { Merge, MergeUndo } from '#shared/domain/organisation/merge.ts';
import { OrganisationId } from '#shared/domain/organisation/organisation.ts';
import {
  Dismiss,
  Dismissal,
  OrganisationDuplicates,
  OrganisationMatches,
} from '#shared/domain/organisation/proposal.ts';
import { Slug, text } from '#shared/domain/text.ts';
import { ADMINS, ROLES } from '#shared/domain/user/roles.ts';
import { ENTITY_EXAMPLES } from '../examples.ts';
import { bodyOf, type Operation, responseOf } from '../operation.ts';
import { pageQuery } from '../schemas.ts';
import { accepted, JSON_TYPE, WRITE_PROBLEMS } from './records.ts';

const { answer: KEPT } = ENTITY_EXAMPLES.organisation;
/** Ids of organisations follow from their first name and place: this is "Guangzhou University (Daxuecheng)". */
const INTO = 'org_15S7N2FG3775TW628V90VJEH3Z';
/** The one that is called so there. */
const DUPLICATE = 'org_2RHAHM1GQVNXQ5KS7J94TTN4P6';
const DUPLICATE_NAME = 'Guangzhou Univ. (visiting card)';
const MERGED = {
  ...KEPT,
  id: DUPLICATE,
  version: 2,
  name: DUPLICATE_NAME,
  place: 'guangzhou',
  mergedInto: INTO,
};
const { mergedInto: _, ...TOLD_APART } = { ...MERGED, version: 3 };

const ofOrganisation = lazily(() => z.strictObject({ id: OrganisationId }));
const ofMerge = lazily(() => z.strictObject({ id: OrganisationId, duplicateId: OrganisationId }));

const merging = {
  method: 'POST',
  access: ADMINS,
  fn: 'log',
  tag: 'organisations',
  kind: 'organisation',
  headers: ['If-Match', 'Idempotency-Key', 'Prefer'],
} as const;
const duplicate = (description: string) => responseOf(description, () => NOUN_SCHEMAS.organisation.view, ['ETag']);

/** A name before it is logged, or an organisation that is there. */
const matchesQuery = z
  .strictObject({ name: text(1, 200).optional(), place: Slug.optional(), organisation: OrganisationId.optional() })
  .refine(
    ({ name, place, organisation }) => (organisation === undefined) !== (name === undefined && place === undefined),
    {
      path: ['name'],
      error: 'Either a name, best with its place, or an organisation.',
    },
  )
  .refine(({ name, place }) => place === undefined || name !== undefined, {
    path: ['place'],
    error: 'Only together with a name.',
  });

const duplicatesQuery = pageQuery.extend({
  dismissed: z
    .literal('true', 'Only "true".')
    .meta({ description: 'Those that somebody has found to be two.' })
    .optional(),
});

const SAME_NAME = [
  {
    code: 'same-name',
    text: 'They have the same name but for spelling, script and form of law: 广州大学 / Guangzhou University.',
  },
  { code: 'same-place', text: 'Both are in the same place: guangzhou.' },
];
const MATCHED = {
  id: INTO,
  name: 'Guangzhou University (Daxuecheng)',
  place: 'guangzhou',
  chinese: '广州大学',
  type: 'university',
  createdAt: KEPT['createdAt'],
};
const TWO = {
  organisations: [INTO, DUPLICATE],
  dismissed: true,
  by: 'admin',
  at: KEPT['createdAt'],
  reason: 'Two campuses.',
};

const reading = { method: 'GET', access: ROLES, fn: 'organisations', tag: 'organisations' } as const;

/** What organisations have beside what every noun has. */
export const ORGANISATION_OPERATIONS: readonly Operation[] = [
  {
    ...reading,
    id: 'readOrganisationMatches',
    path: '/v1/organisations/matches',
    summary: 'Says which organisations a name may be, or an organisation',
    description:
      'For a form to ask before something is logged: a certain one will be used, a likely one is proposed with the reason and for a person to decide. At most 20, certain ones first.',
    query: matchesQuery,
    responses: { 200: responseOf('What may be it; empty where nothing is like it.', OrganisationMatches) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: {
      answer: { items: [{ verdict: 'certain', reasons: SAME_NAME, organisation: MATCHED }], next: null },
    },
  },
  {
    ...reading,
    id: 'listOrganisationDuplicates',
    path: '/v1/organisations/duplicates',
    summary: 'Lists organisations that are one, or may be, among those that are there',
    description: 'Certain ones first, each with the reason. What is merged, or found to be two, leaves the list.',
    query: duplicatesQuery,
    responses: { 200: responseOf('A page of pairs.', OrganisationDuplicates) },
    problems: ['validation', 'forbidden', 'unavailable'],
    example: {
      answer: {
        items: [
          {
            verdict: 'certain',
            reasons: SAME_NAME,
            organisations: [MATCHED, { ...MATCHED, id: DUPLICATE, name: DUPLICATE_NAME }],
          },
        ],
        next: null,
      },
    },
  },
  {
    id: 'dismissOrganisationDuplicate',
    method: 'POST',
    path: '/v1/organisations/dismissals',
    access: ADMINS,
    fn: 'organisations',
    tag: 'organisations',
    summary: 'Says that two organisations are two',
    description: 'They leave the list of duplicates; with `"dismissed": false` they come back.',
    headers: ['Idempotency-Key'],
    body: bodyOf(Dismiss, [JSON_TYPE], true),
    responses: { 200: responseOf('As it stands.', Dismissal) },
    problems: [
      'malformed-json',
      'validation',
      'forbidden',
      'body-too-large',
      'unsupported-media-type',
      'unknown-reference',
      'idempotency-key-reused',
      'unavailable',
    ],
    example: { body: { organisations: [INTO, DUPLICATE], reason: 'Two campuses.' }, answer: TWO },
  },
  {
    ...merging,
    id: 'mergeOrganisation',
    path: '/v1/organisations/{id}/merges',
    action: 'merge',
    summary: 'Merges a duplicate into an organisation',
    description:
      "From then on this one stands for the duplicate wherever organisations are shown, with all that belongs to it, and with the duplicate's own duplicates. Nothing else is rewritten, so it can be undone at any time. Answered is the duplicate, and If-Match is about its version. Where they have different numbers in a register, or one is recorded as part of the other, `confirmed` and a `reason` are needed.",
    get params() {
      return ofOrganisation();
    },
    body: bodyOf(Merge, [JSON_TYPE], true),
    responses: { 200: duplicate('The duplicate, merged.'), 202: accepted },
    problems: [...WRITE_PROBLEMS, 'not-found', 'unknown-reference', 'merge-refused'],
    example: {
      params: { id: INTO },
      body: { duplicate: DUPLICATE, reason: 'Logged from a visiting card.' },
      answer: MERGED,
    },
  },
  {
    ...merging,
    id: 'undoMergeOfOrganisation',
    path: '/v1/organisations/{id}/merges/{duplicateId}/undos',
    action: 'undo-merge',
    summary: 'Undoes the merge of a duplicate',
    description:
      'Whatever has happened since: everything that was logged under the duplicate is shown with it again, and its own duplicates with it. Answered is the duplicate, and If-Match is about its version.',
    get params() {
      return ofMerge();
    },
    body: bodyOf(MergeUndo, [JSON_TYPE], false),
    responses: { 200: duplicate('What was the duplicate.'), 202: accepted },
    problems: [...WRITE_PROBLEMS, 'not-found', 'not-merged'],
    example: {
      params: { id: INTO, duplicateId: DUPLICATE },
      body: { reason: 'They are two campuses.' },
      answer: TOLD_APART,
    },
  },
];
