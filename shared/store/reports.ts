import { type DynamoDBDocumentClient, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { PublishedReport } from '#shared/domain/report/report.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';

/** What a list shows of a report. */
export type ListedReport = Omit<PublishedReport, 'forms'>;

export async function loadReport(table: DynamoDBDocumentClient, id: string): Promise<PublishedReport | undefined> {
  const { Item } = await table.send(
    new GetCommand({ TableName: environment('tableName'), Key: { ...keys.report(id) }, ConsistentRead: true }),
  );
  return Item ? fromReportItem(Item) : undefined;
}

export const fromReportItem = (item: Readonly<Record<string, unknown>>): PublishedReport =>
  item['report'] as PublishedReport;

/**
 * Publishes a report whose forms are all kept: its item, from which the stream's reader tells of it, and its places in the lists, all
 * or none. False where it has been published.
 */
export async function publishReport(table: DynamoDBDocumentClient, report: PublishedReport): Promise<boolean> {
  const TableName = environment('tableName');
  const { forms: _, ...listed } = report;
  const lists = [
    keys.reportListed(report.publishedAt, report.id),
    keys.reportInSeries(report.series, report.period.to, report.id),
  ];
  try {
    await table.send(
      new TransactWriteCommand({
        TransactItems: [
          {
            Put: {
              TableName,
              Item: { ...keys.report(report.id), report },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          ...lists.map((key) => ({ Put: { TableName, Item: { ...key, report: listed } } })),
        ],
      }),
    );
    return true;
  } catch (error) {
    const reasons = (error as { CancellationReasons?: { Code?: string }[] }).CancellationReasons ?? [];
    if (reasons[0]?.Code === 'ConditionalCheckFailed') return false;
    throw error;
  }
}

interface Before {
  readonly series: string;
  /** Instant, not counted itself. */
  readonly to: string;
}

/** The newest report of a series whose period ended before an instant, corrections left out: what the next one goes on from. */
export async function reportBefore(
  table: DynamoDBDocumentClient,
  { series, to }: Before,
): Promise<ListedReport | undefined> {
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: environment('tableName'),
        KeyConditionExpression: 'pk = :pk AND sk < :to',
        ExpressionAttributeValues: { ':pk': keys.reportInSeries(series, '', '').pk, ':to': to },
        ScanIndexForward: false,
        Limit: 5,
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    const found = Items.map((item) => item['report'] as ListedReport).find(({ corrects }) => corrects === undefined);
    if (found) return found;
    start = LastEvaluatedKey;
  } while (start);
  return undefined;
}

/** The first report of a series for a period that ends at an instant, which corrections are linked to. */
export async function reportEnding(
  table: DynamoDBDocumentClient,
  { series, to }: Before,
): Promise<ListedReport | undefined> {
  const { pk } = keys.reportInSeries(series, '', '');
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :to)',
      ExpressionAttributeValues: { ':pk': pk, ':to': `${to}#` },
      ConsistentRead: true,
    }),
  );
  const reports = Items.map((item) => item['report'] as ListedReport);
  return reports.find(({ corrects }) => corrects === undefined);
}

/** Reports, newest first, of all series by publication or of one by the end of their periods; those after a place in that order. */
export async function listReports(
  table: DynamoDBDocumentClient,
  { series, after, limit }: { readonly series?: string; readonly after?: string; readonly limit: number },
): Promise<{ reports: { place: string; report: ListedReport }[]; more: boolean }> {
  const { pk } = series === undefined ? keys.reportListed('', '') : keys.reportInSeries(series, '', '');
  const { Items = [], LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: environment('tableName'),
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk < :after',
      ExpressionAttributeValues: { ':pk': pk, ...(after === undefined ? {} : { ':after': after }) },
      ScanIndexForward: false,
      Limit: limit,
      ConsistentRead: true,
    }),
  );
  const reports = Items.map((item) => ({ place: item['sk'] as string, report: item['report'] as ListedReport }));
  return { reports, more: LastEvaluatedKey !== undefined };
}
