import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';

/** Items of a transaction, and how many transactions are under way: DynamoDB Local takes most that way. */
const AT_ONCE = 100;
const WRITERS = 2;

/** Puts the items of these numbers, from one up to another that is left out, in no order. */
export async function putItems(
  table: DynamoDBDocumentClient,
  TableName: string,
  { from, to }: { readonly from: number; readonly to: number },
  itemOf: (index: number) => Record<string, unknown>,
): Promise<void> {
  let next = from;
  const write = async () => {
    for (let first = next; first < to; first = next) {
      next = Math.min(to, first + AT_ONCE);
      const items = Array.from({ length: next - first }, (_, index) => itemOf(first + index));
      await table.send(
        new TransactWriteCommand({ TransactItems: items.map((Item) => ({ Put: { TableName, Item } })) }),
      );
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}
