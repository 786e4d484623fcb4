import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { RECORD_SK } from '#shared/store/keys.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import { type Contribution, contributionOf } from './contribution.ts';

/** A record's step from one version to the next, as what it added before and what it adds after. */
export interface Change {
  readonly sequence: bigint;
  readonly recordId: string;
  /** The version that it came to. */
  readonly version: number;
  readonly before: Contribution | null;
  readonly after: Contribution | null;
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
  const [before, after] = [readImage(dynamodb?.OldImage), readImage(dynamodb?.NewImage)];
  const state = after ?? before;
  if (!state) throw new Error('The change has no image.');
  return {
    sequence: BigInt(dynamodb?.SequenceNumber as string),
    recordId: state.id,
    // A record's item is never deleted by the product; should somebody do it, nothing comes after.
    version: after ? after.version : Number.MAX_SAFE_INTEGER,
    before: before ? contributionOf(before) : null,
    after: after ? contributionOf(after) : null,
  };
}

function readImage(image: NonNullable<DynamoDBRecord['dynamodb']>['NewImage']) {
  if (!image) return undefined;
  const { state } = fromRecordItem(unmarshall(image as Parameters<typeof unmarshall>[0]));
  if (!Number.isSafeInteger(state.version)) throw new Error('The record has no version.');
  return state;
}
