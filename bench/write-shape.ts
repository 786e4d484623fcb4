import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { historyItem, putHistory } from '#shared/store/history.ts';
import { toRecordItem } from '#shared/store/record-item.ts';
import { putRecord } from '#shared/store/records.ts';
import { TABLE } from '#shared/store/table.ts';
import { itemBytes } from '#test/support/item-size.ts';
import { drive } from './support/drive.ts';
import { documents, startSharedEngine } from './support/engine.ts';
import { withDirectory } from './support/place.ts';
import { logged } from './support/records.ts';
import type { Bench } from './support/report.ts';
import { median, round } from './support/statistics.ts';

const CLIENTS = 16;
/** A unit of writing is 1 KB begun; a transaction costs two for each. */
const units = (item: object) => Math.ceil(itemBytes(item as Record<string, unknown>) / 1024);

/**
 * The two shapes that were weighed for recording, on the same DynamoDB Local, on disk: a transaction of record and history item, against
 * one conditional put of the record and, as the stream does it, a put of the history item.
 */
export const writeShape: Bench = {
  name: 'write-shape',
  run: ({ rounds, scale, log }) =>
    withDirectory('disk', async (directory) => {
      const engine = await startSharedEngine(directory, 'disk');
      try {
        const client = engine.connect('SHAPES');
        await client.send(
          new CreateTableCommand({
            TableName: 'shapes',
            BillingMode: 'PAY_PER_REQUEST',
            AttributeDefinitions: [TABLE.partitionKey, TABLE.sortKey].map(({ name }) => ({
              AttributeName: name,
              AttributeType: 'S',
            })),
            KeySchema: [
              { AttributeName: TABLE.partitionKey.name, KeyType: 'HASH' },
              { AttributeName: TABLE.sortKey.name, KeyType: 'RANGE' },
            ],
          }),
        );
        process.env['TABLE_NAME'] = 'shapes';
        const table = documents(client);
        const operations = Math.ceil(500 * scale);
        let serial = 0;
        const measured = async (write: (index: number) => Promise<unknown>) => {
          const first = serial;
          serial += operations;
          return (await drive({ clients: CLIENTS, operations }, (index) => write(first + index))).perSecond;
        };
        const separate = () =>
          measured(async (index) => {
            const { state, event } = logged('trade-deal', index, 'separate');
            await putRecord(table, state, event, undefined);
            await putHistory(table, historyItem({ state, event }));
          });
        const recordAlone = () =>
          measured((index) => {
            const { state, event } = logged('trade-deal', index, 'alone');
            return putRecord(table, state, event, undefined);
          });
        const together = () =>
          measured((index) => {
            const { state, event } = logged('trade-deal', index, 'together');
            const record = { ...toRecordItem(state, event), event: undefined };
            return table.send(
              new TransactWriteCommand({
                TransactItems: [
                  { Put: { TableName: 'shapes', Item: record, ConditionExpression: 'attribute_not_exists(pk)' } },
                  { Put: { TableName: 'shapes', Item: historyItem({ state, event }) } },
                ],
              }),
            );
          });
        await separate();
        await together();
        const found: { separate: number; together: number; alone: number }[] = [];
        for (let at = 0; at < rounds; at++) {
          const one = { separate: await separate(), together: await together(), alone: await recordAlone() };
          found.push(one);
          log(
            `record, then history ${round(one.separate)}/s; both in a transaction ${round(one.together)}/s; record alone ${round(one.alone)}/s`,
          );
        }
        const { state, event } = logged('trade-deal', 0, 'size');
        const history = historyItem({ state, event });
        const record = toRecordItem(state, event);
        const { event: _, ...withoutEvent } = record;
        return {
          figures: {
            separatePerSecond: round(median(found.map((one) => one.separate))),
            togetherPerSecond: round(median(found.map((one) => one.together))),
            recordAlonePerSecond: round(median(found.map((one) => one.alone))),
            separateToTogether: round(median(found.map((one) => one.separate / one.together))),
            recordAloneToTogether: round(median(found.map((one) => one.alone / one.together))),
            writeUnits: {
              separate: units(record) + units(history),
              together: 2 * (units(withoutEvent) + units(history)),
            },
          },
          bounds: [],
        };
      } finally {
        await engine.stop();
      }
    }),
};
