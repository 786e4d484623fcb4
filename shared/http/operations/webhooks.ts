import * as z from 'zod';
import type { Operation } from '../operation.ts';
import { DeliveryReceipt } from '../webhooks/receipt.ts';

export const WEBHOOK_OPERATIONS: readonly Operation[] = [
  {
    id: 'receiveWebhook',
    method: 'POST',
    path: '/webhooks/{partnerId}',
    access: 'open',
    fn: 'webhook',
    tag: 'webhooks',
    summary: 'Receive a message from a partner system',
    description:
      'Signed with the scheme agreed with the partner; the signature is verified over the exact bytes before anything is parsed. Up to 256 KiB. ' +
      'A repeated message gets the receipt of the first. An authentic message that cannot be mapped is quarantined, not lost.',
    // Of any form: a name that no partner has is answered like a signature that is wrong.
    params: z.strictObject({ partnerId: z.string() }),
    raw: {
      description:
        "The message, in the format that the partner's mapping reads; without a mapping, the default format.",
    },
    responses: {
      202: { description: 'Accepted for processing, or quarantined.', schema: DeliveryReceipt, headers: ['Location'] },
    },
    problems: ['not-authentic', 'body-too-large', 'too-many-deliveries', 'unavailable'],
    example: {
      params: { partnerId: 'jitri' },
      body: {
        type: 'trade-deal.moved',
        timestamp: '2026-11-21T08:00:00Z',
        data: { externalRef: { partner: 'jitri', ref: 'D-1042' }, to: 'qualified' },
      },
      answer: { eventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M', status: 'accepted' },
    },
  },
];
