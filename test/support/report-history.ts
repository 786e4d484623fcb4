import type { FxRates } from '#shared/domain/money/fx-rates.ts';
import type { LoggedData, RecordEvent } from '#shared/domain/record/changes.ts';
import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import { evolve } from '#shared/domain/record/evolve.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import type { Basis } from '#shared/domain/report/report.ts';
import type { Actor } from '#shared/events/envelope.ts';
import { contributionOf } from '#shared/reporting/contribution.ts';
import { addStep, type Cube, cubeOf, emptyDraft } from '#shared/reporting/cube.ts';
import { type Step, standingOf, stayChanges } from '#shared/reporting/standing.ts';
import type { EventFacts, RecordFacts, ReportMaterial } from '#shared/reports/material.ts';
import type { Report } from '#shared/reports/report.ts';
import type { NewestRate } from '#shared/store/rates.ts';

/*
 * Material of a report from a history that is known whole: every record is folded from its events, event by event. No engine, no
 * journal, no aggregates; what the product gathers must come to the same.
 */

/** An event as it was recorded. */
export type HistoryEvent = RecordEvent & { readonly recordedAt: string; readonly actor: Actor };

export interface World {
  /** In any order. */
  readonly events: readonly HistoryEvent[];
  readonly rates: readonly FxRates[];
  /** By id of the organisation. */
  readonly organisations?: Readonly<Record<string, string>>;
  readonly names?: Report['names'];
}

export interface Asked {
  readonly cutOff: string;
  readonly previous?: Report | null;
  readonly corrects?: Report | null;
  readonly basis?: Basis;
  readonly id?: string;
  readonly series?: string;
  readonly timeZone?: string;
  readonly currency?: string;
  readonly filters?: Report['filters'];
}

/** What a report of a world is made from. */
export function materialOf(world: World, asked: Asked): ReportMaterial {
  const { cutOff, previous = null, corrects = null, basis = 'as-known-then', currency = 'GBP' } = asked;
  const from = previous?.period.to;
  const { events } = world;
  const steps = stepsOf(events, basis);
  const when = ({ recordedAt, occurredAt }: Step) => (basis === 'as-known-then' ? recordedAt : occurredAt);
  const until = (at: string) =>
    cubeAt(
      steps.filter((step) => when(step) <= at),
      at,
    );
  const known = (at: string) => ({ at, knownAt: basis === 'as-known-then' ? at : undefined });
  return {
    id: asked.id ?? 'rep_00000000000000000000000001',
    series: asked.series ?? 'weekly-birmingham',
    timeZone: asked.timeZone ?? 'Europe/London',
    basis,
    language: 'en',
    currency,
    filters: asked.filters ?? {},
    previous,
    corrects,
    position: { 'shardId-000000000001': String(1_000_000 + steps.filter((step) => when(step) <= cutOff).length) },
    closing: until(cutOff),
    closingRates: ratesInForce(world.rates, known(cutOff)),
    opening: from === undefined ? null : until(from),
    openingRates: from === undefined ? [] : ratesInForce(world.rates, known(from)),
    steps: from === undefined ? null : steps.filter((step) => when(step) > from && when(step) <= cutOff),
    records: factsAt(world, cutOff, basis),
    events: new Map(events.map((event) => [event.eventId, eventFacts(event)])),
    names: world.names ?? { places: {}, users: {} },
  };
}

/** Every event as a step, in recording order, or in the order in which things happened. */
export function stepsOf(events: readonly HistoryEvent[], basis: Basis = 'as-known-then'): Step[] {
  const states = new Map<string, RecordState>();
  return inOrder(events, basis).map((event) => {
    const before = states.get(event.recordId);
    const { state } = evolve(before, event, event.recordedAt);
    states.set(event.recordId, state);
    const { recordId, eventId, verb, recordedAt, occurredAt } = event;
    return {
      recordId,
      version: state.version,
      eventId,
      verb,
      recordedAt,
      occurredAt,
      before: before ? standingOf(before) : null,
      after: standingOf(state),
      stays: stayChanges(before ? contributionOf(before) : null, contributionOf(state)),
    };
  });
}

function inOrder(events: readonly HistoryEvent[], basis: Basis): HistoryEvent[] {
  const key = (event: HistoryEvent) =>
    basis === 'as-known-then'
      ? `${event.recordedAt} ${event.eventId}`
      : `${event.occurredAt} ${event.verb === 'logged' ? 0 : 1} ${event.eventId}`;
  return [...events].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** What these steps have made, at an instant. */
export function cubeAt(steps: readonly Step[], at: string): Cube {
  const draft = emptyDraft();
  for (const step of steps) addStep(draft, step);
  return cubeOf(draft, at);
}

/** Of each currency, the newest rate dated on or before the day (in Europe/London, winter or summer alike for these tests). */
export function ratesInForce(
  rates: readonly FxRates[],
  { at, knownAt }: { readonly at: string; readonly knownAt: string | undefined },
): NewestRate[] {
  const found = new Map<string, NewestRate & { readonly recordedAt: string }>();
  for (const { date, recordedAt, rates: of } of rates) {
    if (date > at.slice(0, 10) || (knownAt !== undefined && recordedAt > knownAt)) continue;
    for (const [currency, rate] of Object.entries(of)) {
      const known = found.get(currency);
      if (!known || date > known.date || (date === known.date && recordedAt > known.recordedAt))
        found.set(currency, { currency, date, rate, recordedAt });
    }
  }
  return [...found.values()].map(({ currency, date, rate }) => ({ currency, date, rate }));
}

function factsAt({ events, organisations }: World, at: string, basis: Basis): Map<string, RecordFacts> {
  const states = new Map<string, RecordState>();
  for (const event of inOrder(events, basis))
    if ((basis === 'as-known-then' ? event.recordedAt : event.occurredAt) <= at)
      states.set(event.recordId, evolve(states.get(event.recordId), event, event.recordedAt).state);
  return new Map([...states].map(([id, state]) => [id, factsOf(state, organisations ?? {})]));
}

const factsOf = (state: RecordState, names: Readonly<Record<string, string>>): RecordFacts => {
  const nextStep = state.fields['nextStep'] as RecordFacts['nextStep'];
  return {
    id: state.id,
    kind: state.kind,
    standing: standingOf(state),
    title: state.fields.title,
    organisations: state.fields.organisations.map((id) => ({ id, name: names[id] ?? null })),
    ...(nextStep ? { nextStep } : {}),
    confidential: isConfidential(state),
  };
};

function eventFacts({ actor, data }: HistoryEvent): EventFacts {
  const { reason, lostReason } = data as Partial<LoggedData>;
  return { actor, ...(reason ? { reason } : {}), ...(lostReason ? { lostReason } : {}) };
}
