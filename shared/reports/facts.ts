import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { shownOrganisations } from '#shared/domain/organisation/organisation.ts';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { isConfidential } from '#shared/domain/record/confidentiality.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import { type Standing, type Step, standingOf } from '#shared/reporting/standing.ts';
import { type Basis, foldHistory, type HistoryItem, loadHistory } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { loadRecords } from '#shared/store/list.ts';
import { loadOrganisations } from '#shared/store/organisations.ts';
import { type RecordBrief, readBriefs } from '#shared/store/record-brief.ts';
import { batchGet, type LoadedRecord } from '#shared/store/records.ts';
import type { EventFacts, RecordFacts } from './material.ts';

/** `BatchGetItem` takes a hundred at most. */
const AT_ONCE = 100;
/** Histories that are read at once. */
const HISTORIES_AT_ONCE = 16;
/** Events are told up to 5 minutes before they happen; what was recorded longer ago has happened. */
const AHEAD_MS = 3_600_000;

const inParts = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, part) => items.slice(part * size, (part + 1) * size));

export interface Moment {
  readonly cutOff: string;
  readonly basis: Basis;
}

/** The records of these ids, with the latest event of each. */
export async function loadAll(
  table: DynamoDBDocumentClient,
  ids: ReadonlySet<string>,
): Promise<Map<string, LoadedRecord>> {
  const found = await Promise.all(inParts([...ids], AT_ONCE).map((some) => loadRecords(table, some)));
  return new Map(found.flatMap((some) => [...some]));
}

/**
 * What is said of records whose latest steps these are, by id: of those that the index knows as they left them. It is read by kind and
 * stage, so that what it costs is what lies within the span, which these steps were recorded in.
 */
export async function loadUnchanged(
  table: DynamoDBDocumentClient,
  latest: ReadonlyMap<string, Step>,
  span: Readonly<Record<'from' | 'to', string>>,
): Promise<Map<string, RecordBrief>> {
  const standings = [...latest.values()].flatMap(({ before, after }) => after ?? before ?? []);
  const groups = new Map(standings.map(({ kind, stage }) => [`${kind}/${stage}`, { kind, stage, ...span }]));
  const found = await Promise.all([...groups.values()].map((group) => readBriefs(table, group)));
  return new Map(
    found
      .flat()
      .filter(({ id, event }) => latest.get(id)?.eventId === event.eventId)
      .map((brief) => [brief.id, brief]),
  );
}

/** What a report says of records that have not changed since its cut-off; how they stood then, the journal tells. */
export const factsOfUnchanged = (
  briefs: ReadonlyMap<string, RecordBrief>,
  stood: ReadonlyMap<string, Standing | null>,
): Map<string, RecordFacts> =>
  new Map(
    [...briefs].map(([id, { title, organisations, nextStep, confidential }]) => [
      id,
      {
        id,
        kind: kindOfId(id) as Kind,
        standing: stood.get(id) ?? null,
        title,
        organisations: nameless(organisations),
        ...(nextStep ? { nextStep } : {}),
        confidential,
      },
    ]),
  );

const nameless = (ids: readonly string[]): RecordFacts['organisations'] => ids.map((id) => ({ id, name: null }));

/**
 * What a report says of records, as they were at the cut-off. The history is read of those alone that have changed since; one that
 * was not there yet is left out.
 */
export async function factsOf(
  table: DynamoDBDocumentClient,
  records: ReadonlyMap<string, LoadedRecord>,
  moment: Moment,
): Promise<Map<string, RecordFacts>> {
  const states = new Map<string, RecordState>();
  const changed: LoadedRecord[] = [];
  for (const [id, record] of records)
    if (record.state.updatedAt <= settledBy(moment)) states.set(id, record.state);
    else changed.push(record);
  for (let start = 0; start < changed.length; start += HISTORIES_AT_ONCE)
    await Promise.all(
      changed.slice(start, start + HISTORIES_AT_ONCE).map(async (record) => {
        const view = { asOf: moment.cutOff, basis: moment.basis };
        const state = foldHistory(await loadHistory(table, record), view);
        if (state) states.set(record.state.id, state);
      }),
    );
  return new Map(
    [...states].map(([id, state]) => {
      const nextStep = state.fields['nextStep'] as RecordFacts['nextStep'];
      const now = records.get(id)?.state ?? state;
      return [
        id,
        {
          id,
          kind: state.kind,
          standing: standingOf(state),
          title: state.fields.title,
          organisations: nameless(state.fields.organisations),
          ...(nextStep ? { nextStep } : {}),
          confidential: isConfidential(state) || isConfidential(now),
        } satisfies RecordFacts,
      ];
    }),
  );
}

/**
 * The same records with the organisations that stand for theirs, and the names that those go by: as they are today, also where the rest is
 * what an earlier report left. What is left to the next one has the ids that the records themselves have.
 */
export async function withOrganisationNames(
  table: DynamoDBDocumentClient,
  records: ReadonlyMap<string, RecordFacts>,
): Promise<Map<string, RecordFacts>> {
  const ids = [...records.values()].flatMap(({ organisations }) => organisations.map(({ id }) => id));
  const named = await loadOrganisations(table, ids);
  const shown = ({ organisations }: RecordFacts) =>
    namesShown(
      organisations.map(({ id }) => id),
      named,
    );
  return new Map([...records].map(([id, facts]) => [id, { ...facts, organisations: shown(facts) }]));
}

/** The organisations that stand for these, each once, with the names that they go by; null for one that nothing is known of. */
export const namesShown = (
  ids: readonly string[],
  named: Parameters<typeof shownOrganisations>[1],
): RecordFacts['organisations'] =>
  shownOrganisations(ids, named).map((each) => ({ id: each.id, name: 'name' in each ? each.name : null }));

/** A record whose latest event was recorded by then is what it was at the cut-off. */
const settledBy = ({ cutOff, basis }: Moment): string =>
  basis === 'as-known-then' ? cutOff : new Date(Date.parse(cutOff) - AHEAD_MS).toISOString();

/** A record, as far as its latest event is asked of it. */
export type LatestEvent = Pick<RecordBrief, 'event'>;

/** What a report says of the events that moved a record or logged it as won or lost. The latest one of a record is in its item. */
export async function eventFactsOf(
  table: DynamoDBDocumentClient,
  steps: readonly Step[],
  records: ReadonlyMap<string, LatestEvent>,
): Promise<Map<string, EventFacts>> {
  const facts = new Map<string, EventFacts>();
  const wanted = steps.filter(({ before, after }) => after && before?.stage !== after.stage);
  const earlier = wanted.filter(({ recordId, eventId }) => {
    const latest = records.get(recordId)?.event;
    if (latest?.eventId !== eventId) return true;
    facts.set(eventId, eventFacts(latest));
    return false;
  });
  const wantedKeys = earlier.map(({ recordId, eventId }) => keys.history(recordId, eventId));
  for (const items of await Promise.all(inParts(wantedKeys, AT_ONCE).map((some) => batchGet(table, some))))
    for (const item of items) {
      const event = item as unknown as HistoryItem;
      facts.set(event.eventId, eventFacts(event));
    }
  return facts;
}

function eventFacts({ actor, data: { reason, lostReason } }: Pick<RecordBrief['event'], 'actor' | 'data'>): EventFacts {
  return { actor, ...(reason === undefined ? {} : { reason }), ...(lostReason === undefined ? {} : { lostReason }) };
}
