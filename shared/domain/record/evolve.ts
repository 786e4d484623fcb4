import type { Evidence } from '../evidence/evidence.ts';
import { type Changes, clockOf, type RecordEvent } from './changes.ts';
import { difference, mergeFields, orderedAfter } from './merge-fields.ts';
import { compareClocks, type RecordFields, type RecordState, type StageEntry, stageNow } from './state.ts';

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
  if (!state) throw new Error(`${event.eventId} refers to ${event.recordId}, which is not recorded.`);
  const next = { ...state, version: state.version + 1, updatedAt: recordedAt };
  switch (event.verb) {
    case 'amended':
      return amend(next, event);
    case 'moved':
      return move(next, event, event.data);
    case 'noted':
      return { state: next, changes: {}, superseded: {} };
    case 'evidenced':
      return evidence(next, event);
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
  const { stage, lostReason, reason: _, organisations, evidence = [], ...rest } = event.data;
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
    ...(evidence.length > 0
      ? { evidence: Object.fromEntries(evidence.map((each) => [each.type, { ...each, ...clockOf(event) }])) }
      : {}),
  };
  return { state, changes: {}, superseded: {} };
}

function amend(state: RecordState, event: RecordEvent & { verb: 'amended' }): Evolution {
  const { organisations, ...told } = event.data.fields;
  const ids = (organisations as { id: string }[] | undefined)?.map(({ id }) => id);
  const merged = mergeFields(state, event, ids ? { ...told, organisations: ids } : told);
  const { changes, superseded, clocks } = merged;
  return { state: { ...state, fields: merged.fields as RecordFields, clocks }, changes, superseded };
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

/** The latest word on a type of evidence stands, whatever it came to: a check that failed takes back one that was passed. */
function evidence(state: RecordState, event: RecordEvent & { verb: 'evidenced' }): Evolution {
  const { type } = event.data;
  const before = state.evidence?.[type];
  const clock = orderedAfter(before, event);
  if (!clock) return { state, changes: {}, superseded: { [`evidence/${type}`]: withoutAuthor(event.data) } };
  const kept = { ...event.data, ...clock };
  return {
    state: { ...state, evidence: { ...state.evidence, [type]: kept } },
    changes: { [`evidence/${type}`]: difference(before && withoutAuthor(before), withoutAuthor(event.data)) },
    superseded: {},
  };
}

/** Who said so stands beside every event already. */
function withoutAuthor({
  author: _,
  at: __,
  by: ___,
  ...evidence
}: Evidence & { author: string; at?: string; by?: string }) {
  return evidence;
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
