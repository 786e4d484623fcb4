import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readLinks } from '#shared/store/links.ts';

/** More duplicates than anybody has merged into one organisation. */
const AT_MOST = 100;

/** An organisation and those that were merged into it: what belongs to them belongs to it. */
export async function withDuplicates(table: DynamoDBDocumentClient, id: string): Promise<string[]> {
  const { entries } = await readLinks(table, [id], 'duplicate', { descending: false, limit: AT_MOST });
  return [id, ...entries.map(({ of }) => of)];
}
