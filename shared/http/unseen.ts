import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EntityState } from '#shared/domain/entity/state.ts';
import type { Viewer } from '#shared/domain/record/confidentiality.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { loadRecords } from '#shared/store/list.ts';
import { maySeeState } from './sight.ts';

/** `BatchGetItem` takes a hundred at most. */
const AT_ONCE = 100;

/** Of these ids, those of IP leads that the viewer may not see: to them, there are none. */
export async function unseenAmong(
  table: DynamoDBDocumentClient,
  viewer: Viewer,
  ids: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const leads = [...new Set(ids)].filter((id) => kindOfId(id) === 'ip-lead');
  const unseen = new Set<string>();
  for (let start = 0; start < leads.length; start += AT_ONCE)
    for (const [id, { state }] of await loadRecords(table, leads.slice(start, start + AT_ONCE)))
      if (!maySeeState(viewer, state)) unseen.add(id);
  return unseen;
}

export const recordsOf = ({ fields }: Pick<EntityState, 'fields'>): readonly string[] =>
  (fields['records'] ?? []) as readonly string[];

/** Entities as somebody may see them: an activity does not name a confidential lead to those for whom there is none. */
export async function withoutUnseen(
  table: DynamoDBDocumentClient,
  viewer: Viewer,
  states: readonly EntityState[],
): Promise<EntityState[]> {
  const unseen = await unseenAmong(table, viewer, states.flatMap(recordsOf));
  if (unseen.size === 0) return [...states];
  return states.map((state) => {
    const { records: _, ...others } = state.fields;
    const seen = recordsOf(state).filter((id) => !unseen.has(id));
    return { ...state, fields: seen.length > 0 ? { ...others, records: seen } : others };
  });
}
