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
    summary: 'Reads the pipeline, live or as it was',
    description:
      'Strand by kind by stage, all 140 rows, in pounds or in another currency. With `asOf`, as it was then: by what had been recorded by then, events and rates (`as-known-then`), or by what is known today of what had happened by then (`as-known-now`). What was recorded in the last seconds may still be on its way.',
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
    summary: 'Says what became of a write',
    description: 'To the one who sent it, and to managers and administrators.',
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
    fn: 'read',
    tag: 'system',
    summary: 'Answers while the service is up',
    responses: { 200: responseOf('It is up.', Health) },
    problems: ['validation'],
    example: { answer: { status: 'ok' } },
  },
  {
    id: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    access: 'open',
    fn: 'docs',
    tag: 'system',
    summary: 'This document',
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
    summary: 'This document, to be read and tried in a browser',
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
    summary: 'A file of that page, or the page that explains the problems',
    params: z.strictObject({ file: z.string().regex(/^[a-z][a-z0-9-]{0,40}(?:\.[a-z0-9]{1,5}){1,2}$/) }),
    responses: { 200: { description: 'The file.', mediaType: 'text/markdown', schema: z.string(), headers: ['ETag'] } },
    problems: ['not-found'],
    example: { params: { file: 'problems.md' }, answer: '# Problems' },
  },
];
