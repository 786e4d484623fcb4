import * as z from 'zod';
import { ROLES } from '#shared/domain/user/roles.ts';
import { EventId } from '#shared/events/envelope.ts';
import { EVENT_ID, PIPELINE, recordIdExample } from '../examples.ts';
import { type Operation, responseOf } from '../operation.ts';
import { Pipeline, pipelineQuery } from '../pipeline-schema.ts';
import { Health, ReceiptView } from '../schemas.ts';

export const SYSTEM_OPERATIONS: readonly Operation[] = [
  {
    id: 'readPipeline',
    method: 'GET',
    path: '/v1/pipeline',
    access: ROLES,
    fn: 'read',
    tag: 'pipeline',
    summary: 'Get the pipeline, live or as of a past day',
    description:
      'One row per strand, kind and stage, 140 in all, in pounds or another currency. With `asOf`, the pipeline at that time: from the events and rates recorded by then (`as-known-then`), or from what is known today about what had happened by then (`as-known-now`). Records appear within seconds.',
    query: pipelineQuery,
    responses: { 200: responseOf('The pipeline.', Pipeline) },
    problems: ['validation', 'forbidden', 'no-rate', 'unavailable'],
    example: { answer: PIPELINE },
  },
  {
    id: 'readReceipt',
    method: 'GET',
    path: '/v1/receipts/{eventId}',
    access: ROLES,
    fn: 'read',
    tag: 'receipts',
    summary: "Get a write's outcome",
    description: 'Visible to the caller who made the write, and to managers and administrators.',
    params: z.strictObject({ eventId: EventId }),
    responses: { 200: responseOf('The receipt.', ReceiptView) },
    problems: ['validation', 'forbidden', 'not-found', 'unavailable'],
    example: {
      params: { eventId: EVENT_ID },
      answer: {
        eventId: EVENT_ID,
        status: 'recorded',
        record: { kind: 'trade-deal', id: recordIdExample('trade-deal'), version: 1 },
      },
    },
  },
  {
    id: 'readHealth',
    method: 'GET',
    path: '/health',
    access: 'open',
    fn: 'settings',
    tag: 'system',
    summary: 'Check that the service works',
    description:
      'Whether records can be written and read, checked at most every 5 seconds. A 503 says in `detail` what does not work.',
    responses: { 200: responseOf('The service works.', Health) },
    problems: ['validation', 'unavailable'],
    example: { answer: { status: 'ok' } },
  },
  {
    id: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    access: 'open',
    fn: 'docs',
    tag: 'system',
    summary: 'Get the OpenAPI document',
    responses: { 200: { description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()), headers: ['ETag'] } },
    problems: [],
    example: { answer: { openapi: '3.1.1' } },
  },
  {
    id: 'readDocs',
    method: 'GET',
    path: '/docs',
    access: 'open',
    fn: 'docs',
    tag: 'system',
    summary: 'Read and try the API in a browser',
    responses: { 200: { description: 'A page.', mediaType: 'text/html', schema: z.string(), headers: ['ETag'] } },
    problems: [],
    example: { answer: '<!doctype html>' },
  },
  {
    id: 'readDocsFile',
    method: 'GET',
    path: '/docs/{file}',
    access: 'open',
    fn: 'docs',
    tag: 'system',
    summary: 'Get a file of the API pages',
    params: z.strictObject({ file: z.string().regex(/^[a-z][a-z0-9-]{0,40}(?:\.[a-z0-9]{1,5}){1,2}$/) }),
    responses: { 200: { description: 'The file.', mediaType: 'text/markdown', schema: z.string(), headers: ['ETag'] } },
    problems: ['not-found'],
    example: { params: { file: 'problems.md' }, answer: '# Problems' },
  },
];
