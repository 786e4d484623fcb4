import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { environment } from '#shared/runtime/environment.ts';

/** Something that refers to a contact: a record of the pipeline, an activity. */
export interface Reference {
  readonly type: string;
  readonly id: string;
  /** The day that it is listed under. */
  readonly on?: string;
}

/**
 * What refers to a contact, by the link items that are written for each: `about#<contact>`, `<type>#<date>#<id>`. The keys alone are read:
 * what the rest of a link holds is of no use here.
 */
export async function listReferences(table: DynamoDBDocumentClient, contactId: string): Promise<Reference[]> {
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :about',
      ExpressionAttributeValues: { ':about': `about#${contactId}` },
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    },
  );
  const found: Reference[] = [];
  for await (const { Items = [] } of pages)
    for (const { sk } of Items) {
      // The date is a day or an instant, or stands for none.
      const [type = '', date = '', id = ''] = (sk as string).split('#');
      const [on] = /^\d{4}-\d{2}-\d{2}/.exec(date) ?? [];
      if (id) found.push({ type, id, ...(on ? { on } : {}) });
    }
  return found;
}
