import { type Delivery, listDeliveries as loadPage } from '#shared/store/deliveries.ts';
import { keys } from '#shared/store/keys.ts';
import { fromReceiptItem } from '#shared/store/receipts.ts';
import { batchGet } from '#shared/store/records.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { cursorAt, decodeCursor, placeOf } from '../cursor.ts';
import type { DeliveryView } from '../partner-schemas.ts';
import { MAX_LIMIT } from '../schemas.ts';
import { viewerIn } from '../sight.ts';
import { type Partnering, partnerOf } from './partners.ts';

/** `GET /v1/partners/{id}/deliveries`: every authentic message, newest first, and what became of it. */
export async function listDeliveries({ table }: Pick<Partnering, 'table'>, call: Call): Promise<Answer> {
  const { id } = await partnerOf(table, call);
  const boundTo = { deliveries: id, user: viewerIn(call).id };
  const { cursor, limit = MAX_LIMIT } = call.query;
  const after = cursor === undefined ? undefined : placeOf(decodeCursor(cursor, boundTo));
  const { deliveries, next } = await loadPage(table, id, { limit: Number(limit), after });
  const set = deliveries.filter(({ status }) => status === 'quarantined').map(({ eventId }) => eventId);
  const receipts = set.length > 0 ? await batchGet(table, set.map(keys.receipt)) : [];
  const byId = new Map(receipts.map((item) => [item['pk'] as string, fromReceiptItem(item)]));
  const items = deliveries.map((delivery): DeliveryView => {
    const {
      deliveryId,
      partner: _,
      contentType: __,
      correlationId: ___,
      bodyHash: ____,
      reason: _____,
      errors: ______,
      ...view
    } = delivery;
    return { id: deliveryId, ...view, events: [...view.events], status: statusOf(delivery, byId.get(view.eventId)) };
  });
  return {
    status: 200,
    body: { items, next: cursorAt(next, boundTo) },
  };
}

/** What was set aside at the door is what has become of it in quarantine; what was refused after that was replayed. */
function statusOf(
  { status }: Delivery,
  receipt: ReturnType<typeof fromReceiptItem> | undefined,
): DeliveryView['status'] {
  if (status === 'accepted') return status;
  if (receipt?.status === 'rejected') return 'replayed';
  const state = receipt?.quarantine ?? 'waiting';
  return state === 'waiting' ? 'quarantined' : state;
}
