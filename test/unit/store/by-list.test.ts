import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it, vi } from 'vitest';
import { listDeliveries } from '#shared/store/deliveries.ts';
import { keys } from '#shared/store/keys.ts';

/** An index that is a moment behind: it still names what has expired. */
const behind = (expired: string) => {
  const entries = ['dlv_2', 'dlv_1'].map((id) => ({
    ...keys.delivery(id),
    listedAt: `2026-11-20T09:00:00.000Z#${id}`,
  }));
  return {
    send: async (command: { input: { RequestItems?: Record<string, { Keys: { pk: string }[] }> } }) => {
      if (command instanceof QueryCommand) return { Items: entries, LastEvaluatedKey: entries.at(-1) };
      const [table, { Keys }] = Object.entries(command.input.RequestItems ?? {})[0] as [
        string,
        { Keys: { pk: string }[] },
      ];
      const there = Keys.filter(({ pk }) => pk !== expired).map((key) => ({ ...key, deliveryId: key.pk }));
      return { Responses: { [table]: there } };
    },
  } as unknown as DynamoDBDocumentClient;
};

it('a page whose last entry is gone by now is not taken for the last page', async () => {
  vi.stubEnv('TABLE_NAME', 'table');
  const { deliveries, next } = await listDeliveries(behind('dlv_1'), 'acme', { limit: 2 });
  expect(deliveries.map(({ deliveryId }) => deliveryId)).toEqual(['dlv_2']);
  expect(next).toEqual({ at: '2026-11-20T09:00:00.000Z', id: 'dlv_1' });
  vi.unstubAllEnvs();
});
