import * as z from 'zod';
import { lazily } from '../lazily.ts';
import type { Refusal } from '../record/refusal.ts';
import { text } from '../text.ts';
import { REGISTERS, type Register } from './match/party.ts';
import { OrganisationId } from './organisation.ts';

/** What merges a duplicate into an organisation: which one, why, and that what speaks against it was seen. */
export const Merge = lazily(() =>
  z
    .strictObject({
      duplicate: OrganisationId,
      reason: text(1, 2_000).optional(),
      confirmed: z
        .literal(true)
        .meta({
          description: 'Confirms the merge despite conflicts such as different register numbers; needs a reason.',
        })
        .optional(),
    })
    .refine(({ reason, confirmed }) => confirmed === undefined || reason !== undefined, {
      path: ['reason'],
      error: 'A confirmation needs a reason.',
    })
    .meta({ id: 'Merge' }),
);

export const MergeUndo = lazily(() => z.strictObject({ reason: text(1, 2_000).optional() }).meta({ id: 'MergeUndo' }));

/** An organisation as far as a merge looks at it. */
export interface Mergeable {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const refused = (detail: string): Refusal => ({
  code: 'merge-refused',
  detail,
  errors: [{ pointer: '/duplicate', detail }],
});

/**
 * Why an organisation cannot be merged into another, whatever anybody confirms: trees alone come of it, and an organisation has one place in
 * them. `survivor` is who stands for `into`, or nothing where there is no such organisation.
 */
export function refuseMerge(duplicate: Mergeable, into: string, survivor: Mergeable | undefined): Refusal | undefined {
  const before = duplicate.fields['mergedInto'];
  if (duplicate.id === into) return refused('An organisation cannot be merged into itself.');
  if (before !== undefined)
    return refused(`${duplicate.id} is already merged into ${before}. Undo that first, or merge ${before} instead.`);
  if (!survivor) return { code: 'unknown-reference', detail: `There is no organisation ${into}.` };
  if (survivor.id === into) return undefined;
  return refused(
    survivor.id === duplicate.id
      ? `${into} is itself merged into ${duplicate.id}.`
      : `${into} is merged into ${survivor.id}: merge into ${survivor.id} instead.`,
  );
}

/** What speaks against it and may be confirmed: numbers in a register that differ, and one being recorded as part of the other. */
export function doubtsOfMerge(duplicates: readonly Mergeable[], survivors: readonly Mergeable[]): string[] {
  const doubts = new Set<string>();
  for (const one of duplicates)
    for (const other of survivors) {
      for (const register of Object.keys(REGISTERS) as Register[]) {
        const [left, right] = [one.fields[register], other.fields[register]];
        if (left !== undefined && right !== undefined && left !== right)
          doubts.add(`${REGISTERS[register]}: ${left} of ${one.id}, ${right} of ${other.id}.`);
      }
      if (one.fields['parent'] === other.id) doubts.add(`${one.id} is recorded as part of ${other.id}.`);
      if (other.fields['parent'] === one.id) doubts.add(`${other.id} is recorded as part of ${one.id}.`);
    }
  return [...doubts];
}
