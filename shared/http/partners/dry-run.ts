import type { Partner } from '#shared/domain/partner/partner.ts';
import { toInstant } from '#shared/runtime/clock.ts';
import { hashId } from '#shared/runtime/ids.ts';
import { verifySignature } from '#shared/webhooks/schemes.ts';
import { readMessage } from '#shared/webhooks/take-in.ts';
import type { Answer } from '../answer.ts';
import type { Call } from '../call.ts';
import type { DryRun } from '../partner-schemas.ts';
import { type Partnering, partnerOf } from './partners.ts';

/**
 * `POST /v1/partners/{id}/dry-runs`: what would become of a message, by the very steps that take one in, and nothing written. The mapping is
 * tried whether the signature fits or not: one is mended while the other is still wrong.
 */
export async function dryRun(parts: Partnering, call: Call): Promise<Answer> {
  const kept = await partnerOf(parts.table, call);
  const { body, headers = {}, mapping } = call.body as DryRun;
  const partner: Partner = mapping === undefined ? kept : { ...kept, mapping };
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const origin = {
    partner: partner.id,
    deliveryId: hashId('dlv', 'dry-run', partner.id, call.correlationId),
    receivedAt: toInstant(call.receivedAt),
  };
  const [signature, read] = await Promise.all([
    verified(parts, partner, { call, headers, body: bytes }),
    readMessage(parts, partner, origin, bytes),
  ]);
  const shown = read.ok
    ? { outcome: 'accepted', errors: [], events: read.events.map(viewOf) }
    : { outcome: 'quarantined', reason: read.reason, errors: read.errors, events: [] };
  return { status: 200, body: { signature, ...shown } };
}

async function verified(
  { secrets, publicUrl }: Partnering,
  { id, scheme, settings }: Partner,
  message: { readonly call: Call; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
) {
  const { call, headers, body } = message;
  const verdict = verifySignature(scheme, {
    method: 'POST',
    url: settings?.url ?? new URL(`/webhooks/${id}`, publicUrl ?? call.url).href,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body,
    secrets: await secrets.active(`partner/${id}`),
    now: call.receivedAt,
    settings,
  });
  if (!verdict.ok) return { authentic: false, reason: verdict.reason };
  return { authentic: true, ...(verdict.messageId === undefined ? {} : { messageId: verdict.messageId }) };
}

function viewOf({ type, recordId, entry }: { type: string; recordId: string; entry: { readonly Detail: string } }) {
  const { metadata, data } = JSON.parse(entry.Detail) as { metadata: { occurredAt: string }; data: object };
  return { type, recordId, occurredAt: metadata.occurredAt, data };
}
