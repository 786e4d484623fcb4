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
    summary: 'Lists what was set aside',
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
    summary: 'Reads something in quarantine, with its raw body',
    responses: { 200: { description: 'It, and the message as it came.', schema: QuarantineDetail } },
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
    summary: 'Replays something in quarantine',
    description:
      "A partner's message is read again from its raw body by the mapping as it is now, under the same ids, so nothing doubles. What fails again stays, with what is wrong now.",
    headers: ['Idempotency-Key'],
    responses: {
      200: { description: 'Where it stands now: `replayed`, or `waiting` still.', schema: QuarantineEntry },
    },
    problems: [...READ, 'idempotency-key-reused', 'not-found', 'settled'],
    example: { params: { id }, answer: { ...entry, status: 'replayed', settled } },
  },
  {
    ...common,
    id: 'replayMany',
    method: 'POST',
    path: '/v1/quarantine/replays',
    summary: 'Replays what waits in quarantine',
    description: 'Oldest first, up to 100 a call; go on with `next` until it is null.',
    headers: ['Idempotency-Key'],
    body: { schema: ReplayMany, mediaTypes: [JSON_TYPE], required: false },
    responses: { 200: { description: 'What was tried, and where each stands now.', schema: QuarantineList } },
    problems: WRITE,
    example: { body: { partner: 'jitri' }, answer: { items: [{ ...entry, status: 'replayed', settled }], next: null } },
  },
  {
    ...common,
    id: 'discard',
    method: 'POST',
    path: '/v1/quarantine/{id}/discards',
    params,
    summary: 'Gives up something in quarantine',
    headers: ['Idempotency-Key'],
    body: { schema: Discard, mediaTypes: [JSON_TYPE], required: true },
    responses: { 200: { description: 'It is discarded; it can be looked at for 90 days.', schema: QuarantineEntry } },
    problems: [...WRITE, 'not-found', 'settled'],
    example: {
      params: { id },
      body: { reason: 'A test of theirs.' },
      answer: { ...entry, status: 'discarded', settled: { ...settled, reason: 'A test of theirs.' } },
    },
  },
];
