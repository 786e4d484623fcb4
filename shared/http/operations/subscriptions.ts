import * as z from 'zod';
import { PutSubscription, Subscription } from '#shared/domain/subscription/subscription.ts';
import { Slug } from '#shared/domain/text.ts';
import { ADMINS } from '#shared/domain/user/roles.ts';
import type { Operation, ResponseDefinition } from '../operation.ts';
import { Expiry, NewSecret, SecretId, SecretList, SecretView } from '../partner-schemas.ts';
import type { ProblemCode } from '../problems.ts';
import { pageQuery } from '../schemas.ts';
import {
  OutgoingId,
  OutgoingList,
  OutgoingView,
  outgoingQuery,
  RedeliverMany,
  SubscriptionList,
} from '../subscription-schemas.ts';
import { JSON_TYPE } from './records.ts';

const READ: readonly ProblemCode[] = ['validation', 'forbidden', 'unavailable'];
const BODY: readonly ProblemCode[] = [...READ, 'malformed-json', 'body-too-large', 'unsupported-media-type'];
const WRITE: readonly ProblemCode[] = [...READ, 'not-found', 'idempotency-key-reused'];

const versioned = (description: string): ResponseDefinition => ({
  description,
  schema: Subscription,
  headers: ['ETag'],
});

const params = z.strictObject({ id: Slug });
const put = {
  url: 'https://hooks.jitri.example.org/outcomes',
  eventTypes: ['trade-deal.recorded', 'trade-deal.stage-changed'],
  filter: { strand: 'business-engagement' },
  active: true,
} as const;
const subscription = { id: 'jitri-outcomes', ...put };
const secret = { id: 'sec_01JD3Q8M5V7X9Z1B3D5F7H9K2M', createdAt: '2026-11-21T08:00:00.000Z', active: true };
const dead = {
  id: 'dlv_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  type: 'trade-deal.stage-changed',
  eventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  recordId: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  createdAt: '2026-11-21T08:00:00.000Z',
  status: 'dead',
  attempts: [
    { at: '2026-11-21T08:00:00.100Z', ms: 212, httpStatus: 500 },
    { at: '2026-11-21T08:00:05.100Z', ms: 15_000, failure: 'timeout' },
  ],
};
const { status: _, ...told } = dead;
const again = { ...told, status: 'waiting', nextAt: '2026-11-22T08:00:00.000Z' };

const common = { access: ADMINS, fn: 'subscriptions', tag: 'subscriptions', params } as const;
const byId = { params: { id: 'jitri-outcomes' } };

