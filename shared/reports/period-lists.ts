import { type Phase, phaseOf } from '#shared/domain/pipeline/ladders.ts';
import { inRecordingOrder, type Standing, type Step } from '#shared/reporting/standing.ts';
import { isWithheld, type Listable, type ReportMaterial } from './material.ts';
import type { RecordLine, ReportMove, ReportOutcome } from './report.ts';

/** An entry of a list; or one that may not be named. */
export type Entry<Item> = { readonly item: Item } | 'withheld';

type LineOf = (facts: Listable) => RecordLine;

interface PeriodLists {
  readonly moves: readonly Entry<ReportMove>[] | null;
  readonly won: readonly Entry<ReportOutcome>[] | null;
  readonly lost: readonly Entry<ReportOutcome>[] | null;
}

/**
 * What happened in the period, in recording order, to records that are in the report at its end: their moves, and which of them were
 * won or lost and still are. A record logged as won was won; one restored as it was is not won again.
 */
export function inPeriod(
  { steps, events }: Pick<ReportMaterial, 'steps' | 'events'>,
  records: ReadonlyMap<string, Listable>,
  line: LineOf,
): PeriodLists {
  if (!steps) return { moves: null, won: null, lost: null };
  const moves: Entry<ReportMove>[] = [];
  const arrivals = new Map<string, { step: Step; phase: Phase }>();
  const phases = new Map<string, Phase>();
  for (const step of [...steps].sort(inRecordingOrder)) {
    const facts = records.get(step.recordId);
    if (!facts) continue;
    const { before, after } = step;
    if (before && after && before.stage !== after.stage)
      moves.push(isWithheld(facts) ? 'withheld' : { item: moveOf(step, before.stage, facts, line, events) });
    const was = before ? phaseNow(before) : phases.get(step.recordId);
    if (before) phases.set(step.recordId, phaseNow(before));
    if (!after) continue;
    const phase = phaseNow(after);
    phases.set(step.recordId, phase);
    const arrived = was === undefined ? step.verb !== 'restored' : was !== phase;
    if (arrived) arrivals.set(step.recordId, { step, phase });
  }
  const outcomes = (wanted: Phase): Entry<ReportOutcome>[] =>
    [...arrivals.values()]
      .filter(({ step, phase }) => {
        const standing = records.get(step.recordId)?.standing;
        return phase === wanted && standing !== undefined && phaseNow(standing) === wanted;
      })
      .map(({ step }) => step)
      .sort(inRecordingOrder)
      .map((step) => {
        const facts = records.get(step.recordId) as Listable;
        return isWithheld(facts) ? 'withheld' : { item: outcomeOf(step, facts, line, events) };
      });
  return { moves, won: outcomes('won'), lost: outcomes('lost') };
}

const phaseNow = ({ kind, stage }: Standing) => phaseOf(kind, stage);

function moveOf(step: Step, from: string, facts: Listable, line: LineOf, events: ReportMaterial['events']): ReportMove {
  const event = events.get(step.eventId);
  return {
    ...line(facts),
    eventId: step.eventId,
    from,
    to: step.after?.stage ?? from,
    at: step.occurredAt,
    recordedAt: step.recordedAt,
    by: event?.actor ?? null,
    reason: event?.reason ?? null,
  };
}

function outcomeOf(step: Step, facts: Listable, line: LineOf, events: ReportMaterial['events']): ReportOutcome {
  const event = events.get(step.eventId);
  return {
    ...line(facts),
    eventId: step.eventId,
    at: step.occurredAt,
    by: event?.actor ?? null,
    lostReason: event?.lostReason ?? null,
    reason: event?.reason ?? null,
  };
}
