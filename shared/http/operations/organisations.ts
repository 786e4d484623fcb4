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
import { line, Slug } from '#shared/domain/text.ts';
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
  .strictObject({ name: line(1, 200).optional(), place: Slug.optional(), organisation: OrganisationId.optional() })
  .refine(
    ({ name, place, organisation }) => (organisation === undefined) !== (name === undefined && place === undefined),
    {
      path: ['name'],
      error: 'Give either a name (ideally with its place) or an organisation.',
    },
  )
  .refine(({ name, place }) => place === undefined || name !== undefined, {
    path: ['place'],
    error: 'Only together with a name.',
  });

const duplicatesQuery = pageQuery.extend({
  dismissed: z
    .literal('true', 'Only "true".')
    .meta({ description: 'Pairs that have been marked as not duplicates.' })
    .optional(),
});

const SAME_NAME = [
  {
    code: 'same-name',
    text: 'Same name apart from spelling, script and legal form: 广州大学 / Guangzhou University.',
  },
  { code: 'same-place', text: 'Same place: guangzhou.' },
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
    summary: 'Find organisations that match a name or an organisation',
    description:
      'For a form to call before logging: a certain match will be used; a likely match is only proposed, with the reasons, for a person to decide. At most 20 matches, certain ones first.',
    query: matchesQuery,
    responses: { 200: responseOf('The matches; empty if there are none.', OrganisationMatches) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: {
      answer: { items: [{ verdict: 'certain', reasons: SAME_NAME, organisation: MATCHED }], next: null },
    },
  },
  {
    ...reading,
    id: 'listOrganisationDuplicates',
    path: '/v1/organisations/duplicates',
    summary: 'List likely duplicate organisations',
    description:
      'Pairs of organisations, certain ones first, each with the reasons. Merging a pair, or marking it as not duplicates, removes it from the list.',
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
    summary: 'Mark two organisations as not duplicates',
    description: 'Removes the pair from the list of duplicates; `"dismissed": false` puts it back.',
    headers: ['Idempotency-Key'],
    body: bodyOf(Dismiss, [JSON_TYPE], true),
    responses: { 200: responseOf('The current state of the pair.', Dismissal) },
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
    summary: 'Merge a duplicate into an organisation',
    description:
      "From then on this organisation replaces the duplicate, and the duplicate's own duplicates, wherever organisations are shown. Nothing else is rewritten, so the merge can be undone at any time. The response is the duplicate, and If-Match refers to its version. If their register numbers differ, or one is recorded as part of the other, send `confirmed` and a `reason`.",
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
    summary: 'Undo the merge of a duplicate',
    description:
      'Possible at any time: everything logged under the duplicate, and under its own duplicates, is shown there again. The response is the former duplicate, and If-Match refers to its version.',
    get params() {
      return ofMerge();
    },
    body: bodyOf(MergeUndo, [JSON_TYPE], false),
    responses: { 200: duplicate('The former duplicate.'), 202: accepted },
    problems: [...WRITE_PROBLEMS, 'not-found', 'not-merged'],
    example: {
      params: { id: INTO, duplicateId: DUPLICATE },
      body: { reason: 'They are two campuses.' },
      answer: TOLD_APART,
    },
  },
];
