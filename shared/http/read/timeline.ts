import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { isNoun, type Noun } from '#shared/domain/entity/nouns.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { intakeContract } from '#shared/events/intake.ts';
import { loadEntityHistory, loadHistory } from '#shared/store/history.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { MAX_LIMIT, type TimelineEntry } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { unseenAmong } from '../unseen.ts';
import { entityOf } from './entity.ts';
import { metFor } from './met-for.ts';
import { visibleRecord } from './record.ts';

/**
 * `GET /v1/{kinds}/{id}/timeline`: every event in the order of recording, which for a record is that of its versions, and among them what was
 * done together for it. The latest event is there as soon as the record is.
 */
export async function readTimeline(reading: { readonly table: DynamoDBDocumentClient }, call: Call): Promise<Answer> {
  const limit = Number(call.query['limit'] ?? MAX_LIMIT);
  const boundTo = { timeline: call.params['id'], user: call.viewer?.id };
  const { cursor } = call.query;
  const after = cursor === undefined ? '' : String(decodeCursor(cursor, boundTo)[0]);
  const kind = call.operation.kind as Kind | Noun;
  const id = call.params['id'] ?? '';
  const [history, activities] = await Promise.all([
    historyOf(reading, call),
    isNoun(kind) ? [] : metFor(reading.table, id),
  ]);
  const all = [
    ...history.map((event) => ({ at: placeOf(event.recordedAt, String(event.version).padStart(9, '0')), event })),
    ...activities.map((entry) => ({ at: placeOf(entry.recordedAt, AFTER_VERSIONS + entry.eventId), entry })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1));
  const rest = all.filter(({ at }) => at > after);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next = last && rest.length > page.length ? encodeCursor([last.at], boundTo) : null;
  const told = page.flatMap((each) => ('event' in each ? recordsTold(each.event) : []));
  const unseen = await unseenAmong(reading.table, viewerIn(call), told);
  const items = page.map((each) => {
    if ('entry' in each) return each.entry;
    return entryOf(kind, unseen.size > 0 ? withoutRecords(each.event, unseen) : each.event);
  });
  return { status: 200, body: { items, next }, log: { recordId: id } };
}

/** Where an entry stands: versions of one record are recorded at times that never run backwards. */
const placeOf = (recordedAt: string, within: string) => `${recordedAt}#${within}`;
const AFTER_VERSIONS = '~';

async function historyOf(
  reading: { readonly table: DynamoDBDocumentClient },
  call: Call,
): Promise<readonly StoredEvent[]> {
  if (isNoun(String(call.operation.kind))) return loadEntityHistory(reading.table, await entityOf(reading.table, call));
  return loadHistory(reading.table, await visibleRecord(reading, call));
}

/** Records that an event of an activity told of. */
function recordsTold({ data, changes, superseded = {} }: StoredEvent): string[] {
  const { from, to } = changes['records'] ?? {};
  return [data['records'], from, to, superseded['records']].flatMap((told) => (Array.isArray(told) ? told : []));
}

/** The same event, without the leads that whoever reads it may not see. */
function withoutRecords(item: StoredEvent, unseen: ReadonlySet<string>): StoredEvent {
  const seen = (told: unknown) => (Array.isArray(told) ? told.filter((id) => !unseen.has(id)) : told);
  const within = <Fields extends object>(fields: Fields): Fields =>
    'records' in fields ? { ...fields, records: seen(fields.records) } : fields;
  const { records } = item.changes;
  return {
    ...item,
    data: within(item.data),
    ...(item.superseded ? { superseded: within(item.superseded) } : {}),
    changes: records ? { ...item.changes, records: { from: seen(records.from), to: seen(records.to) } } : item.changes,
  };
}

function entryOf(kind: Kind | Noun, item: StoredEvent): TimelineEntry {
  const { eventId, verb, version, occurredAt, recordedAt, actor, channel, partner, data, superseded } = item;
  const { text, reason } = data as { text?: string; reason?: string };
  return {
    eventId,
    type: isNoun(kind) ? `${kind}.${verb}` : intakeContract(kind, verb).name,
    verb,
    version,
    occurredAt,
    recordedAt,
    actor,
    channel,
    ...(partner ? { partner } : {}),
    changes: changesOf(item),
    ...(text === undefined ? {} : { text }),
    ...(reason === undefined ? {} : { reason }),
    ...(superseded ? { superseded: Object.entries(superseded).map(([field, to]) => ({ field, to })) } : {}),
  };
}

/** A logging sets every field that it tells of. */
export function changesOf({ verb, data, changes }: StoredEvent): TimelineEntry['changes'] {
  if (verb !== 'logged') return Object.entries(changes).map(([field, { from, to }]) => ({ field, from, to }));
  const { reason: _, ...fields } = data;
  return Object.entries(fields).map(([field, to]) => ({ field, to }));
}
