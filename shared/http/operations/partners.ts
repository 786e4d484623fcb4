import * as z from 'zod';
import { Partner, PutPartner } from '#shared/domain/partner/partner.ts';
import { Slug } from '#shared/domain/text.ts';
import { ADMINS } from '#shared/domain/user/roles.ts';
import type { Operation, ResponseDefinition } from '../operation.ts';
import {
  DeliveryList,
  DryRun,
  DryRunResult,
  Expiry,
  NewSecret,
  PartnerList,
  PutSecret,
  SecretId,
  SecretList,
  SecretView,
} from '../partner-schemas.ts';
import type { ProblemCode } from '../problems.ts';
import { pageQuery } from '../schemas.ts';
import { JSON_TYPE } from './records.ts';

const READ: readonly ProblemCode[] = ['validation', 'forbidden', 'unavailable'];
const BODY: readonly ProblemCode[] = [...READ, 'malformed-json', 'body-too-large', 'unsupported-media-type'];
const WRITE: readonly ProblemCode[] = [...BODY, 'idempotency-key-reused'];

const versioned = (description: string): ResponseDefinition => ({ description, schema: Partner, headers: ['ETag'] });

const partnerParams = z.strictObject({ id: Slug });
const put = {
  name: 'Jiangsu Industrial Technology Research Institute',
  scheme: 'standard-webhooks',
  defaults: { strand: 'business-engagement', place: 'nanjing', direction: 'inward-investment' },
  eventTypes: ['trade-deal.logged', 'trade-deal.amended', 'trade-deal.moved'],
  active: true,
} as const;
const partner = { id: 'jitri', ...put, mappingVersion: 1 };
const secret = { id: 'sec_01JD3Q8M5V7X9Z1B3D5F7H9K2M', createdAt: '2026-11-21T08:00:00.000Z', active: true };
const ref = { partner: 'jitri', ref: 'D-1042' };
const message = {
  type: 'trade-deal.moved',
  timestamp: '2026-11-21T08:00:00Z',
  data: { externalRef: ref, to: 'qualified' },
};
const moved = {
  eventId: 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
  type: message.type,
  recordId: 'trd_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
};

const common = { access: ADMINS, fn: 'partners', tag: 'partners', params: partnerParams } as const;

export const PARTNER_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    id: 'putPartner',
    method: 'PUT',
    path: '/v1/partners/{id}',
    summary: 'Create or update a partner system',
    description:
      'How it signs messages, which events it may send, and how its messages are mapped to events. Secrets are managed separately.',
    headers: ['If-Match', 'Idempotency-Key'],
    body: { schema: PutPartner, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: versioned('Updated.'), 201: versioned('Created.') },
    problems: [...WRITE, 'not-found', 'stale-version', 'unknown-reference'],
    example: { params: { id: 'jitri' }, body: put, answer: partner },
  },
  {
    ...common,
    id: 'readPartner',
    method: 'GET',
    path: '/v1/partners/{id}',
    summary: 'Get a partner system',
    responses: { 200: versioned('The partner.') },
    problems: [...READ, 'not-found'],
    example: { params: { id: 'jitri' }, answer: partner },
  },
  {
    id: 'listPartners',
    method: 'GET',
    path: '/v1/partners',
    access: ADMINS,
    fn: 'partners',
    tag: 'partners',
    summary: 'List partner systems',
    query: pageQuery,
    responses: { 200: { description: 'A page, sorted by id.', schema: PartnerList } },
    problems: READ,
    example: { answer: { items: [partner], next: null } },
  },
  {
    ...common,
    id: 'makeSecret',
    method: 'POST',
    path: '/v1/partners/{id}/secrets',
    summary: 'Create a secret, or store one that the partner issued',
    description:
      'The secret is shown only in this response; it is stored in Secrets Manager. It becomes active within 30 seconds, in addition to the existing ones.',
    headers: ['Idempotency-Key'],
    body: { schema: PutSecret, mediaTypes: [JSON_TYPE], required: false },
    responses: { 201: { description: 'The new secret.', schema: NewSecret } },
    problems: [...WRITE, 'not-found', 'too-many-secrets'],
    example: {
      params: { id: 'jitri' },
      body: {},
      answer: { id: secret.id, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
    },
  },
  {
    ...common,
    id: 'listSecrets',
    method: 'GET',
    path: '/v1/partners/{id}/secrets',
    summary: 'List the secrets of a partner',
    responses: {
      200: {
        description: 'Newest first, without the secret values; expired secrets are listed for 30 days.',
        schema: SecretList,
      },
    },
    problems: [...READ, 'not-found'],
    example: { params: { id: 'jitri' }, answer: { items: [secret], next: null } },
  },
  {
    ...common,
    id: 'expireSecret',
    method: 'POST',
    path: '/v1/partners/{id}/secrets/{secretId}/expiries',
    params: partnerParams.extend({ secretId: SecretId }),
    summary: 'Expire a secret',
    headers: ['Idempotency-Key'],
    body: { schema: Expiry, mediaTypes: [JSON_TYPE], required: false },
    responses: {
      200: { description: 'The secret; the expiry takes effect everywhere within 30 seconds.', schema: SecretView },
    },
    problems: [...WRITE, 'not-found'],
    example: {
      params: { id: 'jitri', secretId: secret.id },
      body: { expiresAt: '2026-11-28T08:00:00Z' },
      answer: { ...secret, expiresAt: '2026-11-28T08:00:00.000Z' },
    },
  },
  {
    ...common,
    id: 'dryRun',
    method: 'POST',
    path: '/v1/partners/{id}/dry-runs',
    summary: 'Test how a message would be processed',
    description: 'Checks the signature, runs the mapping, and lists the resulting events and errors. Writes nothing.',
    body: { schema: DryRun, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: { description: 'The result of the dry run.', schema: DryRunResult } },
    problems: [...BODY, 'not-found'],
    example: {
      params: { id: 'jitri' },
      body: { body: message },
      answer: {
        signature: { authentic: false, reason: 'header-missing' },
        outcome: 'accepted',
        errors: [],
        events: [
          { type: moved.type, recordId: moved.recordId, occurredAt: message.timestamp, data: { to: 'qualified' } },
        ],
      },
    },
  },
  {
    ...common,
    id: 'listPartnerDeliveries',
    method: 'GET',
    path: '/v1/partners/{id}/deliveries',
    summary: 'List the messages received from a partner',
    description: 'Every authentic message of the last 90 days; repeats are listed once.',
    query: pageQuery,
    responses: { 200: { description: 'A page, newest first.', schema: DeliveryList } },
    problems: [...READ, 'not-found'],
    example: {
      params: { id: 'jitri' },
      answer: {
        items: [
          {
            id: 'dlv_01JD3Q8M5V7X9Z1B3D5F7H9K2M',
            messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
            receivedAt: '2026-11-21T08:00:01.000Z',
            status: 'accepted',
            eventId: moved.eventId,
            events: [moved],
            bytes: 133,
            mappingVersion: 1,
          },
        ],
        next: null,
      },
    },
  },
];
