import * as z from 'zod';
import { ADMINS } from '#shared/domain/user/roles.ts';
import { EventId } from '#shared/events/envelope.ts';
import type { Operation } from '../operation.ts';
import {
  Discard,
  QuarantineDetail,
  QuarantineEntry,
  QuarantineList,
  quarantineQuery,
  ReplayMany,
} from '../partner-schemas.ts';
import type { ProblemCode } from '../problems.ts';
import { JSON_TYPE } from './records.ts';

const READ: readonly ProblemCode[] = ['validation', 'forbidden', 'unavailable'];
const WRITE: readonly ProblemCode[] = [
  ...READ,
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
];

const common = { access: ADMINS, fn: 'partners', tag: 'quarantine' } as const;
const params = z.strictObject({ id: EventId });
const id = 'evt_01JD3Q8M5V7X9Z1B3D5F7H9K2M';
const entry = {
  id,
  partner: 'jitri',
  eventId: id,
  type: 'webhook',
  receivedAt: '2026-11-21T08:00:00.000Z',
  reason: 'invalid-event',
  errors: [{ pointer: '/data/direction', detail: 'This field is needed.' }],
  mappingVersion: 1,
  status: 'waiting',
} as const;
const settled = { by: 'admin', at: '2026-11-21T09:00:00.000Z' };

export const QUARANTINE_OPERATIONS: readonly Operation[] = [
  {
    ...common,
    id: 'listQuarantine',
    method: 'GET',
    path: '/v1/quarantine',
    summary: 'List quarantined items',
    description:
      'Authentic messages that could not become events, and events that could not be recorded. A page may be short.',
    query: quarantineQuery,
    responses: { 200: { description: 'A page, newest first.', schema: QuarantineList } },
    problems: READ,
    example: { answer: { items: [entry], next: null } },
  },
  {
    ...common,
    id: 'readQuarantined',
    method: 'GET',
    path: '/v1/quarantine/{id}',
    params,
    summary: 'Get a quarantined item with its raw body',
    responses: { 200: { description: 'The item and the message as received.', schema: QuarantineDetail } },
    problems: [...READ, 'not-found'],
    example: {
      params: { id },
      answer: { ...entry, contentType: JSON_TYPE, body: '{"type":"trade-deal.logged","data":{"title":"A quay"}}' },
    },
  },
  {
    ...common,
    id: 'replay',
    method: 'POST',
    path: '/v1/quarantine/{id}/replay',
    params,
    summary: 'Replay a quarantined item',
    description:
      "Maps the partner's message again from its raw body, with the current mapping and under the same ids, so nothing is duplicated. An item that fails again stays in quarantine with the new errors.",
    headers: ['Idempotency-Key'],
    responses: {
      200: { description: 'The item, now `replayed` or still `waiting`.', schema: QuarantineEntry },
    },
    problems: [...READ, 'idempotency-key-reused', 'not-found', 'settled'],
    example: { params: { id }, answer: { ...entry, status: 'replayed', settled } },
  },
  {
    ...common,
    id: 'replayMany',
    method: 'POST',
    path: '/v1/quarantine/replays',
    summary: 'Replay all waiting items',
    description: 'Oldest first, up to 100 per call; continue with `next` until it is null.',
    headers: ['Idempotency-Key'],
    body: { schema: ReplayMany, mediaTypes: [JSON_TYPE], required: false },
    responses: { 200: { description: 'The items tried, each with its current status.', schema: QuarantineList } },
    problems: WRITE,
    example: { body: { partner: 'jitri' }, answer: { items: [{ ...entry, status: 'replayed', settled }], next: null } },
  },
  {
    ...common,
    id: 'discard',
    method: 'POST',
    path: '/v1/quarantine/{id}/discards',
    params,
    summary: 'Discard a quarantined item',
    headers: ['Idempotency-Key'],
    body: { schema: Discard, mediaTypes: [JSON_TYPE], required: true },
    responses: {
      200: { description: 'The discarded item; it can be read for another 90 days.', schema: QuarantineEntry },
    },
    problems: [...WRITE, 'not-found', 'settled'],
    example: {
      params: { id },
      body: { reason: 'A test message.' },
      answer: { ...entry, status: 'discarded', settled: { ...settled, reason: 'A test message.' } },
    },
  },
];
