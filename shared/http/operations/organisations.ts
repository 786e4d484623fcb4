import * as z from 'zod';
import { NOUN_SCHEMAS } from '#shared/domain/entity/schemas.ts';
import { lazily } from '#shared/domain/lazily.ts';
import { Merge, MergeUndo } from '#shared/domain/organisation/merge.ts';
import { OrganisationId } from '#shared/domain/organisation/organisation.ts';
import { ADMINS } from '#shared/domain/user/roles.ts';
import { ENTITY_EXAMPLES } from '../examples.ts';
import { bodyOf, type Operation, responseOf } from '../operation.ts';
import { accepted, JSON_TYPE, WRITE_PROBLEMS } from './records.ts';

const { answer: KEPT } = ENTITY_EXAMPLES.organisation;
const INTO = KEPT['id'] as string;
const DUPLICATE = 'org_6Q2F4J8N1S5W7Y9A3C6E8H0K2M';
const MERGED = {
  ...KEPT,
  id: DUPLICATE,
  version: 2,
  name: 'Guangzhou Univ.',
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

/** What organisations have beside what every noun has. */
export const ORGANISATION_OPERATIONS: readonly Operation[] = [
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
