import { type DynamoDBDocumentClient, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { DeliveryStatus } from '#shared/domain/report/report.ts';
import { environment } from '#shared/runtime/environment.ts';
import { fingerprint } from '#shared/runtime/ids.ts';
import { keys } from './keys.ts';

/** What became of the mail of a report to one recipient. */
export interface Delivery {
  readonly email: string;
  readonly status: DeliveryStatus;
  /** How often it was begun. */
  readonly attempts: number;
  /** Instant of the latest news. */
  readonly at: string;
  /** While it is being sent: nobody else begins it before that instant. */
  readonly until?: string;
  /** Why it failed or bounced, as a code. */
  readonly reason?: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Under what a recipient stands, whatever the writing of the address; says nothing of it. */
export const recipientHash = (email: string): string => fingerprint('recipient', email.toLowerCase()).slice(0, 32);

/** Deliveries are kept longer than anybody asks whether last year's report arrived. */
export const DELIVERY_DAYS = 400;

/** What became of a report's mails, in no order. */
export async function loadDeliveries(table: DynamoDBDocumentClient, reportId: string): Promise<Map<string, Delivery>> {
  const { pk, sk } = keys.mailing(reportId, '');
  const found = new Map<string, Delivery>();
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': pk, ':prefix': sk },
      ConsistentRead: true,
    },
  );
  for await (const page of pages)
    for (const item of page.Items ?? [])
      found.set((item['sk'] as string).slice(sk.length), item['delivery'] as Delivery);
  return found;
}

/** Writes what became of a mail where it still stands as it was read. False where somebody else was quicker. */
export async function putDelivery(
  table: DynamoDBDocumentClient,
  reportId: string,
  delivery: Delivery,
  before: Delivery | undefined,
): Promise<boolean> {
  const stamp = stampOf(delivery);
  try {
    await table.send(
      new PutCommand({
        TableName: environment('tableName'),
        Item: {
          ...keys.mailing(reportId, recipientHash(delivery.email)),
          delivery,
          stamp,
          expiresAt: delivery.expiresAt,
        },
        ...(before
          ? { ConditionExpression: 'stamp = :stamp', ExpressionAttributeValues: { ':stamp': stampOf(before) } }
          : { ConditionExpression: 'attribute_not_exists(pk)' }),
      }),
    );
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

const stampOf = ({ status, attempts, at }: Delivery): string => `${status} ${attempts} ${at}`;
