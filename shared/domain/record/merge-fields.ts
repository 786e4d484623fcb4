import { type Clock, compareClocks } from './state.ts';

/** What is kept of a thing whose fields are told by events: the fields, and how late the latest word on each is. */
export interface Told {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The clock of its logging: what a field's latest word is measured against until it is changed. */
  readonly base: Clock;
  /** The latest change of each field, where that is later than the logging. */
  readonly clocks: Readonly<Record<string, Clock>>;
}

/** An event as far as order goes: when it occurred, its id, and the version its author saw, if any. */
export interface Ordered {
  readonly occurredAt: string;
  readonly eventId: string;
  readonly expectedVersion?: number;
}

export interface MergedFields {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly changes: Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>;
  /** What the event said and later news had overtaken. */
  readonly superseded: Readonly<Record<string, unknown>>;
}

/**
 * Each field keeps the latest word by (`occurredAt`, `eventId`); null takes a field away. So any order of the same events gives the same
 * fields, and what later news had overtaken is told apart.
 */
export function mergeFields(state: Told, event: Ordered, told: Readonly<Record<string, unknown>>): MergedFields {
  const fields: Record<string, unknown> = { ...state.fields };
  const clocks: Record<string, Clock> = { ...state.clocks };
  const changes: Record<string, { from?: unknown; to?: unknown }> = {};
  const superseded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(told)) {
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
  return { fields, clocks, changes, superseded };
}

/**
 * The clock under which an event's word is kept: its own where it is later than the latest word, just after that one where its
 * author saw it; undefined where later news has overtaken it.
 */
export function orderedAfter(latest: Clock | undefined, event: Ordered): Clock | undefined {
  const clock = { at: event.occurredAt, by: event.eventId };
  if (!latest || compareClocks(clock, latest) > 0) return clock;
  if (event.expectedVersion === undefined) return undefined;
  return { at: new Date(Date.parse(latest.at) + 1).toISOString(), by: event.eventId };
}

/** A field before and after; absent where there was none. */
export const difference = (from: unknown, to: unknown) => ({
  ...(from === undefined ? {} : { from }),
  ...(to === undefined || to === null ? {} : { to }),
});
