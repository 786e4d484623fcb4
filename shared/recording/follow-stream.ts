import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { nounOfId } from '#shared/domain/entity/nouns.ts';
import { entryOf } from '#shared/events/contract.ts';
import { type Clock, toInstant } from '#shared/runtime/clock.ts';
import { failureOf } from '#shared/runtime/failure.ts';
import { type Entry, publish } from '#shared/runtime/publish.ts';
import { fromEntityItem } from '#shared/store/entities.ts';
import {
  type EntityHistoryItem,
  entityHistoryItem,
  type HistoryItem,
  historyItem,
  putHistories,
  putHistory,
} from '#shared/store/history.ts';
import { ENTITY_SK, EVENT_PREFIX, RECEIPT_SK, RECORD_SK, REPORT_SK } from '#shared/store/keys.ts';
import { loadQuarantined, replayQuarantined } from '#shared/store/quarantine.ts';
import { fromReceiptItem } from '#shared/store/receipts.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import { fromReportItem } from '#shared/store/reports.ts';
import { awaited, markCome, markReplayed, waitingFor } from '#shared/store/waiting.ts';
import { outcomeOf, outcomeOfEntity, outcomeOfReceipt } from './outcome.ts';
import { publicationOf } from './publication.ts';

export interface StreamFollower {
  readonly table: DynamoDBDocumentClient;
  readonly bus: EventBridgeClient;
  readonly clock: Clock;
  readonly log: { error(message: string, details: Record<string, unknown>): void };
}

/** Records that are asked for at once. */
const AT_ONCE = 100;

type Image = Record<string, unknown>;
interface Change {
  readonly sequence: string;
  readonly kind: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly before: Image | undefined;
  readonly after: Image | undefined;
}

/**
 * Takes one batch of the table's stream. A record that changed gets its history item; a new history item, and a receipt with a new
 * status, become an outcome event; a report's item becomes the event that it is published. So each change of the table has one effect here, and a repeat of it writes the same item again,
 * or publishes an event with the same id.
 *
 * Everything may be repeated, so all of the batch is tried; the stream continues from the first change that failed.
 */
export async function followStream(
  follower: StreamFollower,
  records: readonly DynamoDBRecord[],
): Promise<DynamoDBBatchResponse> {
  const failed: string[] = [];
  const fail = (sequence: string, error: unknown) => {
    follower.log.error('A table change could not be processed.', {
      sequence,
      ...failureOf(error),
    });
    failed.push(sequence);
  };
  const outcomes: { sequence: string; entry: Entry }[] = [];
  const kept: { sequence: string; history: HistoryItem | EntityHistoryItem }[] = [];
  const logged: { sequence: string; recordId: string }[] = [];
  for (const record of records) {
    const sequence = record.dynamodb?.SequenceNumber as string;
    try {
      const change = read(record, sequence);
      if (change.after?.['sk'] === RECORD_SK) {
        const history = historyItem(fromRecordItem(change.after));
        kept.push({ sequence, history });
        if (change.kind === 'INSERT') logged.push({ sequence, recordId: history.pk });
      }
      if (change.after?.['sk'] === ENTITY_SK) {
        const history = entityHistoryItem(fromEntityItem(change.after));
        kept.push({ sequence, history });
        if (change.kind === 'INSERT') logged.push({ sequence, recordId: history.pk });
      }
      const entry = outcomeEntry(change);
      if (entry) outcomes.push({ sequence, entry });
    } catch (error) {
      fail(sequence, error);
    }
  }
  const failAll = (of: readonly { sequence: string }[]) => (error: unknown) => {
    for (const { sequence } of of) fail(sequence, error);
  };
  await Promise.all([
    keepHistories(follower, kept, fail),
    replayAwaited(follower, logged, fail).catch(failAll(logged)),
    tell(follower, outcomes, fail).catch(failAll(outcomes)),
  ]);
  return { batchItemFailures: inOrder(failed).map((itemIdentifier) => ({ itemIdentifier })) };
}

