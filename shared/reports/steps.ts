import { contributionOf } from '#shared/reporting/contribution.ts';
import { JournalGap } from '#shared/reporting/cube.ts';
import type { LoadEvents, Past } from '#shared/reporting/past.ts';
import { type Step, standingOf, stayChanges } from '#shared/reporting/standing.ts';
import { foldHistory, type HistoryItem } from '#shared/store/history.ts';

export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Events are told up to 5 minutes before they happen, and recorded a while after. */
const AHEAD_MS = 3_600_000;
const EVER = '9999';
const AT_ONCE = 16;

/**
 * What led from the beginning of a period to its end by what is known now: each event that occurred in it, as what its record stood for
 * just before and after. What is read grows with what was recorded since the period began.
 */
export async function stepsAsKnownNow(past: Past, loadEvents: LoadEvents, { from, to }: Period): Promise<Step[]> {
  const since = new Date(Date.parse(from) - AHEAD_MS).toISOString();
  const told = await past.readSteps({ from: since, to: EVER });
  const ids = [...new Set(told.filter(({ occurredAt }) => occurredAt > from && occurredAt <= to).map(idOf))];
  const steps: Step[] = [];
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const some = ids.slice(start, start + AT_ONCE);
    const histories = await Promise.all(some.map(loadEvents));
    for (const [index, items] of histories.entries()) {
      if (!items) throw new JournalGap(`The journal tells of ${some[index]}, which is not there.`);
      steps.push(...stepsOf(items, { from, to }));
    }
  }
  return steps;
}

const idOf = ({ recordId }: Step) => recordId;

/** Events of one instant are told apart by adding them one after the other, in the order of their clocks. */
function stepsOf(items: readonly HistoryItem[], { from, to }: Period): Step[] {
  const inPeriod = items
    .filter(({ occurredAt }) => occurredAt > from && occurredAt <= to)
    .sort((a, b) =>
      a.occurredAt === b.occurredAt ? compare(a.eventId, b.eventId) : compare(a.occurredAt, b.occurredAt),
    );
  const known = items.filter(({ occurredAt }) => occurredAt <= from);
  let before = stateOf(known);
  return inPeriod.map((item) => {
    known.push(item);
    const after = stateOf(known);
    const [was, is] = [before && standingOf(before), after && standingOf(after)];
    const stays = stayChanges(before ? contributionOf(before) : null, after ? contributionOf(after) : null);
    before = after;
    return {
      recordId: item.pk,
      version: item.version,
      eventId: item.eventId,
      verb: item.verb,
      recordedAt: item.recordedAt,
      occurredAt: item.occurredAt,
      before: was ?? null,
      after: is ?? null,
      stays,
    };
  });
}

/** A record after these events, told in the order in which they were recorded. */
const stateOf = (known: readonly HistoryItem[]) =>
  foldHistory(
    [...known].sort((a, b) => a.version - b.version),
    { asOf: EVER, basis: 'as-known-now' },
  );

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
