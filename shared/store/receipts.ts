import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Refusal } from '#shared/domain/record/refusal.ts';
import { environment } from '#shared/runtime/environment.ts';
import { listedIn } from './by-list.ts';
import { keys, subjectKey } from './keys.ts';
import { TABLE } from './table.ts';

/** How long a refusal is remembered, in seconds: 30 days, more than the 96 hours in which an event may be delivered again. */
const REJECTION_SECONDS = 30 * 24 * 3600;

/** Why something is set aside: the first five by the recorder, or by the door too, the others where a partner's message comes in. */
export const QUARANTINE_REASONS = [
  'unknown-event',
  'invalid-event',
  'record-missing',
  'version-ahead',
  'occurred-in-future',
  'not-yours',
  'refused',
  'gate-closed',
  'malformed',
  'mapping-failed',
  'event-type-not-allowed',
  'id-reused',
  'unknown-reference',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** Where something in quarantine stands: it waits for a person, was sent past its rules again, or was given up. */
export const QUARANTINE_STATES = ['waiting', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

interface Common {
  readonly eventId: string;
  readonly recordId?: string;
  /** The `detail-type` it came under. */
  readonly type: string;
  readonly at: string;
  readonly actor?: { readonly type: string; readonly id: string };
  readonly correlationId?: string;
}

/** What became of an event that was not recorded. */
export type Receipt = Common &
  (
    | { readonly status: 'rejected'; readonly refusal: Refusal }
    | {
        readonly status: 'quarantined';
        readonly reason: QuarantineReason;
        readonly errors: readonly { pointer: string; detail: string }[];
        /** The whole event as JSON text, to be mended and replayed; undefined where the door could make none. */
        readonly event?: string;
        readonly partner?: string;
        /** When the partner's message came in, an instant; otherwise as `at`. */
        readonly receivedAt?: string;
        /** Of a partner's message: under which id its raw body is kept, and by which mapping it could not be taken. */
        readonly deliveryId?: string;
        readonly mappingVersion?: number;
        /** `waiting` from the start. */
        readonly quarantine?: QuarantineState;
        /** When it was last sent on again, an instant: what sets it aside after that is news. */
        readonly replayedAt?: string;
        /** Who settled it and, of what was discarded, why. */
        readonly settled?: { readonly by: string; readonly at: string; readonly reason?: string };
        /** Another one after each change, so that of two who change it at the same time one looks again. */
        readonly revision?: string;
      }
  );

export type Quarantined = Receipt & { readonly status: 'quarantined' };

export function fromReceiptItem(item: Record<string, unknown>): Receipt {
  const { pk: _, sk: __, expiresAt: ___, inList: ____, listedAt: _____, ...receipt } = item;
  return receipt as unknown as Receipt;
}

/** Under what name the list of one state stands in the index. */
export const quarantineList = (state: QuarantineState): string => `quarantine#${state}`;

/** How long what was settled in quarantine can still be looked at, in seconds: 90 days, as deliveries. */
const SETTLED_SECONDS = 90 * 24 * 3600;

const secondsAfter = (instant: string, seconds: number) => Math.floor(Date.parse(instant) / 1000) + seconds;

function toItem(receipt: Receipt): Record<string, unknown> {
  const key = keys.receipt(receipt.eventId);
  if (receipt.status === 'rejected')
    return { ...key, ...receipt, expiresAt: secondsAfter(receipt.at, REJECTION_SECONDS) };
  const { settled, quarantine = 'waiting' } = receipt;
  return {
    ...key,
    quarantine,
    revision: `${receipt.at}#1`,
    ...receipt,
    ...listedIn(quarantineList(quarantine), { at: receipt.at, id: receipt.eventId }),
    ...(settled ? { expiresAt: secondsAfter(settled.at, SETTLED_SECONDS) } : {}),
  };
}

/**
 * Keeps what became of an event. The first word stands, and a second one for the same event changes nothing; only what had been
 * quarantined can still be refused, and what was replayed from there can be set aside again.
 */
export async function putReceipt(table: DynamoDBDocumentClient, receipt: Receipt): Promise<void> {
  if (receipt.status === 'rejected') {
    await put(table, receipt, {
      ConditionExpression: 'attribute_not_exists(pk) OR #status = :quarantined',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':quarantined': 'quarantined' },
    });
    return;
  }
  if (await put(table, receipt, { ConditionExpression: 'attribute_not_exists(pk)' })) return;
  const before = await loadReceipt(table, receipt.eventId);
  if (before?.status !== 'quarantined' || !before.replayedAt || before.quarantine === 'discarded') return;
  await replaceQuarantined(table, before, receipt);
}

/** Puts something in quarantine in the place of what was read there. False where that has been changed in the meantime. */
export const replaceQuarantined = (
  table: DynamoDBDocumentClient,
  before: Quarantined,
  after: Quarantined,
): Promise<boolean> =>
  put(
    table,
    { ...after, revision: nextRevision(before, after) },
    {
      ConditionExpression: 'revision = :revision',
      ExpressionAttributeValues: { ':revision': before.revision },
    },
  );

/** Names when it was set aside as well: what is set aside anew is another one, though it counts from one again. */
const nextRevision = ({ revision = '#0' }: Quarantined, { at }: Quarantined) =>
  `${at}#${Number(revision.slice(revision.indexOf('#') + 1)) + 1}`;

/** Whether the condition held. */
async function put(
  table: DynamoDBDocumentClient,
  receipt: Receipt,
  condition: Pick<PutCommandInput, 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>,
): Promise<boolean> {
  try {
    await table.send(new PutCommand({ TableName: environment('tableName'), Item: toItem(receipt), ...condition }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/**
 * Quarantines an event that waited for its record in vain, unless the record has come meanwhile: then it answers false, and the
 * event can be recorded. Together with the look for waiting events when a record comes, no event is left behind.
 */
export async function quarantineWithoutRecord(
  table: DynamoDBDocumentClient,
  receipt: Receipt & { recordId: string },
): Promise<boolean> {
  const TableName = environment('tableName');
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName,
              Key: subjectKey(receipt.recordId),
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          { Put: { TableName, Item: toItem(receipt) } },
          { Put: { TableName, Item: { ...keys.waiting(receipt.recordId, receipt.eventId), event: receipt.eventId } } },
          { Put: { TableName, Item: keys.awaited(receipt.recordId) } },
        ],
      }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons;
    if (reasons?.[0]?.Code === 'ConditionalCheckFailed') return false;
    throw error;
  }
}

export async function loadReceipt(table: DynamoDBDocumentClient, eventId: string): Promise<Receipt | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: keys.receipt(eventId), ConsistentRead: true }),
  );
  return Item ? fromReceiptItem(Item) : undefined;
}

/** Keys of everything that is known of an event: its idempotency item, its place in a record's history, its receipt. */
export async function traceEvent(
  table: DynamoDBDocumentClient,
  eventId: string,
): Promise<{ pk: string; sk: string }[]> {
  const { Items } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      IndexName: TABLE.indexes.byEvent.name,
      KeyConditionExpression: 'eventId = :eventId',
      ExpressionAttributeValues: { ':eventId': eventId },
    }),
  );
  return (Items ?? []).map((item) => ({ pk: item['pk'] as string, sk: item['sk'] as string }));
}
