import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { RecordState } from '#shared/domain/record/state.ts';
import { RECORD_SK } from '#shared/store/keys.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import type { LoadedRecord } from '#shared/store/records.ts';
import { type Contribution, contributionOf } from './contribution.ts';
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

/** A change that cannot be read, by its place and name alone. */
export interface Unreadable {
  readonly sequence: string;
  readonly recordId: string;
  readonly error: string;
}

/**
 * The changes of records in a batch of the table's stream, in its order. One that cannot be read is told apart and stands in nobody's
 * way; it is the same each time it is delivered.
 */
export function readChanges(records: readonly DynamoDBRecord[]): { changes: Change[]; unreadable: Unreadable[] } {
  const changes: Change[] = [];
  const unreadable: Unreadable[] = [];
  for (const record of records) {
    if (record.dynamodb?.Keys?.['sk']?.S !== RECORD_SK) continue;
    try {
      changes.push(readChange(record));
    } catch (error) {
      unreadable.push({
        sequence: record.dynamodb.SequenceNumber ?? '',
        recordId: record.dynamodb.Keys['pk']?.S ?? '',
        error: error instanceof Error ? error.name : 'unknown',
      });
    }
  }
  return { changes, unreadable };
}

function readChange({ dynamodb }: DynamoDBRecord): Change {
  const [old, now] = [readImage(dynamodb?.OldImage), readImage(dynamodb?.NewImage)];
  const state = now?.state ?? old?.state;
  if (!state) throw new Error('The change has no image.');
  const sequence = BigInt(dynamodb?.SequenceNumber as string);
  const before = old ? contributionOf(old.state) : null;
  // A record's item is never deleted by the product; should somebody do it, nothing comes after.
  if (!now) return { sequence, recordId: state.id, version: Number.MAX_SAFE_INTEGER, before, after: null };
  // What the journal cannot keep must not be found out half way.
  for (const id of [state.id, now.event.eventId]) ulidParts(id);
  const after = contributionOf(now.state);
  return { sequence, recordId: state.id, version: state.version, before, after, step: stepOf(old?.state, now) };
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
