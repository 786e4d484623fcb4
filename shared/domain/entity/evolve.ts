import { isErased, refusedErased } from '../contact/contact.ts';
import { refuseStale, type Verdict } from '../record/judge.ts';
import { mergeFields } from '../record/merge-fields.ts';
import type { Noun } from './nouns.ts';
import type { EntityState } from './state.ts';

/** What an entity is told: the input of its rules and of its evolution. Lists of organisations are lists of ids here. */
export interface EntityEvent {
  readonly recordId: string;
  readonly kind: Noun;
  readonly eventId: string;
  readonly occurredAt: string;
  readonly by: 'user' | 'partner' | 'system';
  /** The version its author saw. */
  readonly expectedVersion?: number;
  readonly verb: 'logged' | 'amended';
  /** Why, where its author said so. */
  readonly reason?: string;
  /** Each field with its whole value; null where it is taken away. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface EntityEvolution {
  readonly state: EntityState;
  readonly changes: Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;
  readonly superseded: Readonly<Record<string, unknown>>;
}

/** What an entity becomes by one more event: any order of the same events gives the same entity, but for version and time of recording. */
export function evolveEntity(state: EntityState | undefined, event: EntityEvent, recordedAt: string): EntityEvolution {
  const clock = { at: event.occurredAt, by: event.eventId };
  if (event.verb === 'logged')
    return {
      state: {
        id: event.recordId,
        kind: event.kind,
        version: 1,
        createdAt: event.occurredAt,
        recordedAt,
        updatedAt: recordedAt,
        fields: event.fields,
        base: clock,
        clocks: {},
      },
      changes: {},
      superseded: {},
    };
  if (!state) throw new Error(`${event.eventId} refers to ${event.recordId}, which is not recorded.`);
  const { fields, clocks, changes, superseded } = mergeFields(state, event, event.fields);
  return {
    state: { ...state, version: state.version + 1, updatedAt: recordedAt, fields, clocks },
    changes,
    superseded,
  };
}

/** Whether an event of an entity is recorded: logged once, amended when it is there, and on the version that its author saw. */
export function judgeEntity(state: EntityState | undefined, event: EntityEvent): Verdict {
  if (event.verb === 'logged') {
    if (!state) return { outcome: 'record' };
    const detail = `${event.recordId} has already been logged by another event.`;
    return { outcome: 'refuse', refusal: { code: 'already-logged', detail } };
  }
  if (!state) return { outcome: 'wait', reason: 'record-missing' };
  // What was on its way while the person was erased comes too late. An erasure itself says when.
  if (isErased(state) && event.fields['erasedOn'] === undefined)
    return { outcome: 'refuse', refusal: refusedErased(state.id) };
  if (event.expectedVersion === undefined || event.expectedVersion === state.version) return { outcome: 'record' };
  return event.expectedVersion < state.version
    ? refuseStale(state, event.expectedVersion)
    : { outcome: 'wait', reason: 'version-ahead' };
}
