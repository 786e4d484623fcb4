import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { RecordState } from '#shared/domain/record/state.ts';
import { RECORD_SK } from '#shared/store/keys.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import type { LoadedRecord } from '#shared/store/records.ts';
import { type Contribution, contributionOf, uncountableReason } from './contribution.ts';
import { ulidParts } from './id-packing.ts';
import { type Step, standingOf, stayChanges } from './standing.ts';

/** A record's step from one version to the next, as what it added before and what it adds after. */
export interface Change {
  readonly sequence: bigint;
  readonly recordId: string;
  /** The version that it came to. */
  readonly version: number;
  readonly before: Contribution | null;
  readonly after: Contribution | null;
  /** What the journal keeps of it; absent where the item was deleted, which the product never does. */
  readonly step?: Step;
}

/** A record that is left out of the pipeline, by its id and the reason alone. */
export interface Uncounted {
  readonly recordId: string;
  /** A sentence without any of the record's content. */
  readonly reason: string;
}

/** What a batch of the table's stream says of records. */
export interface ReadChanges {
  /** In the order of the stream. */
  readonly changes: readonly Change[];
  /** Records that the batch leaves in a state that cannot be counted. */
  readonly uncounted: readonly Uncounted[];
  /** Ids of records that could not be counted before and can be now. */
  readonly countable: readonly string[];
}

/**
 * Reads the changes of records. A record that cannot be counted adds nothing, as a rebuild would have it, and is reported at once: the
 * reason lies in the record, so trying again would only hold up all that comes after it. A change that cannot be read at all is left
 * out; a rebuild counts its record again.
 */
export function readChanges(records: readonly DynamoDBRecord[]): ReadChanges {
  const changes: Change[] = [];
  // By record, the latest state in the batch: why it cannot be counted, or undefined where it can be again.
  const latest = new Map<string, string | undefined>();
  for (const record of records) {
    if (record.dynamodb?.Keys?.['sk']?.S !== RECORD_SK) continue;
    const recordId = record.dynamodb.Keys['pk']?.S ?? '';
    try {
      const { change, reason, wasUncounted } = readChange(record);
      changes.push(change);
      if (reason !== undefined || wasUncounted || latest.has(recordId)) latest.set(recordId, reason);
    } catch (error) {
      latest.set(recordId, `The change cannot be read: ${error instanceof Error ? error.name : 'unknown'}.`);
    }
  }
  return {
    changes,
    uncounted: [...latest].flatMap(([recordId, reason]) => (reason === undefined ? [] : [{ recordId, reason }])),
    countable: [...latest].flatMap(([recordId, reason]) => (reason === undefined ? [recordId] : [])),
  };
}

interface ReadChange {
  readonly change: Change;
  readonly reason: string | undefined;
  readonly wasUncounted: boolean;
}

function readChange({ dynamodb }: DynamoDBRecord): ReadChange {
  const [old, now] = [readImage(dynamodb?.OldImage), readImage(dynamodb?.NewImage)];
  const state = now?.state ?? old?.state;
  if (!state) throw new Error('The change has no image.');
  const sequence = BigInt(dynamodb?.SequenceNumber as string);
  const before = old ? contributionOf(old.state) : null;
  const wasUncounted = old !== undefined && uncountableReason(old.state) !== undefined;
  // The product never deletes a record's item; if somebody does, nothing comes after.
  if (!now) {
    const change = { sequence, recordId: state.id, version: Number.MAX_SAFE_INTEGER, before, after: null };
    return { change, reason: undefined, wasUncounted };
  }
  // Fail here rather than half way through: the journal stores ids as ULIDs.
  for (const id of [state.id, now.event.eventId]) ulidParts(id);
  const after = contributionOf(now.state);
  return {
    change: { sequence, recordId: state.id, version: state.version, before, after, step: stepOf(old?.state, now) },
    reason: uncountableReason(now.state),
    wasUncounted,
  };
}

/** The step that a record has just taken. */
export function stepOf(old: RecordState | undefined, { state, event }: LoadedRecord): Step {
  const { eventId, verb, recordedAt, occurredAt } = event;
  return {
    recordId: state.id,
    version: state.version,
    eventId,
    verb,
    recordedAt,
    occurredAt,
    before: old ? standingOf(old) : null,
    after: standingOf(state),
    stays: stayChanges(old ? contributionOf(old) : null, contributionOf(state)),
  };
}

function readImage(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']): LoadedRecord | undefined {
  if (!image) return undefined;
  const loaded = fromRecordItem(unmarshall(image as Parameters<typeof unmarshall>[0]));
  if (!Number.isSafeInteger(loaded.state.version)) throw new Error('The record has no version.');
  return loaded;
}
