import { type Changes, clockOf, type RecordEvent } from './changes.ts';
import { type Clock, compareClocks, type RecordFields, type RecordState, type StageEntry, stageNow } from './state.ts';

export interface Evolution {
  readonly state: RecordState;
  /** What changed, by field; `stage`, `stageEnteredAt`, `lostReason`, `voided` and `released` stand beside the record's own. */
  readonly changes: Changes;
  /** What the event said and later news had overtaken: kept for the timeline and for looking back. */
  readonly superseded: Readonly<Record<string, unknown>>;
}

/**
 * What a record becomes by one more event. Each field keeps the latest word by (`occurredAt`, `eventId`), and stage, lost reason and
 * entry are one field; so any order of the same events gives the same record, apart from `version` and `updatedAt`.
 *
 * An event whose author saw this very version (`expectedVersion`) is the latest word on what it says, even where a partner's clock
 * runs ahead of ours.
 */
export function evolve(state: RecordState | undefined, event: RecordEvent, recordedAt: string): Evolution {
  if (event.verb === 'logged') return begin(event, recordedAt);
  if (!state) throw new Error(`${event.eventId} tells of ${event.recordId}, which is not recorded.`);
  const next = { ...state, version: state.version + 1, updatedAt: recordedAt };
  switch (event.verb) {
    case 'amended':
      return amend(next, event);
    case 'moved':
      return move(next, event, event.data);
    case 'noted':
      return { state: next, changes: {}, superseded: {} };
    case 'released':
      return release(next, event);
    case 'voided':
    case 'restored':
      return voidOrRestore(next, event);
  }
}

/** The version a record has while its first event is being recorded. */
const FIRST_VERSION = 1;

function begin(event: RecordEvent & { verb: 'logged' }, recordedAt: string): Evolution {
  const { stage, lostReason, reason: _, organisations, ...rest } = event.data;
  const fields = { ...rest, organisations: organisations.map(({ id }) => id) } as unknown as RecordFields;
  const entry: StageEntry = { stage, ...clockOf(event), ...(lostReason ? { lostReason } : {}) };
  const state: RecordState = {
    id: event.recordId,
    kind: event.kind,
    version: FIRST_VERSION,
    createdAt: event.occurredAt,
    recordedAt,
    updatedAt: recordedAt,
    fields,
    base: clockOf(event),
    path: [entry],
    clocks: {},
  };
  return { state, changes: {}, superseded: {} };
}

function amend(state: RecordState, event: RecordEvent & { verb: 'amended' }): Evolution {
  const fields: Record<string, unknown> = { ...state.fields };
  const clocks: Record<string, Clock> = { ...state.clocks };
  const changes: Record<string, { from?: unknown; to?: unknown }> = {};
  const superseded: Record<string, unknown> = {};
  for (const [name, told] of Object.entries(event.data.fields)) {
    const value = name === 'organisations' ? (told as { id: string }[]).map(({ id }) => id) : told;
    const clock = orderedAfter(clocks[name] ?? state.base, event);
    if (!clock) {
      superseded[name] = value;
      continue;
    }
    changes[name] = difference(fields[name], value);
    clocks[name] = clock;
    if (value === null) delete fields[name];
    else fields[name] = value;
  }
  return { state: { ...state, fields: fields as unknown as RecordFields, clocks }, changes, superseded };
}

function move(
  state: RecordState,
  event: RecordEvent,
  data: { to: string; lostReason?: StageEntry['lostReason'] },
): Evolution {
  const last = state.path.at(-1) as StageEntry;
  const clock = orderedAfter(last, event);
  const { to, lostReason } = data;
  const entry: StageEntry = { stage: to, ...(clock ?? clockOf(event)), ...(lostReason ? { lostReason } : {}) };
  const next = { ...state, path: [...state.path, entry].sort(compareClocks) as [StageEntry, ...StageEntry[]] };
  const [before, after] = [stageNow(state), stageNow(next)];
  const changes = Object.fromEntries(
    (['stage', 'stageEnteredAt', 'lostReason'] as const)
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, difference(before[name], after[name])]),
  );
  const superseded = clock ? {} : { stage: to, ...(lostReason ? { lostReason } : {}) };
  return { state: next, changes, superseded };
}

function release(state: RecordState, event: RecordEvent): Evolution {
  const clock = orderedAfter(state.released, event);
  if (!clock) return { state, changes: {}, superseded: { released: event.occurredAt } };
  const changes: Record<string, { from?: unknown; to?: unknown }> = {
    released: difference(state.released?.at, clock.at),
  };
  const hold = orderedAfter(state.clocks['confidential'] ?? state.base, event);
  const held = state.fields['confidential'] === true && hold !== undefined;
  const { confidential: _, ...others } = state.fields;
  if (held) changes['confidential'] = { from: true };
  return {
    state: {
      ...state,
      released: clock,
      ...(hold ? { fields: others as RecordFields, clocks: { ...state.clocks, confidential: hold } } : {}),
    },
    changes,
    superseded: {},
  };
}

function voidOrRestore(state: RecordState, event: RecordEvent & { verb: 'voided' | 'restored' }): Evolution {
  const on = event.verb === 'voided';
  const clock = orderedAfter(state.voided, event);
  if (!clock) return { state, changes: {}, superseded: { voided: on } };
  const voided = { ...clock, on, ...(event.verb === 'voided' ? { reason: event.data.reason } : {}) };
  return {
    state: { ...state, voided },
    changes: { voided: { from: state.voided?.on === true, to: on } },
    superseded: {},
  };
}

/**
 * The clock under which an event's word is kept: its own where it is later than the latest word, just after that one where its
 * author saw it; undefined where later news has overtaken it.
 */
function orderedAfter(latest: Clock | undefined, event: RecordEvent): Clock | undefined {
  const clock = clockOf(event);
  if (!latest || compareClocks(clock, latest) > 0) return clock;
  if (event.expectedVersion === undefined) return undefined;
  return { at: new Date(Date.parse(latest.at) + 1).toISOString(), by: event.eventId };
}

const difference = (from: unknown, to: unknown) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined || to === null ? {} : { to }),
});
