import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Kind } from '#shared/domain/pipeline/ladders.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import type { CubeHead, Cubes } from '#shared/store/cubes.ts';
import { type Basis, foldHistory, type HistoryItem, loadHistory } from '#shared/store/history.ts';
import { dayOfInstant, type Journal, type JournalItem } from '#shared/store/journal.ts';
import { loadRecord } from '#shared/store/records.ts';
import { contributionOf } from './contribution.ts';
import {
  addStanding,
  addStays,
  addStep,
  branchOf,
  type Cube,
  type CubeDraft,
  type CubeFilter,
  cubeOf,
  emptyDraft,
  filtered,
  JournalGap,
} from './cube.ts';
import { decodeCube } from './cube-packing.ts';
import { VOCABULARY } from './heads.ts';
import { inRecordingOrder, type Step, standingOf, stayChanges } from './standing.ts';
import { decodeSteps, OtherVocabulary } from './step-packing.ts';

/** The steps recorded after `from` (from the beginning unless given) and not after `to`; both are instants. */
export interface Span {
  readonly from?: string;
  readonly to: string;
}

/** A span of time, as it was known then: how the pipeline stood at its ends and stands now, and each step between. */
export interface Passage {
  readonly opening: Cube;
  readonly closing: Cube;
  /** By all that has been recorded. */
  readonly latest: Cube;
  /** Recorded in the span, in recording order. */
  readonly steps: readonly Step[];
  /** Recorded after it, in recording order. */
  readonly since: readonly Step[];
}

/** Where a span begins. */
export interface KnownOpening {
  /** Packed, and kept since the journal was last mended. */
  readonly cube: Uint8Array;
  /** Every step recorded after it, until now, in recording order. */
  readonly since: readonly Step[];
}

/** What was known of the pipeline at earlier times, at the cost of a snapshot and of what changed since. */
export interface Past {
  /**
   * Every step recorded in a span, once, in recording order. Throws {@link JournalGap} where one between two others of a record is
   * missing.
   */
  readSteps(span: Span): Promise<Step[]>;
  /**
   * The pipeline at an instant, as it was known then or as it is known now. Counting must have passed the instant. Throws
   * {@link JournalGap} where a change is missing.
   */
  standingAsOf(at: string, basis: Basis, filter?: CubeFilter): Promise<Cube>;
  /**
   * A span as it was known then, for one snapshot and one reading of the journal since: the closing is the opening and these very steps.
   * Counting must have passed its end. It begins at what is known of its opening, or else at the newest snapshot. Throws
   * {@link JournalGap} where a change is missing.
   */
  passage(span: Required<Span>, known?: KnownOpening): Promise<Passage>;
  /** How often the journal has been mended: what was added up before the latest time is void. */
  mendings(): Promise<number>;
}

/** Every event of a record in the order of recording; undefined where there is no such record. */
export type LoadEvents = (recordId: string) => Promise<readonly HistoryItem[] | undefined>;

export interface PastParts {
  readonly journal: Journal;
  readonly cubes: Cubes;
  readonly loadEvents: LoadEvents;
}

/** Events are told up to 5 minutes before they happen; whatever was recorded longer ago has happened. */
const AHEAD_MILLISECONDS = 3600 * 1000;
/** Later than any instant. */
export const EVER = '9999';
/** Days of the journal that are read at once. */
const DAYS_AT_ONCE = 8;
/** Histories that are read at once. */
const AT_ONCE = 16;

/** The histories of records as they lie in the table. */
export const eventsIn =
  (table: DynamoDBDocumentClient): LoadEvents =>
  async (recordId) => {
    const record = await loadRecord(table, recordId);
    return record && loadHistory(table, record);
  };

