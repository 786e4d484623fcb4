import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  paginateQuery,
  paginateScan,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import type { ErasureReason } from '#shared/domain/contact/contact.ts';
import { environment } from '#shared/runtime/environment.ts';
import { batchGetFrom, overloaded } from './records.ts';
import { SCAN_PAGE } from './scan-page.ts';

/** One state of a person's data, sealed by the person's key. */
export interface SealedPerson {
  readonly contactId: string;
  /** The id of the event that it was written for. */
  readonly version: string;
  /** The key that sealed it. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
  /** An instant. */
  readonly writtenAt: string;
}

/** A person's key, wrapped. */
export interface WrappedKey {
  readonly contactId: string;
  readonly keyId: string;
  readonly wrapped: Uint8Array;
  /** The master key that wrapped it. */
  readonly masterKeyId: string;
  /** An instant. */
  readonly madeAt: string;
}

/** What stands in the place of the key of a person who was erased: it is never taken away, and no key is put in its place. */
export interface Tombstone {
  readonly contactId: string;
  /** The event by which the erasure is told; the same for whoever tells it. */
  readonly eventId: string;
  /** An instant. */
  readonly erasedAt: string;
  /** A user's id. */
  readonly by: string;
  readonly reason: ErasureReason;
  readonly correlationId: string;
}

export type KeyItem = WrappedKey | Tombstone;

export const isTombstone = (item: KeyItem): item is Tombstone => 'erasedAt' in item;

const people = () => environment('peopleTableName');
const peopleKeys = () => environment('peopleKeysTableName');

/** The keys of these people, or what stands in their place: those that there are, by contact. */
export async function loadKeyItems(
  table: DynamoDBDocumentClient,
  contactIds: Iterable<string>,
): Promise<Map<string, KeyItem>> {
  const keys = [...new Set(contactIds)].map((contactId) => ({ contactId }));
  const found = new Map<string, KeyItem>();
  for (let start = 0; start < keys.length; start += 100)
    for (const item of await batchGetFrom(table, peopleKeys(), keys.slice(start, start + 100)))
      found.set(item['contactId'] as string, item as unknown as KeyItem);
  return found;
}

/** Keeps the first key of a person. False where there is one, or the person was erased. */
export const putFirstKey = (table: DynamoDBDocumentClient, key: WrappedKey): Promise<boolean> =>
  holds(() =>
    table.send(
      new PutCommand({ TableName: peopleKeys(), Item: key, ConditionExpression: 'attribute_not_exists(contactId)' }),
    ),
  );

/** Keeps the same key, wrapped by another master key. False where it is not there any more, or was wrapped anew by somebody else. */
export const putRewrapped = (table: DynamoDBDocumentClient, key: WrappedKey, before: WrappedKey): Promise<boolean> =>
  holds(() =>
    table.send(
      new PutCommand({
        TableName: peopleKeys(),
        Item: key,
        ConditionExpression: 'keyId = :keyId AND masterKeyId = :before',
        ExpressionAttributeValues: { ':keyId': key.keyId, ':before': before.masterKeyId },
      }),
    ),
  );

/** Puts a tombstone over a person's key: from here on nothing of the person can be read or written. The first one stands (false). */
export const putTombstone = (table: DynamoDBDocumentClient, tombstone: Tombstone): Promise<boolean> =>
  holds(() =>
    table.send(
      new PutCommand({
        TableName: peopleKeys(),
        Item: tombstone,
        ConditionExpression: 'attribute_not_exists(erasedAt)',
      }),
    ),
  );

/** Deletes the key of somebody whose contact was never recorded; a tombstone stays. */
export const deleteKey = (
  table: DynamoDBDocumentClient,
  { contactId, keyId }: Pick<WrappedKey, 'contactId' | 'keyId'>,
): Promise<boolean> =>
  holds(() =>
    table.send(
      new DeleteCommand({
        TableName: peopleKeys(),
        Key: { contactId },
        ConditionExpression: 'keyId = :keyId',
        ExpressionAttributeValues: { ':keyId': keyId },
      }),
    ),
  );

/** Writes a state of a person, as long as its key is kept: one transaction, so that nothing is written of somebody who was erased. */
export async function putPerson(table: DynamoDBDocumentClient, person: SealedPerson): Promise<boolean> {
  const { contactId, keyId } = person;
  const holdsKey = {
    TableName: peopleKeys(),
    Key: { contactId },
    ConditionExpression: 'keyId = :keyId',
    ExpressionAttributeValues: { ':keyId': keyId },
  };
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [{ ConditionCheck: holdsKey }, { Put: { TableName: people(), Item: person } }],
      }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) return false;
    // Somebody writes the key at this very moment: later it is settled.
    if (reasons.some(({ Code }) => Code === 'TransactionConflict')) throw overloaded('The key is being written.');
    throw error;
  }
}

/** States of people by contact and version: those that there are, by contact. */
export async function loadPeople(
  table: DynamoDBDocumentClient,
  wanted: readonly { readonly contactId: string; readonly version: string }[],
): Promise<Map<string, SealedPerson>> {
  const keys = wanted.map(({ contactId, version }) => ({ contactId, version }));
  const items = await batchGetFrom(table, people(), keys);
  return new Map(items.map((item) => [item['contactId'] as string, item as unknown as SealedPerson]));
}

/** Deletes every state of a person. */
export async function deletePeople(table: DynamoDBDocumentClient, contactId: string): Promise<number> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: people(),
      KeyConditionExpression: 'contactId = :contactId',
      ExpressionAttributeValues: { ':contactId': contactId },
      ProjectionExpression: 'contactId, version',
      ConsistentRead: true,
    },
  );
  let deleted = 0;
  for await (const { Items = [] } of pages)
    for (const { version } of Items) {
      await deletePerson(table, { contactId, version: version as string });
      deleted += 1;
    }
  return deleted;
}

/** Deletes one state of a person. */
export async function deletePerson(
  table: DynamoDBDocumentClient,
  { contactId, version }: { readonly contactId: string; readonly version: string },
): Promise<void> {
  await table.send(new DeleteCommand({ TableName: people(), Key: { contactId, version } }));
}

/** Every state of every person, without what is sealed in it, a page at a time. */
export async function* scanPeople(
  table: DynamoDBDocumentClient,
): AsyncGenerator<readonly Omit<SealedPerson, 'sealed'>[]> {
  const pages = paginateScan(
    { client: table, pageSize: SCAN_PAGE },
    { TableName: people(), ProjectionExpression: 'contactId, version, keyId, writtenAt', ConsistentRead: true },
  );
  for await (const { Items = [] } of pages) yield Items as unknown as Omit<SealedPerson, 'sealed'>[];
}

/** Every key and every tombstone, a page at a time; keys without what is wrapped in them. */
export async function* scanKeyItems(
  table: DynamoDBDocumentClient,
): AsyncGenerator<readonly (Omit<WrappedKey, 'wrapped'> | Tombstone)[]> {
  const pages = paginateScan(
    { client: table, pageSize: SCAN_PAGE },
    {
      TableName: peopleKeys(),
      ProjectionExpression: 'contactId, keyId, masterKeyId, madeAt, eventId, erasedAt, #by, #reason, correlationId',
      ExpressionAttributeNames: { '#by': 'by', '#reason': 'reason' },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages) yield Items as unknown as (Omit<WrappedKey, 'wrapped'> | Tombstone)[];
}

/** False where the condition of a write did not hold. */
async function holds(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
