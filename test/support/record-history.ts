import type { RecordEvent } from '#shared/domain/record/changes.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { type HistoryItem, historyItem } from '#shared/store/history.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';

/** One step of a record, as recording leaves it. */
export interface Step {
  readonly before: RecordState | undefined;
  readonly after: RecordState;
  readonly event: StoredEvent;
  /** The record's item, as the stream shows it: without what is undefined. */
  readonly item: Record<string, unknown>;
  readonly history: HistoryItem;
}

/** Records one event, with the product's own evolution and items. */
export function recordStep(before: RecordState | undefined, told: RecordEvent, recordedAt: string): Step {
  const { state: after, changes, superseded } = evolve(before, told, recordedAt);
  const event: StoredEvent = {
    eventId: told.eventId,
    verb: told.verb,
    occurredAt: told.occurredAt,
    receivedAt: recordedAt,
    recordedAt,
    version: after.version,
    actor: { type: told.by, id: 'somebody' },
    channel: 'api',
    correlationId: told.eventId,
    ...(told.expectedVersion === undefined ? {} : { seen: true as const }),
    data: told.verb === 'amended' ? {} : told.data,
    changes,
    ...(Object.keys(superseded).length > 0 ? { superseded } : {}),
  };
  const item = withoutUndefined(toRecordItem(after, event));
  return {
    before,
    after,
    event,
    item,
    history: withoutUndefined(historyItem({ state: after, event })) as unknown as HistoryItem,
  };
}

/** What the document client does to what it writes. */
const withoutUndefined = (item: object): Record<string, unknown> =>
  JSON.parse(JSON.stringify(item)) as Record<string, unknown>;
