import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import { doubtsOfMerge, refuseMerge } from '#shared/domain/organisation/merge.ts';
import { type LoadedEntity, loadEntities, loadEntity } from '#shared/store/entities.ts';
import { familyOf, loadSurvivors, mergedInto } from '#shared/store/merges.ts';
import { notFound, stale } from '../answer.ts';
import type { Call } from '../call.ts';
import { matches } from '../headers.ts';
import { ProblemError } from '../problems.ts';
import type { Draft, Ids } from './draft.ts';

/** What a merge, or its undoing, is told in its call: the event is one on the duplicate. */
export interface Merging {
  /** The organisation of the path, which stands for the duplicate or is to. */
  readonly into: string;
  readonly duplicate: string;
  readonly undo: boolean;
  readonly reason: string | undefined;
  readonly confirmed: boolean;
}

/** The organisations that a merge looks at beside the duplicate itself. */
export interface Merged {
  readonly merging: Merging;
  readonly into: EntityState | undefined;
  /** Who stands for `into`. */
  readonly survivor: EntityState | undefined;
  /** The duplicate's own duplicates with it, and the survivor's with that: looked at for a merge alone. */
  readonly duplicates: readonly EntityState[];
  readonly survivors: readonly EntityState[];
  /** Every organisation above the duplicate. */
  readonly above: readonly string[];
}

/** A merge, or its undoing, as its call tells it; nothing of any other call. */
export function mergingOf({ operation, params, body }: Call): Merging | undefined {
  const { action } = operation;
  if (action !== 'merge' && action !== 'undo-merge') return undefined;
  const { duplicate, reason, confirmed } = (body ?? {}) as { duplicate?: string; reason?: string; confirmed?: true };
  return {
    into: params['id'] ?? '',
    duplicate: duplicate ?? params['duplicateId'] ?? '',
    undo: action === 'undo-merge',
    reason,
    confirmed: confirmed === true,
  };
}

/** Looks up both sides of a merge. */
export async function lookUpMerge(table: DynamoDBDocumentClient, merging: Merging): Promise<Merged> {
  const [into, duplicate] = await Promise.all([
    loadEntity(table, merging.into),
    merging.undo ? loadEntity(table, merging.duplicate) : undefined,
  ]);
  if (merging.undo) return { ...NOBODY, merging, into: into?.state, above: await aboveOf(table, duplicate) };
  const survivor =
    into && (await loadSurvivors(table, new Map([[merging.into, into]]), { consistent: true })).get(merging.into);
  const [duplicates, survivors] = await Promise.all([
    statesOf(table, merging.duplicate),
    statesOf(table, merging.into),
  ]);
  return { ...NOBODY, merging, into: into?.state, survivor: survivor?.state, duplicates, survivors };
}

const NOBODY = { survivor: undefined, duplicates: [], survivors: [], above: [] };

const statesOf = async (table: DynamoDBDocumentClient, id: string): Promise<EntityState[]> =>
  [...(await loadEntities(table, await familyOf(table, id), { consistent: true })).values()].map(({ state }) => state);

async function aboveOf(table: DynamoDBDocumentClient, duplicate: LoadedEntity | undefined): Promise<string[]> {
  const above: string[] = [];
  for (let at = duplicate && mergedInto(duplicate.state); at !== undefined && !above.includes(at); ) {
    above.push(at);
    const next = await loadEntity(table, at);
    at = next && mergedInto(next.state);
  }
  return above;
}

/**
 * The event of a merge, or of its undoing: a problem is thrown in the order 404, 409, 412, 422. Undefined where the duplicate is merged into
 * that organisation already. It is always about the version that was looked at: whoever merges has decided on what the duplicate is.
 */
export function draftMerge(
  { call }: { readonly call: Call },
  state: EntityState | undefined,
  merged: Merged,
  { firstAt }: Ids,
): Draft | undefined {
  const { merging, into } = merged;
  if (into?.kind !== 'organisation') throw notFound();
  if (state?.kind !== 'organisation') throw merging.undo ? notFound() : unknownDuplicate(merging.duplicate);
  const isDone = !merging.undo && mergedInto(state) === merging.into;
  if (!isDone) refuse(state, merged);
  if (call.ifMatch && !matches(call.ifMatch, state.version)) throw stale(state.id, state.version);
  if (isDone) return undefined;
  const { reason } = merging;
  return {
    occurredAt: firstAt,
    expectedVersion: state.version,
    data: {
      fields: { mergedInto: merging.undo ? null : merging.into },
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function refuse(state: EntityState, { merging, survivor, duplicates, survivors, above }: Merged): void {
  if (merging.undo) {
    if (above.includes(merging.into)) return;
    throw new ProblemError('not-merged', `${state.id} is not merged into ${merging.into}.`);
  }
  const refusal = refuseMerge(state, merging.into, survivor);
  if (refusal) throw new ProblemError(refusal.code, refusal.detail, refusal.errors);
  const doubts = merging.confirmed ? [] : doubtsOfMerge(duplicates, survivors);
  if (doubts.length === 0) return;
  throw new ProblemError(
    'merge-refused',
    'These may be different organisations. To merge them anyway, send `confirmed` with a `reason`.',
    doubts.map((detail) => ({ pointer: '/duplicate', detail })),
  );
}

function unknownDuplicate(id: string): ProblemError {
  const detail = `There is no organisation ${id}.`;
  return new ProblemError('unknown-reference', detail, [{ pointer: '/duplicate', detail }]);
}
