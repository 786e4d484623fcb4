import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type LoadedEntity, loadEntities } from '#shared/store/entities.ts';
import type { HistoryItem } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { readLinks } from '#shared/store/links.ts';
import { batchGet } from '#shared/store/records.ts';
import type { TimelineEntry } from '../schemas.ts';

/** The newest activities of a record that its timeline shows; all of them are at `GET /v1/{kinds}/{id}/activities`. */
const AT_MOST = 100;

/**
 * What was done together for a record, as entries of its timeline: each stands where it was first told, says who told it, and what it is today.
 * People are their ids; a link tells of an activity within seconds of its recording.
 */
export async function metFor(table: DynamoDBDocumentClient, recordId: string): Promise<TimelineEntry[]> {
  const { entries } = await readLinks(table, [recordId], 'activity', { descending: true, limit: AT_MOST });
  const found = await loadEntities(
    table,
    entries.map(({ of }) => of),
  );
  const activities = [...found.values()].filter(({ state }) => idsIn(state.fields['records']).includes(recordId));
  const told = await firstWords(table, activities);
  return activities.flatMap(({ state }) => {
    const first = told.get(state.id);
    return first ? [entryOf(state, first)] : [];
  });
}

type First = Pick<HistoryItem, 'eventId' | 'occurredAt' | 'recordedAt' | 'actor' | 'channel'>;

/** The event by which each was logged: its latest one, or in its history. */
async function firstWords(table: DynamoDBDocumentClient, activities: readonly LoadedEntity[]) {
  const told = new Map<string, First>();
  for (const { state, event } of activities) if (event.eventId === state.base.by) told.set(state.id, event);
  const others = activities.filter(({ state }) => !told.has(state.id));
  for (let start = 0; start < others.length; start += 100) {
    const some = others.slice(start, start + 100);
    const items = await batchGet(
      table,
      some.map(({ state }) => keys.history(state.id, state.base.by)),
    );
    for (const item of items) told.set(item['pk'] as string, item as unknown as First);
  }
  return told;
}

const idsIn = (value: unknown): readonly string[] => (value ?? []) as readonly string[];

function entryOf({ id, fields }: LoadedEntity['state'], first: First): TimelineEntry {
  const { eventId, occurredAt, recordedAt, actor, channel } = first;
  return {
    eventId,
    type: 'activity.logged',
    verb: 'logged',
    version: 1,
    occurredAt,
    recordedAt,
    actor,
    channel,
    changes: [],
    activity: {
      id,
      title: String(fields['title']),
      type: String(fields['type']),
      direction: String(fields['direction']),
      on: String(fields['on']),
      staff: [...idsIn(fields['staff'])],
      contacts: [...idsIn(fields['contacts'])],
    },
  };
}
