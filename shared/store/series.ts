import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { FIRST_SERIES, type ReportSeries } from '#shared/domain/report/series.ts';
import { environment } from '#shared/runtime/environment.ts';
import { keys } from './keys.ts';
import { reportBefore } from './reports.ts';
import { fromSettingItem, loadSetting, type Setting } from './settings.ts';

/** A series with its version, and since when its due times count: what was due before that is nobody's to make up. */
export type VersionedSeries = ReportSeries & {
  readonly version: number;
  /** Instant; absent for one from the start that nobody has put. */
  readonly activeSince?: string;
};

/** The version of the series that are there from the start, until somebody changes them. */
const FIRST_VERSION = 1;

const first = new Map<string, VersionedSeries>(
  FIRST_SERIES.map((series) => [series.id, { ...series, version: FIRST_VERSION }]),
);

/** What is kept of a series. */
export type KeptSeries = Omit<ReportSeries, 'id'> & { readonly activeSince: string };

const toSeries = (id: string, { content, version }: Setting<KeptSeries>): VersionedSeries => ({
  id,
  ...content,
  version,
});

/** A series, and what is kept of it: nothing for one from the start that nobody has changed. */
export async function loadSeries(
  table: DynamoDBDocumentClient,
  id: string,
): Promise<{ series: VersionedSeries | undefined; kept: Setting<KeptSeries> | undefined }> {
  const kept = await loadSetting<KeptSeries>(table, keys.reportSeries(id));
  return { series: kept ? toSeries(id, kept) : first.get(id), kept };
}

/** Every series in order of id, by a consistent read. There are as many as managers have put: tens. */
export async function listSeries(table: DynamoDBDocumentClient): Promise<VersionedSeries[]> {
  const found = new Map(first);
  const pages = paginateQuery(
    { client: table },
    {
      TableName: environment('tableName'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': keys.reportSeries('').pk },
      ConsistentRead: true,
    },
  );
  for await (const page of pages)
    for (const item of page.Items ?? []) {
      const id = item['sk'] as string;
      found.set(id, toSeries(id, fromSettingItem<KeptSeries>(item)));
    }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/**
 * Since when the due times of a series count: since it was put so. One from the start counts since its newest report, or since the first
 * look at it, which is noted, whichever is earlier: so what was missed is made up, and nothing from before there was anybody to miss it.
 */
export async function activeSince(
  table: DynamoDBDocumentClient,
  series: VersionedSeries,
  now: string,
): Promise<string> {
  if (series.activeSince !== undefined) return series.activeSince;
  const [noted, newest] = await Promise.all([
    firstLook(table, series.id, now),
    reportBefore(table, { series: series.id, to: now }),
  ]);
  return newest && newest.period.to < noted ? newest.period.to : noted;
}

/** When somebody looked at a series for the first time: now, if that was never noted. */
async function firstLook(table: DynamoDBDocumentClient, id: string, now: string): Promise<string> {
  const key = keys.reportSeriesSince(id);
  const TableName = environment('tableName');
  const noted = await table.send(new GetCommand({ TableName, Key: { ...key }, ConsistentRead: true }));
  if (noted.Item) return noted.Item['since'] as string;
  try {
    const Item = { ...key, since: now };
    await table.send(new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
  } catch (error) {
    // Somebody else noted it in between, a moment before.
    if ((error as Error).name !== 'ConditionalCheckFailedException') throw error;
  }
  return now;
}
