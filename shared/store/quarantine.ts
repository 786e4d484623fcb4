import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { toInstant } from '#shared/runtime/clock.ts';
import { environment } from '#shared/runtime/environment.ts';
import { type ListPlace, pageOfList } from './by-list.ts';
import { keys } from './keys.ts';
import {
  fromReceiptItem,
  loadReceipt,
  type Quarantined,
  type QuarantineState,
  quarantineList,
  replaceQuarantined,
} from './receipts.ts';
import { TABLE } from './table.ts';

/** What is of one state, from a place in the list on, at most `limit` (100): which, as the index was a moment ago, and each as it is now. */
export async function listQuarantined(
  table: DynamoDBDocumentClient,
  options: {
    readonly state: QuarantineState;
    readonly descending: boolean;
    readonly after: ListPlace | undefined;
    readonly limit: number;
  },
): Promise<{ found: Quarantined[]; next: ListPlace | undefined }> {
  const { state, ...page } = options;
  const { items, next } = await pageOfList(table, quarantineList(state), { keyOf: keys.receipt, ...page });
  const found = items
    .map(fromReceiptItem)
    .flatMap((receipt) => (receipt.status === 'quarantined' && receipt.quarantine === state ? [receipt] : []));
  return { found, next };
}

/** What is kept under this id, by a consistent read; undefined where it is not in quarantine and never was, or was refused since. */
export async function loadQuarantined(table: DynamoDBDocumentClient, id: string): Promise<Quarantined | undefined> {
  const receipt = await loadReceipt(table, id);
  return receipt?.status === 'quarantined' ? receipt : undefined;
}

/** From when on something waits too long in quarantine, in milliseconds: one day. */
const OVERDUE_MS = 24 * 3_600_000;

/** How much has been waiting for more than a day at that time (milliseconds since 1970): keys are read, and nothing else. */
export async function countOverdue(table: DynamoDBDocumentClient, now: number): Promise<number> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      IndexName: TABLE.indexes.byList.name,
      KeyConditionExpression: 'inList = :list AND listedAt < :before',
      ExpressionAttributeValues: { ':list': quarantineList('waiting'), ':before': toInstant(now - OVERDUE_MS) },
      Select: 'COUNT',
    },
  );
  let count = 0;
  for await (const { Count = 0 } of pages) count += Count;
  return count;
}

/** How often a change is tried on what others change at the same time. */
const ATTEMPTS = 4;

/**
 * Changes what is in quarantine by what it is now, for as long as `change` finds something to change; what it is then, or undefined
 * where it is there no more.
 */
export async function changeQuarantined(
  table: DynamoDBDocumentClient,
  id: string,
  change: (now: Quarantined) => Quarantined | undefined,
): Promise<Quarantined | undefined> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const now = await loadQuarantined(table, id);
    const after = now && change(now);
    if (!now || !after) return now;
    if (await replaceQuarantined(table, now, after)) return after;
  }
  throw Object.assign(new Error(`${id} is being changed by others.`), { name: 'TransactionInProgressException' });
}

/**
 * Sends something in quarantine on again and notes that it was. Noted before as well as after: what is set aside anew in between is
 * news, and stays. A crash on the way leaves it waiting, to be sent on once more, which changes nothing where it was recorded.
 */
export async function replayQuarantined(
  table: DynamoDBDocumentClient,
  found: Quarantined,
  by: { readonly id: string; readonly at: string },
  send: () => Promise<void>,
): Promise<Quarantined | undefined> {
  const isSame = (now: Quarantined) => now.at === found.at && now.quarantine === 'waiting';
  await changeQuarantined(table, found.eventId, (now) => (isSame(now) ? { ...now, replayedAt: by.at } : undefined));
  await send();
  return changeQuarantined(table, found.eventId, (now) =>
    isSame(now) ? { ...now, quarantine: 'replayed', settled: { by: by.id, at: by.at } } : undefined,
  );
}
