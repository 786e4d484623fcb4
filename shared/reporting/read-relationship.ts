import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { ActivityDirection, ActivityType } from '#shared/domain/activity/activity.ts';
import type { LinkKind } from '#shared/domain/link/links.ts';
import { type Listing, readLinks } from '#shared/store/links.ts';
import { type CountedActivity, type Relationship, relationshipOf, windowTo } from './relationship.ts';

/** Entries of a list that one query asks for; 1 MB holds more. */
const PAGE = 1_000;
/** Before every day, and after an agreement without one. */
const ANY_DAY = '0';

/**
 * The relationship on a day with what the lists of `abouts` (an organisation with its duplicates, or a place) tell, whatever became known
 * since: an activity of several of them counts once. It reads the lists' entries of 36 months, and two more.
 */
export async function readRelationship(
  table: DynamoDBDocumentClient,
  abouts: readonly string[],
  asOf: string,
): Promise<Relationship> {
  const first = async (kind: LinkKind) => {
    const span = { from: ANY_DAY, to: asOf, descending: false, limit: 1 };
    return (await readLinks(table, abouts, kind, span)).entries[0]?.date;
  };
  const [activities, activity, agreement] = await Promise.all([
    activitiesIn(table, abouts, windowTo(asOf)),
    first('activity'),
    first('agreement'),
  ]);
  return relationshipOf(activities, { activity, agreement }, asOf);
}

async function activitiesIn(
  table: DynamoDBDocumentClient,
  abouts: readonly string[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<CountedActivity[]> {
  const found: CountedActivity[] = [];
  let after: string | undefined;
  for (;;) {
    const span = { from, to, descending: false, after, limit: PAGE };
    const { entries, ended } = await readLinks(table, abouts, 'activity', span);
    found.push(...entries.map(countedOf));
    if (ended) return found;
    after = entries.at(-1)?.at;
  }
}

const countedOf = ({ date, type, direction }: Listing): CountedActivity => ({
  on: date,
  type: type as ActivityType,
  direction: direction as ActivityDirection,
});