function read(record: DynamoDBRecord, sequence: string): Change {
  const image = (attributes: unknown) =>
    attributes ? unmarshall(attributes as Parameters<typeof unmarshall>[0]) : undefined;
  return {
    sequence,
    kind: record.eventName as Change['kind'],
    before: image(record.dynamodb?.OldImage),
    after: image(record.dynamodb?.NewImage),
  };
}

/** All at once; where that fails, each by itself, so that one that cannot be written stands in nobody's way. */
async function keepHistories(
  { table }: StreamFollower,
  kept: readonly { sequence: string; history: HistoryItem | EntityHistoryItem }[],
  fail: (sequence: string, error: unknown) => void,
): Promise<void> {
  try {
    await putHistories(
      table,
      kept.map(({ history }) => history),
    );
  } catch {
    const each = ({ sequence, history }: (typeof kept)[number]) =>
      putHistory(table, history).catch((error: unknown) => fail(sequence, error));
    await Promise.all(kept.map(each));
  }
}

async function tell(
  { bus }: StreamFollower,
  outcomes: readonly { sequence: string; entry: Entry }[],
  fail: (sequence: string, error: unknown) => void,
): Promise<void> {
  const refused = await publish(
    bus,
    outcomes.map(({ entry }) => entry),
  );
  for (const index of refused) fail(outcomes[index]?.sequence as string, new Error('The bus refused an outcome.'));
}

/** Looks for what waits for the records that have come, all at once, since there is almost never anything. */
async function replayAwaited(
  follower: StreamFollower,
  logged: readonly { sequence: string; recordId: string }[],
  fail: (sequence: string, error: unknown) => void,
): Promise<void> {
  for (let start = 0; start < logged.length; start += AT_ONCE) {
    const some = logged.slice(start, start + AT_ONCE);
    const ids = await awaited(
      follower.table,
      some.map(({ recordId }) => recordId),
    );
    for (const { sequence, recordId } of some.filter((each) => ids.has(each.recordId)))
      await replayWaiting(follower, recordId).catch((error: unknown) => fail(sequence, error));
  }
}

/** A record has come: what was quarantined because it had not is put on the bus again. */
async function replayWaiting({ table, bus, clock }: StreamFollower, recordId: string): Promise<void> {
  for (const eventId of await waitingFor(table, recordId)) {
    const receipt = await loadQuarantined(table, eventId);
    if (receipt?.event !== undefined && receipt.quarantine !== 'discarded') {
      const kept = JSON.parse(receipt.event) as { 'detail-type': string; detail: { metadata: object } };
      const detail = { ...kept.detail, metadata: { ...kept.detail.metadata, channel: 'replay' } };
      const entry = { Source: 'partnership.intake', DetailType: kept['detail-type'], Detail: JSON.stringify(detail) };
      const by = { id: ITSELF, at: toInstant(clock()) };
      await replayQuarantined(table, receipt, by, async () => {
        if ((await publish(bus, [entry])).length > 0) throw new Error(`The bus refused the replay of ${eventId}.`);
      });
    }
    await markReplayed(table, recordId, eventId);
  }
  await markCome(table, recordId);
}

/** Who replays what its record has come for. */
const ITSELF = 'arrival';

function outcomeEntry({ before, after, kind }: Change): Entry | undefined {
  if (!after) return undefined;
  const sk = String(after['sk']);
  if (sk.startsWith(EVENT_PREFIX) && kind === 'INSERT') {
    const { contract, detail } = nounOfId(String(after['pk']))
      ? outcomeOfEntity(after as unknown as EntityHistoryItem)
      : outcomeOf(after as unknown as HistoryItem);
    return entryOf(contract, detail);
  }
  if (sk === RECEIPT_SK && before?.['status'] !== after['status']) {
    const { contract, detail } = outcomeOfReceipt(fromReceiptItem(after));
    return entryOf(contract, detail);
  }
  if (sk === REPORT_SK && kind === 'INSERT') {
    const { contract, detail } = publicationOf(fromReportItem(after));
    return entryOf(contract, detail);
  }
  return undefined;
}

const inOrder = (sequences: readonly string[]) =>
  [...new Set(sequences)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
