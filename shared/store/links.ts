import {
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  paginateScan,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { type Expiry, type ExpiryList, expiriesOf } from '#shared/domain/link/expiries.ts';
import { type Link, type LinkKind, linksOf, type Subject } from '#shared/domain/link/links.ts';
import { environment } from '#shared/runtime/environment.ts';
import { ENTITY_SK, type Key, keys, LISTED_SK, RECORD_SK, subjectKey } from './keys.ts';
import { batchGet } from './records.ts';
import { SCAN_PAGE } from './scan-page.ts';
import { fromSubjectItem } from './subjects.ts';

/** An item of a list: a link or an expiry, with the version of what it is of. */
export type ListedItem = Key & { readonly of: string; readonly version: number; readonly [payload: string]: unknown };

/**
 * Where a record or an entity is listed, beside it: from its second version on. Where it stood at its first follows from the event that
 * it began with.
 */
export interface Listed {
  /** Counts the writes: the lock. */
  readonly v: number;
  /** Of the record or the entity: what these lists were made from. */
  readonly version: number;
  readonly keys: readonly string[];
  /** Where it stood before and may still stand. */
  readonly stale: readonly string[];
}

/** Seconds for which it is remembered that something is not listed any more: far longer than a write can be on its way. */
const GONE_SECONDS = 24 * 3600;

/** A key as one text. Neither part holds a space: ids, slugs, days and names of lists. */
export const nameOfKey = ({ pk, sk }: Key): string => `${pk} ${sk}`;

const keyOfName = (name: string): Key => {
  const at = name.indexOf(' ');
  return { pk: name.slice(0, at), sk: name.slice(at + 1) };
};

/** Every item by which something is listed, in its present state. */
export function listedItems(state: Subject): ListedItem[] {
  const { version } = state;
  const link = ({ about, kind, date, of, ...payload }: Link) => ({
    ...keys.link(about, kind, date, of),
    of,
    version,
    ...payload,
  });
  const expiry = ({ list, date, of, what, ...payload }: Expiry) => ({
    ...keys.expiring(list, date, of, what),
    of,
    version,
    ...payload,
  });
  return [...linksOf(state).map(link), ...expiriesOf(state).map(expiry)];
}

/** Something as it is now, and where it is listed. */
export interface LoadedListed {
  /** Throws for an item that cannot be read; undefined where there is none. */
  readonly state: () => Subject | undefined;
  readonly listed: Listed | undefined;
}

/** At most 100 of them, by id: read together, but for a change in between, which the lock of the next write shows. */
export async function loadListed(
  table: DynamoDBDocumentClient,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LoadedListed>> {
  const byId = (items: readonly Record<string, unknown>[]) => new Map(items.map((item) => [item['pk'], item]));
  // Where it is listed first: nothing may be thought older than what was listed from it.
  const listed = byId(await batchGet(table, ids.map(keys.listed)));
  const items = byId(await batchGet(table, ids.map(subjectKey)));
  return new Map(
    ids.map((id) => {
      const item = items.get(id);
      const state = () => item && fromSubjectItem(item).state;
      return [id, { state, listed: listed.get(id) as Listed | undefined }];
    }),
  );
}

/** Puts what was read one further. False where somebody else was faster. */
export async function putListed(
  table: DynamoDBDocumentClient,
  id: string,
  next: Omit<Listed, 'v'>,
  read: Listed | undefined,
): Promise<boolean> {
  return putIf(table, {
    Item: { ...keys.listed(id), ...next, v: (read?.v ?? 0) + 1 },
    ...(read
      ? { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': read.v } }
      : { ConditionExpression: 'attribute_not_exists(pk)' }),
  });
}

/** Lists something. What a later version of it says of this place stands, and then this does nothing. */
export const putItem = (table: DynamoDBDocumentClient, item: ListedItem): Promise<boolean> =>
  putIf(table, { Item: item, ...unlessLater(item.version) });

/** Takes something off a list, in the same way: that it is gone is kept for a day, so that no older write can bring it back. */
export const removeItem = (
  table: DynamoDBDocumentClient,
  name: string,
  { of, version, now }: { readonly of: string; readonly version: number; readonly now: number },
): Promise<boolean> =>
  putIf(table, {
    Item: { ...keyOfName(name), of, version, gone: true, expiresAt: Math.floor(now / 1000) + GONE_SECONDS },
    ...unlessLater(version),
  });

const unlessLater = (version: number) => ({
  ConditionExpression: 'attribute_not_exists(pk) OR #version < :next',
  ExpressionAttributeNames: { '#version': 'version' },
  ExpressionAttributeValues: { ':next': version + 1 },
});

async function putIf(table: DynamoDBDocumentClient, put: Omit<PutCommandInput, 'TableName'>): Promise<boolean> {
  try {
    await table.send(new PutCommand({ TableName: environment('tableName'), ...put }));
    return true;
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

/** An entry of a list, and its place there, after which a page goes on. */
export interface Listing {
  readonly at: string;
  readonly of: string;
  readonly date: string;
  readonly type?: string;
  readonly direction?: string;
  readonly dueOn?: string;
  readonly what?: string;
}

export interface Span {
  /** The first and the last day, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly descending: boolean;
  /** Where a page before ended. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface ListingPage {
  readonly entries: readonly Listing[];
  /** Nothing comes after these. */
  readonly ended: boolean;
}

/** What belongs to any of these, by date: each once, whichever it belongs to. */
export async function readLinks(
  table: DynamoDBDocumentClient,
  abouts: readonly string[],
  kind: LinkKind,
  span: Span,
): Promise<ListingPage> {
  const prefix = `${kind}#`;
  const pages = await Promise.all(
    [...new Set(abouts)].map((about) => readSpan(table, keys.link(about, '', '', '').pk, prefix, span)),
  );
  // A page that did not come to its end says nothing of what lies behind its last entry.
  const horizons = pages.flatMap(({ entries, ended }) => (ended ? [] : [entries.at(-1)?.at ?? '']));
  const before = (a: string, b: string) => (span.descending ? a > b : a < b);
  const horizon = horizons.reduce<string | undefined>(
    (nearest, each) => (nearest === undefined || before(each, nearest) ? each : nearest),
    undefined,
  );
  const merged = new Map(pages.flatMap(({ entries }) => entries.map((entry) => [entry.at, entry] as const)));
  const all = [...merged.values()]
    .filter(({ at }) => horizon === undefined || !before(horizon, at))
    .sort((a, b) => (before(a.at, b.at) ? -1 : 1));
  const entries = all.slice(0, span.limit);
  return { entries, ended: horizon === undefined && entries.length === all.length };
}

/** What ends, by day. */
export const readExpiring = (table: DynamoDBDocumentClient, list: ExpiryList, span: Span): Promise<ListingPage> =>
  readSpan(table, keys.expiring(list, '', '', undefined).pk, '', span);

/** Earlier than any character of a day, an instant or an id: a key may not be empty. */
const FIRST = ' ';
/** Later than any character of a day, an instant or an id. */
const LAST = '~';

async function readSpan(
  table: DynamoDBDocumentClient,
  pk: string,
  prefix: string,
  { from = '', to = '', descending, after, limit }: Span,
): Promise<ListingPage> {
  const [low, high] = [prefix + from || FIRST, prefix + to + LAST];
  const isPast = after !== undefined && (descending ? after <= low : after >= high);
  if (low > high || isPast) return { entries: [], ended: true };
  const entries: Listing[] = [];
  // A place before the span, such as yesterday's of a list that begins today, is its beginning.
  let start = after !== undefined && (descending ? after < high : after > low) ? after : undefined;
  for (;;) {
    const { Items = [], LastEvaluatedKey } = await table.send(
      new QueryCommand({
        TableName: environment('tableName'),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': low, ':to': high },
        ScanIndexForward: !descending,
        Limit: limit - entries.length,
        ...(start === undefined ? {} : { ExclusiveStartKey: { pk, sk: start } }),
      }),
    );
    entries.push(...Items.filter(({ gone }) => gone !== true).map((item) => listingOf(item, prefix)));
    start = LastEvaluatedKey?.['sk'] as string | undefined;
    if (start === undefined) return { entries, ended: true };
    if (entries.length >= limit) return { entries, ended: false };
  }
}

function listingOf(item: Record<string, unknown>, prefix: string): Listing {
  const { sk, pk: _, version: __, ...told } = item as Record<string, unknown> & { sk: string };
  const [date = '', , what] = sk.slice(prefix.length).split('#');
  return { at: sk, date, ...(what === undefined ? {} : { what }), ...told } as Listing;
}

/** One thing that the table holds: something that can be listed, where it says that it is, or an entry of a list. */
export type Scanned =
  | { readonly is: 'subject'; readonly state: Subject }
  | { readonly is: 'listed'; readonly id: string; readonly listed: Listed }
  | { readonly is: 'entry'; readonly item: ListedItem };

/** All of them, in no order: a scan of the whole table, for rebuilding alone. What cannot be read is left to `unreadable`. */
export async function* scanListed(
  table: DynamoDBDocumentClient,
  unreadable: (id: string) => void,
): AsyncGenerator<Scanned> {
  const pages = paginateScan(
    { client: table, pageSize: SCAN_PAGE },
    {
      TableName: environment('tableName'),
      FilterExpression:
        'sk = :record OR sk = :entity OR sk = :listed OR begins_with(pk, :about) OR begins_with(pk, :expiring)',
      ExpressionAttributeValues: {
        ':record': RECORD_SK,
        ':entity': ENTITY_SK,
        ':listed': LISTED_SK,
        ':about': keys.link('', '', '', '').pk,
        ':expiring': keys.expiring('', '', '', undefined).pk,
      },
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages)
    for (const item of Items) {
      const { pk, sk } = item as unknown as Key;
      if (sk === LISTED_SK) yield { is: 'listed', id: pk, listed: item as unknown as Listed };
      else if (sk !== RECORD_SK && sk !== ENTITY_SK) {
        if (item['gone'] !== true) yield { is: 'entry', item: item as ListedItem };
      } else {
        let state: Subject;
        try {
          state = fromSubjectItem(item).state;
          listedItems(state);
        } catch {
          unreadable(pk);
          continue;
        }
        yield { is: 'subject', state };
      }
    }
}