export function openPast({ journal, cubes, loadEvents }: PastParts): Past {
  return {
    async readSteps(span) {
      const steps: Step[] = [];
      for await (const ofDay of stepsByDay(journal, span)) for (const step of ofDay) steps.push(step);
      return steps;
    },

    async standingAsOf(at, basis, filter = {}) {
      const draft = await knownThen(at);
      if (basis === 'as-known-now') await correct(draft, at);
      return filtered(cubeOf(draft, at), filter);
    },

    mendings: () => journal.mendings(),

    async passage({ from, to }, known) {
      const { draft, told } = known ? { draft: decodeCube(known.cube), told: known.since } : await sinceSnapshot(from);
      const opening = cubeOf(draft, from);
      const { steps, since } = splitAt(told, to);
      const closing = afterSteps(opening, steps, to);
      return {
        opening,
        closing,
        latest: since.length > 0 ? afterSteps(closing, since, EVER) : closing,
        steps,
        since,
      };
    },
  };

  /** The pipeline at an instant, and every step recorded after it. */
  async function sinceSnapshot(at: string): Promise<{ draft: CubeDraft; told: Step[] }> {
    const snapshot = await newestSnapshot(at);
    const draft = snapshot?.draft ?? emptyDraft();
    const told: Step[] = [];
    for await (const ofDay of stepsByDay(journal, { ...(snapshot ? { from: snapshot.at } : {}), to: EVER }))
      for (const step of ofDay)
        if (step.recordedAt <= at) addStep(draft, step);
        else told.push(step);
    return { draft, told };
  }

  async function knownThen(at: string): Promise<CubeDraft> {
    const snapshot = await newestSnapshot(at);
    const draft = snapshot?.draft ?? emptyDraft();
    for await (const steps of stepsByDay(journal, { ...(snapshot ? { from: snapshot.at } : {}), to: at }))
      for (const step of steps) addStep(draft, step);
    return draft;
  }

  async function newestSnapshot(at: string): Promise<{ at: string; draft: CubeDraft } | undefined> {
    const mended = await journal.mendings();
    for await (const head of cubes.upTo(at)) {
      if (!isUsable(head, mended)) continue;
      const bytes = await cubes.bytes(head);
      if (bytes) return { at: head.at, draft: decodeCube(bytes) };
    }
    return undefined;
  }

  /**
   * Puts what is known now in the place of what was known then, for each record of which the two can differ: of which something was
   * recorded later that had happened by then, or recorded by then that had not happened.
   */
  async function correct(draft: CubeDraft, at: string): Promise<void> {
    const from = new Date(Date.parse(at) - AHEAD_MILLISECONDS).toISOString();
    const differing = new Set<string>();
    for await (const steps of stepsByDay(journal, { from, to: EVER }))
      for (const { recordId, recordedAt, occurredAt } of steps)
        if (recordedAt > at !== occurredAt > at) differing.add(recordId);
    const ids = [...differing];
    for (let start = 0; start < ids.length; start += AT_ONCE) {
      const histories = await Promise.all(ids.slice(start, start + AT_ONCE).map(loadEvents));
      for (const [index, items] of histories.entries()) {
        if (!items) throw new JournalGap(`The journal tells of ${ids[start + index]}, which is not there.`);
        const kind = kindOfId(ids[start + index] as string) as Kind;
        const then = foldHistory(items, { asOf: at, basis: 'as-known-then' });
        const now = foldHistory(items, { asOf: at, basis: 'as-known-now' });
        replace(draft, kind, then, now);
      }
    }
  }
}

/** Steps, those that were recorded by an instant apart from the later ones. */
export const splitAt = (told: readonly Step[], at: string): Pick<Passage, 'steps' | 'since'> => ({
  steps: told.filter(({ recordedAt }) => recordedAt <= at),
  since: told.filter(({ recordedAt }) => recordedAt > at),
});

function afterSteps(cube: Cube, steps: readonly Step[], at: string): Cube {
  const draft = branchOf(cube);
  for (const step of steps) addStep(draft, step);
  return cubeOf(draft, at);
}

/** What was kept by other lists, or before the journal was mended, or is about to be deleted, is not read. */
const isUsable = ({ mended, vocabulary }: CubeHead, mendings: number) =>
  mended === mendings && vocabulary === VOCABULARY;

function replace(draft: CubeDraft, kind: Kind, old: RecordState | undefined, next: RecordState | undefined): void {
  const [before, after] = [old && standingOf(old), next && standingOf(next)];
  if (before) addStanding(draft, before, -1);
  if (after) addStanding(draft, after, 1);
  addStays(draft, kind, stayChanges(old ? contributionOf(old) : null, next ? contributionOf(next) : null));
}

/**
 * The steps of a span, a day in UTC at a time, each once and in recording order. Throws {@link JournalGap} where one is missing between
 * two others of a record, or before its first since the journal began, and where some cannot be read.
 */
async function* stepsByDay(journal: Journal, { from = '', to }: Span): AsyncGenerator<Step[]> {
  const versions = new Map<string, number>();
  const days = await journal.days(dayOfInstant(from), dayOfInstant(to));
  for (let start = 0; start < days.length; start += DAYS_AT_ONCE) {
    const read = days.slice(start, start + DAYS_AT_ONCE).map((day) => journal.ofDay(day, from, to));
    for (const items of await Promise.all(read)) {
      const steps = distinct(
        items.flatMap(({ steps: bytes, mended = 0 }) => readable(bytes).map((step) => ({ step, mended }))),
      );
      const wanted = steps.filter(({ recordedAt }) => recordedAt > from && recordedAt <= to).sort(inRecordingOrder);
      for (const { recordId, version } of wanted) {
        const before = versions.get(recordId) ?? (from === '' ? 0 : undefined);
        if (before !== undefined && version !== before + 1)
          throw new JournalGap(`The journal goes from version ${before} of ${recordId} to ${version}.`);
        versions.set(recordId, version);
      }
      yield wanted;
    }
  }
}

/** Each step once: as the latest mending has it. */
function distinct(found: readonly { readonly step: Step; readonly mended: number }[]): Step[] {
  const kept = new Map<string, (typeof found)[number]>();
  for (const each of found) {
    const key = `${each.step.recordId} ${each.step.version}`;
    if (each.mended >= (kept.get(key)?.mended ?? 0)) kept.set(key, each);
  }
  return [...kept.values()].map(({ step }) => step);
}

function readable(bytes: JournalItem['steps']): Step[] {
  try {
    return decodeSteps(bytes);
  } catch (error) {
    if (error instanceof OtherVocabulary) throw new JournalGap(error.message);
    throw error;
  }
}
