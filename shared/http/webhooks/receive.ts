import type { MetricName } from '#shared/runtime/metrics.ts';
import { MetricName as Metric } from '#shared/runtime/metrics.ts';
import type { Delivery } from '#shared/store/deliveries.ts';
import { type Door, takeIn } from '#shared/webhooks/take-in.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import { type ProblemCode, problemOf } from '../problems.ts';
import type { DeliveryReceipt } from './receipt.ts';

export interface Receiving extends Door {
  readonly count: (metric: MetricName) => void;
  /** Where the API is known under another name than the gateway's own: that, and no slash behind it. */
  readonly publicUrl: string | undefined;
}

/** `POST /webhooks/{partnerId}`: a message of a partner's system. */
export async function receive(receiving: Receiving, call: Call): Promise<Answer> {
  const { headers, params, bytes = Buffer.alloc(0), url, receivedAt, correlationId } = call;
  const partnerId = params['partnerId'] ?? '';
  const taken = await takeIn(receiving, {
    partnerId,
    method: call.operation.method,
    url: publicUrlOf(receiving, url),
    headers: lowerCased(headers),
    body: bytes,
    now: receivedAt,
    correlationId,
  });
  switch (taken.outcome) {
    case 'refused':
      receiving.count(Metric.forged);
      // Not a partner's name, but what somebody wrote in its place: in the log it is cut short.
      return refusal('not-authentic', { log: { partner: partnerId.slice(0, 64), reason: taken.reason } });
    case 'throttled':
      return refusal('too-many-deliveries', {
        headers: { 'retry-after': String(taken.retryAfterSeconds) },
        log: { partner: partnerId },
      });
    case 'taken': {
      const { delivery, isRepeat } = taken;
      if (delivery.status === 'quarantined' && !isRepeat) receiving.count(Metric.quarantined);
      return accepted(delivery, isRepeat);
    }
  }
}

function accepted(delivery: Delivery, isRepeat: boolean): Answer {
  const { partner, deliveryId, eventId, status } = delivery;
  return {
    status: 202,
    body: receiptOf(delivery),
    headers: { location: `/v1/receipts/${eventId}` },
    log: { partner, deliveryId, eventId, outcome: status, ...(isRepeat ? { repeat: 1 } : {}) },
  };
}

/** The receipt of a message: that of its first event; where it became several, each of them beside it. */
function receiptOf({ eventId, status, events, reason, errors }: Delivery): DeliveryReceipt {
  const each = events.map((event) => ({ eventId: event.eventId, status }));
  return {
    eventId,
    status,
    ...(reason ? { reason } : {}),
    ...(errors ? { errors: [...errors] } : {}),
    ...(each.length > 1 ? { events: each } : {}),
  };
}

/** The same bytes whatever was wrong: it names nothing of the request, not even its correlation id, which stands in a header. */
const refusal = (code: ProblemCode, more: Pick<Answer, 'headers' | 'log'>): Answer => {
  const body = problemOf(code);
  return {
    status: body.status,
    body,
    ...more,
    headers: { 'content-type': 'application/problem+json', ...more.headers },
  };
};

/** What the sender signs is the URI that it calls: behind a name of our own the gateway does not know all of it. */
function publicUrlOf({ publicUrl }: Receiving, url: string): string {
  if (publicUrl === undefined) return url;
  const { pathname, search } = new URL(url);
  return `${publicUrl}${pathname}${search}`;
}

/** API Gateway gives header names in lower case; whoever else calls the function need not. */
function lowerCased(headers: Call['headers']): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const [given, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const name = given.toLowerCase();
    lower[name] = name in lower ? `${lower[name]},${value}` : value;
  }
  return lower;
}
