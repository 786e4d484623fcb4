import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { nounOfId } from '#shared/domain/entity/nouns.ts';
import { hasAnyRole } from '#shared/domain/record/confidentiality.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { MANAGERS } from '#shared/domain/user/roles.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import { loadDelivery } from '#shared/store/deliveries.ts';
import type { HistoryItem } from '#shared/store/history.ts';
import { loadPromised, type Promised } from '#shared/store/idempotency.ts';
import { keys } from '#shared/store/keys.ts';
import { loadReceipt, type Receipt, traceEvent } from '#shared/store/receipts.ts';
import { batchGet } from '#shared/store/records.ts';
import { isEntity, type LoadedSubject, loadSubject } from '#shared/store/subjects.ts';
import { type Answer, notFound } from '../answer.ts';
import type { Call } from '../call.ts';
import { eventHash } from '../idempotency.ts';
import { problemOf } from '../problems.ts';
import type { ReceiptView } from '../schemas.ts';
import { maySeeState, viewerIn } from '../sight.ts';

interface ReceiptReading {
  readonly table: DynamoDBDocumentClient;
  readonly clock: Clock;
}

/** Everything that is known of an event. */
interface Known {
  readonly receipt: Receipt | undefined;
  readonly promised: Promised | undefined;
  readonly record: LoadedSubject | undefined;
  readonly recorded: Pick<HistoryItem, 'version' | 'actor'> | undefined;
  /** It is the first event of a partner's message, which was taken in. */
  readonly delivered: boolean;
}

/** `GET /v1/receipts/{eventId}`: what became of a write, to who sent it, to managers and to administrators. */
export async function readReceipt(reading: ReceiptReading, call: Call): Promise<Answer> {
  const eventId = call.params['eventId'] ?? '';
  const known = await lookUp(reading, eventId);
  const view = viewOf(eventId, known);
  if (!view || !mayAsk(call, known)) throw notFound();
  return { status: 200, body: view, log: { eventId } };
}

async function lookUp({ table, clock }: ReceiptReading, eventId: string): Promise<Known> {
  const [receipt, kept] = await Promise.all([loadReceipt(table, eventId), loadPromised(table, eventHash(eventId))]);
  const promised = kept && kept.expiresAt * 1_000 > clock() ? kept : undefined;
  const told = receipt?.recordId ?? promised?.recordId;
  const traces = told === undefined ? await traceEvent(table, eventId) : [];
  const delivery = traces.find(({ sk }) => sk === keys.delivery('').sk);
  // What the event stands in the history of, or was sent to.
  const recordId =
    told ??
    traces.find(({ pk }) => (kindOfId(pk) ?? nounOfId(pk)) !== undefined)?.pk ??
    (delivery && (await loadDelivery(table, delivery.pk))?.events[0]?.recordId);
  const record = recordId === undefined ? undefined : await loadSubject(table, recordId);
  const recorded = record && (await recordedAs(table, record, eventId));
  return { receipt, promised, record, recorded, delivered: delivery !== undefined };
}

async function recordedAs(table: DynamoDBDocumentClient, record: LoadedSubject, eventId: string) {
  if (record.event.eventId === eventId) return record.event;
  const [item] = await batchGet(table, [keys.history(record.state.id, eventId)]);
  return item as HistoryItem | undefined;
}

function viewOf(eventId: string, { receipt, promised, record, recorded, delivered }: Known): ReceiptView | undefined {
  if (recorded && record) {
    const { id, kind } = record.state;
    return { eventId, status: 'recorded', record: { kind, id, version: recorded.version } };
  }
  if (receipt?.status === 'rejected') {
    const { code, detail, errors } = receipt.refusal;
    return {
      eventId,
      status: 'rejected',
      problem: problemOf(code, detail, errors) as NonNullable<ReceiptView['problem']>,
    };
  }
  // What was replayed from quarantine is on its way again.
  if (receipt) return { eventId, status: receipt.quarantine === 'replayed' ? 'accepted' : 'quarantined' };
  return promised || delivered ? { eventId, status: 'accepted' } : undefined;
}

function mayAsk(call: Call, { receipt, promised, record, recorded }: Known): boolean {
  const viewer = viewerIn(call);
  const sender = recorded?.actor ?? receipt?.actor ?? (promised && { type: 'user', id: promised.user });
  if (sender?.type === 'user' && sender.id === viewer.id) return true;
  return hasAnyRole(viewer, MANAGERS) && (!record || isEntity(record) || maySeeState(viewer, record.state));
}
