import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Partner } from '#shared/domain/partner/partner.ts';
import type { RecordState } from '#shared/domain/record/state.ts';
import type { Cache } from '#shared/runtime/cache.ts';
import type { HistoryItem } from '#shared/store/history.ts';
import { keys } from '#shared/store/keys.ts';
import { batchGet, type LoadedRecord } from '#shared/store/records.ts';

/**
 * Whether a partner may touch a record: one that has a name in the partner's system, one that the partner logged, or one that it was
 * granted. Where a record has the partner's name is looked at first, since that is nearly all of them and costs nothing.
 */
export async function mayTouch(
  { table, partners }: { readonly table: DynamoDBDocumentClient; readonly partners: Cache<Partner | undefined> },
  partner: string,
  record: LoadedRecord,
): Promise<boolean> {
  const { state } = record;
  if ((state.fields['externalRef'] as { partner?: string } | undefined)?.partner === partner) return true;
  if ((await loggedBy(table, record)) === partner) return true;
  return (await partners.get(partner))?.grants?.includes(state.id) ?? false;
}

/** The partner that logged a record; undefined for a person. Its first event is in the history, or still the latest one. */
async function loggedBy(table: DynamoDBDocumentClient, { state, event }: LoadedRecord): Promise<string | undefined> {
  const first = firstEventOf(state);
  if (event.eventId === first) return event.partner;
  const [item] = await batchGet(table, [keys.history(state.id, first)]);
  return (item as HistoryItem | undefined)?.partner;
}

const firstEventOf = ({ base }: RecordState): string => base.by;
