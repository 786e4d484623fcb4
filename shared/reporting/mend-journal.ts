import { fingerprint } from '#shared/runtime/ids.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import type { Cubes } from '#shared/store/cubes.ts';
import { type HistoryItem, historyItem, statesOf } from '#shared/store/history.ts';
import type { Journal, JournalItem } from '#shared/store/journal.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import { stepOf } from './changes.ts';
import { itemsOf } from './journal.ts';
import { byRecord, type RecordItems } from './recount.ts';
import { type SnapshotParts, takeSnapshot } from './snapshots.ts';
import { inRecordingOrder, type Standing, type StayChange, type Step } from './standing.ts';
import { decodeSteps, OtherVocabulary } from './step-packing.ts';

export interface MendingParts extends SnapshotParts {
  readonly aggregates: Pick<Aggregates, 'scanRecords'>;
  readonly journal: Journal;
  readonly cubes: Cubes;
  readonly log: { warn(message: string, details: Record<string, unknown>): void };
}

export interface Mended {
  /** Steps that the journal lacked, or had otherwise than the records' history tells them. */
  readonly steps: number;
  /** Snapshots that were made anew. */
  readonly snapshots: number;
  /** Records whose history cannot be read: their ids. */
  readonly unreadable: readonly string[];
}

const FIRST_DAY = '0000';
const LAST_DAY = '9999';
/** Steps that go into an item. */
const STEPS_AT_ONCE = 500;

/**
 * Makes the journal say what the records' history says: what it lacks or has otherwise is written once more, as the latest word, what
 * cannot be read any more is taken out, and snapshots that rest on it are made anew. Records may change meanwhile: every step follows
 * from the history, so whoever writes one writes the same. Nothing changes where nothing was missing.
 */
export async function mendJournal(parts: MendingParts): Promise<Mended> {
  const { aggregates, journal, log } = parts;
  const number = (await journal.mendings()) + 1;
  const { known, illegible } = await readAll(journal);
  const missing: Step[] = [];
  const unreadable: string[] = [];
  for await (const items of byRecord(aggregates.scanRecords())) {
    try {
      for (const step of stepsOfHistory(items)) if (known.get(keyOf(step))?.print !== printOf(step)) missing.push(step);
    } catch (error) {
      unreadable.push(items.id);
      log.warn('The history of a record cannot be read.', { recordId: items.id, error: (error as Error).name });
    }
  }
  if (missing.length === 0 && illegible.length === 0) return { steps: 0, snapshots: 0, unreadable };
  missing.sort(inRecordingOrder);
  for (let start = 0; start < missing.length; start += STEPS_AT_ONCE) {
    const some = missing.slice(start, start + STEPS_AT_ONCE);
    const batch = fingerprint('mended', String(number), ...some.map(keyOf));
    for (const item of itemsOf(some, batch)) await journal.put({ ...item, mended: number });
  }
  await journal.delete(illegible);
  const instants: string[] = [];
  for await (const { at } of parts.cubes.upTo(LAST_DAY)) instants.push(at);
  const [newest = ''] = instants;
  // What is missing after the newest may only have been on its way.
  if (illegible.length === 0 && !missing.some(({ recordedAt }) => recordedAt <= newest))
    return { steps: missing.length, snapshots: 0, unreadable };
  // From here on all of them are void. The oldest first: each begins at the one before.
  await journal.countMending();
  for (const at of instants.reverse()) await takeSnapshot(parts, at);
  return { steps: missing.length, snapshots: instants.length, unreadable };
}

/** The steps of a record as its history tells them. Throws where one is missing, or cannot be read. */
export function stepsOfHistory({ record, history }: RecordItems): Step[] {
  const items = history.map((item) => item as unknown as HistoryItem).sort((a, b) => a.version - b.version);
  const latest = record ? historyItem(fromRecordItem(record)) : undefined;
  // The latest event may not have its own item yet.
  if (latest && latest.version > (items.at(-1)?.version ?? 0)) items.push(latest);
  const states = statesOf(items);
  return items.map((item, index) => {
    const state = states[index];
    if (!state || item.version !== index + 1) throw new Error(`The history lacks version ${index + 1}.`);
    return stepOf(states[index - 1], { state, event: item });
  });
}

/** What the journal says of every step, and its items that cannot be read. */
async function readAll(journal: Journal) {
  const known = new Map<string, { readonly mended: number; readonly print: string }>();
  const illegible: JournalItem[] = [];
  for (const day of await journal.days(FIRST_DAY, LAST_DAY))
    for (const item of await journal.ofDay(day, '', LAST_DAY)) {
      const { mended = 0 } = item;
      try {
        for (const step of decodeSteps(item.steps))
          if (mended >= (known.get(keyOf(step))?.mended ?? 0)) known.set(keyOf(step), { mended, print: printOf(step) });
      } catch (error) {
        if (!(error instanceof OtherVocabulary)) throw error;
        illegible.push(item);
      }
    }
  return { known, illegible };
}

const keyOf = ({ recordId, version }: Step) => `${recordId} ${version}`;

/** Equal for equal steps, in whatever order their fields were set. */
const printOf = ({ before, after, stays, ...of }: Step): string => {
  const { eventId, verb, recordedAt, occurredAt } = of;
  return fingerprint(
    JSON.stringify([eventId, verb, recordedAt, occurredAt, valuesOf(before), valuesOf(after), stays.map(valuesOf)]),
  );
};

const valuesOf = (of: Standing | StayChange | null) =>
  of &&
  Object.entries(of)
    .map(([name, value]) => [name, String(value)])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
