import { createHmac } from 'node:crypto';
import { type Caller, expectStatus, type Reply } from './http.ts';

/** A partner's system that signs by Standard Webhooks. */
export interface BenchPartner {
  /** Sends what logs a deal, signed now. */
  send(caller: Caller, index: number, data: Readonly<Record<string, unknown>>): Promise<Reply>;
}

/** Puts a partner and gives it a secret. Its messages are in the plain form, so that no mapping is measured. */
export async function partnerSystem(admin: Caller, id: string): Promise<BenchPartner> {
  const path = `/v1/partners/${id}`;
  const partner = {
    name: `Bench ${id}`,
    scheme: 'standard-webhooks',
    eventTypes: ['trade-deal.logged'],
    active: true,
  };
  expectStatus(await admin.put(path, partner), 201);
  const { secret } = JSON.parse(expectStatus(await admin.post(`${path}/secrets`, {}), 201).body) as { secret: string };
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    send: (caller, index, data) => {
      const message = {
        type: 'trade-deal.logged',
        timestamp: new Date().toISOString(),
        data: { ...data, externalRef: { partner: id, ref: `deal-${index}` } },
      };
      const [messageId, timestamp] = [`msg-${index}`, String(Math.floor(Date.now() / 1000))];
      const content = `${messageId}.${timestamp}.${JSON.stringify(message)}`;
      return caller.post(`/webhooks/${id}`, message, {
        'webhook-id': messageId,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
      });
    },
  };
}