export const SUBSCRIPTION_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    id: 'putSubscription',
    method: 'PUT',
    path: '/v1/subscriptions/{id}',
    summary: 'Create or update a subscription',
    description:
      'Sends the outcomes you select to a URL, as messages signed according to Standard Webhooks. The URL is checked now and again before every attempt. Changes take effect within 30 seconds.',
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PutSubscription, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: versioned('Updated.'), 201: versioned('Created.') },
    problems: [...BODY, 'idempotency-key-reused', 'not-found', 'stale-version', 'unknown-reference', 'forbidden-url'],
    example: { ...byId, body: put, answer: subscription },
  },
  {
    ...common,
    id: 'readSubscription',
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    summary: 'Get a subscription',
    responses: { 200: versioned('The subscription.') },
    problems: [...READ, 'not-found'],
    example: { ...byId, answer: subscription },
  },
  {
    id: 'listSubscriptions',
    method: 'GET',
    path: '/v1/subscriptions',
    access: ADMINS,
    fn: 'subscriptions',
    tag: 'subscriptions',
    summary: 'List subscriptions',
    query: pageQuery,
    responses: { 200: { description: 'A page, sorted by id.', schema: SubscriptionList } },
    problems: READ,
    example: { answer: { items: [subscription], next: null } },
  },
  {
    ...common,
    id: 'makeSubscriptionSecret',
    method: 'POST',
    path: '/v1/subscriptions/{id}/secrets',
    summary: 'Create a signing secret',
    description:
      'The secret is shown only in this response. Every active secret signs, so secrets can be rotated without a gap.',
    headers: ['Idempotency-Key'],
    responses: { 201: { description: 'The new secret; it signs within 30 seconds.', schema: NewSecret } },
    problems: [...WRITE, 'too-many-secrets'],
    example: { ...byId, answer: { id: secret.id, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' } },
  },
  {
    ...common,
    id: 'listSubscriptionSecrets',
    method: 'GET',
    path: '/v1/subscriptions/{id}/secrets',
    summary: 'List the secrets of a subscription',
    responses: {
      200: {
        description: 'Newest first, without the secret values; expired secrets are listed for 30 days.',
        schema: SecretList,
      },
    },
    problems: [...READ, 'not-found'],
    example: { ...byId, answer: { items: [secret], next: null } },
  },
  {
    ...common,
    id: 'expireSubscriptionSecret',
    method: 'POST',
    path: '/v1/subscriptions/{id}/secrets/{secretId}/expiries',
    params: params.extend({ secretId: SecretId }),
    summary: 'Expire a secret',
    headers: ['Idempotency-Key'],
    body: { schema: Expiry, mediaTypes: [JSON_TYPE], required: false },
    responses: {
      200: { description: 'The secret; it stops signing within 30 seconds of the expiry.', schema: SecretView },
    },
    problems: [...BODY, 'not-found', 'idempotency-key-reused'],
    example: {
      params: { ...byId.params, secretId: secret.id },
      body: { expiresAt: '2026-11-28T08:00:00Z' },
      answer: { ...secret, expiresAt: '2026-11-28T08:00:00.000Z' },
    },
  },
  {
    ...common,
    id: 'testSubscription',
    method: 'POST',
    path: '/v1/subscriptions/{id}/tests',
    summary: 'Send a test message',
    description: 'Sends one message of type `subscription.test`, even if the subscription is inactive.',
    headers: ['Idempotency-Key'],
    responses: {
      202: {
        description: 'Accepted; the list of deliveries shows the result.',
        schema: z.strictObject({ id: OutgoingId }).meta({ id: 'TestDelivery' }),
      },
    },
    problems: WRITE,
    example: { ...byId, answer: { id: dead.id } },
  },
  {
    ...common,
    id: 'listOutgoingDeliveries',
    method: 'GET',
    path: '/v1/subscriptions/{id}/deliveries',
    summary: 'List the deliveries to a subscriber',
    description: 'Every delivery, until 30 days after its last change, with its attempts and when the next one is due.',
    query: outgoingQuery,
    responses: { 200: { description: 'A page, newest first.', schema: OutgoingList } },
    problems: [...READ, 'not-found'],
    example: { ...byId, answer: { items: [dead], next: null } },
  },
  {
    ...common,
    id: 'redeliver',
    method: 'POST',
    path: '/v1/subscriptions/{id}/deliveries/{deliveryId}/redeliveries',
    params: params.extend({ deliveryId: OutgoingId }),
    summary: 'Resend a delivery',
    description:
      'Uses the same `webhook-id`, starts at once and follows the full retry schedule. A waiting delivery is left as it is.',
    headers: ['Idempotency-Key'],
    responses: { 202: { description: 'The delivery, waiting to be sent.', schema: OutgoingView } },
    problems: WRITE,
    example: { params: { ...byId.params, deliveryId: dead.id }, answer: again },
  },
  {
    ...common,
    id: 'redeliverMany',
    method: 'POST',
    path: '/v1/subscriptions/{id}/redeliveries',
    summary: 'Resend all dead deliveries',
    description: 'Up to 50 per call, newest first; pass `next` as the `cursor` of the next call.',
    headers: ['Idempotency-Key'],
    body: { schema: RedeliverMany, mediaTypes: [JSON_TYPE], required: true },
    responses: { 202: { description: 'The deliveries, waiting to be sent.', schema: OutgoingList } },
    problems: [...BODY, 'not-found', 'idempotency-key-reused'],
    example: { ...byId, body: { status: 'dead' }, answer: { items: [again], next: null } },
  },
];
