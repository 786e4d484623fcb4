import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Key, keys, RECEIPT_SK } from './keys.ts';
import { fromReceiptItem, type Receipt } from './receipts.ts';
import { batchGet } from './records.ts';
import type { StoredEvent } from './stored-event.ts';

/** What is known of an event at what it tells of: a record, or an entity. */
export interface Standing<Loaded> {
  readonly record: Loaded | undefined;
  /** Whether the latest event is in the history already. */
  readonly latestKept: boolean;
  /** Whether this event has been recorded. */
  readonly recorded: boolean;
  /** What became of it where it was refused or quarantined. */
  readonly receipt: Receipt | undefined;
}

/**
 * Where an event stands, by consistent reads: the record first, then the history and the receipt, since a batch is not read at one
 * moment. The record's latest event need not be in the history yet; every earlier one is, as recording makes sure of it before the
 * record moves on. So an event that is in neither was not recorded when the record was read.
 */
export async function standingAt<Loaded extends { readonly event: StoredEvent }>(
  table: DynamoDBDocumentClient,
  load: (table: DynamoDBDocumentClient, id: string) => Promise<Loaded | undefined>,
  recordId: string,
  eventId: string,
): Promise<Standing<Loaded>> {
  const record = await load(table, recordId);
  const latest = record?.event.eventId;
  if (latest === eventId) return { record, latestKept: false, recorded: true, receipt: undefined };
  const items = await batchGet(table, [
    keys.history(recordId, eventId),
    keys.receipt(eventId),
    ...(latest ? [keys.history(recordId, latest)] : []),
  ]);
  const has = (key: Key) => items.some(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const receipt = items.find(({ sk }) => sk === RECEIPT_SK);
  return {
    record,
    latestKept: latest !== undefined && has(keys.history(recordId, latest)),
    recorded: has(keys.history(recordId, eventId)),
    receipt: receipt ? fromReceiptItem(receipt) : undefined,
  };
}
