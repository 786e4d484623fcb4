import { S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { FIRST_SERIES } from '#shared/domain/report/series.ts';
import type { HttpResult } from '#shared/http/answer.ts';
import { REPORT_EXAMPLE } from '#shared/http/report-example.ts';
import { makeReport } from '#shared/reports/publish.ts';
import type { Report } from '#shared/reports/report.ts';
import { ReportRequest } from '#shared/reports/request.ts';
import { functionWorld, useFunctionEnvironment } from '#test/support/function-world.ts';
import { httpEvent, type RequestOptions } from '#test/support/http-request.ts';
import { type MemoryFiles, memoryFiles } from '#test/support/memory-files.ts';
import { mockClient } from '#test/support/mock-client.ts';

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const world = functionWorld();
const s3 = mockClient(S3Client);
const scheduler = mockClient(SchedulerClient);
let files: MemoryFiles;
let handler: (event: unknown, context: unknown) => Promise<HttpResult>;
/** Whether reports that are asked for are made at once. */
let isMaking: boolean;

beforeAll(async () => {
  useFunctionEnvironment();
  vi.stubEnv('FILES_BUCKET', 'files');
  vi.stubEnv('REPORT_QUEUE_URL', 'https://requests');
  vi.stubEnv('SCHEDULE_GROUP', 'reports');
  vi.stubEnv('SCHEDULE_ROLE_ARN', 'arn:role');
  vi.stubEnv('SCHEDULE_TARGET_ARN', 'arn:report');
  vi.stubEnv('SCHEDULE_LOST_ARN', 'arn:lost');
  vi.useFakeTimers({ toFake: ['Date'] });
  handler = (await import('#functions/api/reports.ts')).handler as never;
});
beforeEach(() => {
  vi.setSystemTime(NOW);
  world.reset();
  s3.reset();
  scheduler.reset();
  files = memoryFiles();
  isMaking = true;
  s3.send.callsFake((command) => files.client.send(command as never));
  scheduler.on(GetScheduleCommand).rejects(Object.assign(new Error(), { name: 'ResourceNotFoundException' }));
  scheduler.on(CreateScheduleCommand).resolves({});
  world.queue.on(SendMessageCommand).callsFake(async ({ MessageBody = '' }) => {
    if (isMaking) await make(ReportRequest.parse(JSON.parse(MessageBody)));
    return { MessageId: 'sent' };
  });
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const bytes = (text: string) => new TextEncoder().encode(text);
async function make(request: ReportRequest): Promise<void> {
  const { id, series, basis, corrects = null, cutOff } = request;
  const period = { from: null, to: cutOff, timeZone: 'Europe/London' };
  const report = { ...REPORT_EXAMPLE, id, series, basis, corrects, period } as unknown as Report;
  const draw = async () =>
    (['html', 'csv', 'xlsx'] as const).flatMap((form) =>
      (['en', 'zh-CN'] as const).map((language) => ({
        form,
        language,
        mediaType: form === 'xlsx' ? XLSX : `text/${form}`,
        bytes: bytes(`\ufeff${form} ${language} of ${id}`),
      })),
    );
  const toJson = (of: Report) => bytes(JSON.stringify(of));
  const clock = () => Date.now();
  const { client } = world.kept;
  await makeReport({ table: client, files: files.client, clock, compose: async () => report, toJson, draw }, request);
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
async function call(what: string, options: RequestOptions = {}) {
  const answer = await handler(httpEvent(what, { as: 'manager', ...options }), {});
  const { statusCode: status, headers, body, isBase64Encoded } = answer;
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : body;
  return { status, headers, text, json: () => JSON.parse(text ?? 'null') };
}
const ask = (body: object = {}, headers: Record<string, string> = {}) =>
  call('POST /v1/reports', { body: { type: 'pipeline', ...body }, headers });
const asked = () => world.sent().map(({ body }) => JSON.parse(body) as ReportRequest);

describe('asking for a report', () => {
  it('gives it with where it is, once it is there', async () => {
    const answer = await ask();
    const { id } = answer.json();
    expect(answer).toMatchObject({ status: 201, headers: { location: `/v1/reports/${id}` } });
    expect(asked()).toEqual([
      { id, series: 'on-demand', cutOff: '2026-11-23T09:00:00.000Z', basis: 'as-known-then', requestedBy: 'manager' },
    ]);
  });

  it('promises it where it takes longer: the request lies in the queue by then', async () => {
    isMaking = false;
    const answer = await ask({}, { prefer: 'respond-async' });
    expect(answer).toMatchObject({ status: 202, headers: { 'preference-applied': 'respond-async' } });
    expect((await ask()).status).toBe(202);
    const [first] = asked();
    expect(answer.headers['location']).toBe(`/v1/reports/${first?.id}`);
    expect((await call(`GET ${answer.headers['location']}`)).status).toBe(404);
    await make(first as ReportRequest);
    expect((await call(`GET ${answer.headers['location']}`)).status).toBe(200);
  });

  it('is not answered where the queue does not take it', async () => {
    world.queue.on(SendMessageCommand).rejects(Object.assign(new Error(), { name: 'ServiceUnavailable' }));
    expect((await ask()).status).toBe(503);
  });

  it('again under the same key asks for the same report, of the same instant', async () => {
    isMaking = false;
    const key = { 'idempotency-key': 'k' };
    await ask({}, { ...key, prefer: 'respond-async' });
    vi.setSystemTime(NOW + 60_000);
    await ask({}, { ...key, prefer: 'respond-async' });
    expect(asked()[1]).toEqual(asked()[0]);
    expect((await ask({ series: 'monthly' }, key)).status).toBe(422);
    vi.setSystemTime(NOW + 25 * 3_600_000);
    await ask({}, { ...key, prefer: 'respond-async' });
    expect(asked()[2]?.id).not.toBe(asked()[0]?.id);
  });

  it('as known now of a period that has a report is asking for its correction', async () => {
    const first = (await ask({ series: 'monthly' })).json();
    const body = { series: 'monthly', asOf: first.period.to, basis: 'as-known-now' };
    vi.setSystemTime(NOW + 1_000);
    expect((await ask(body)).json().corrects).toBe(first.id);
    vi.setSystemTime(NOW + 2_000);
    // Of the first again, and not of its correction.
    expect((await ask(body)).json().corrects).toBe(first.id);
    expect((await ask({ ...body, series: 'weekly-guangzhou' })).json().corrects).toBeNull();
  });

  it.each([
    [{ type: 'he-bci' }, 400],
    [{ series: 'none-such' }, 422],
    [{ asOf: '2026-11-24' }, 422],
    [{ asOf: '2026-11-23' }, 422],
    [{ asOf: 'yesterday' }, 400],
    [{ basis: 'as-known-then', year: '2025/26' }, 400],
  ])('is refused with %j: %i, and nothing is asked for', async (body, status) => {
    expect((await ask(body)).status).toBe(status);
    expect(asked()).toEqual([]);
  });

  it.each(['viewer', 'bd-officer', 'ip-manager'])('is not for a %s', async (as) => {
    expect((await call('POST /v1/reports', { as, body: { type: 'pipeline' } })).status).toBe(403);
  });
});

describe('a published report', () => {
  it.each([
    ['application/json', 'zh-CN', undefined],
    ['text/html', 'en', 'html en'],
    ['text/html', 'zh-Hans', 'html zh-CN'],
    ['text/csv', 'zh', 'csv zh-CN'],
    [XLSX, 'en-GB', 'xlsx en'],
  ])(
    'is served as %s to who reads %s, byte for byte, and never again to who has it',
    async (accept, language, text) => {
      const { id } = (await ask()).json();
      const headers = { accept, 'accept-language': language };
      const answer = await call(`GET /v1/reports/${id}`, { as: 'viewer', headers });
      expect(answer.status).toBe(200);
      if (text) expect(answer.text).toBe(`\ufeff${text} of ${id}`);
      expect(answer.headers).toMatchObject({
        'cache-control': 'private, max-age=31536000, immutable',
        vary: 'Accept, Accept-Language, Authorization',
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
      });
      const etag = answer.headers['etag'] ?? '';
      const again = await call(`GET /v1/reports/${id}`, { headers: { ...headers, 'if-none-match': `"x", W/${etag}` } });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, undefined, etag]);
    },
  );

  it('runs no script and fetches nothing as a page', async () => {
    const { id } = (await ask()).json();
    const { headers } = await call(`GET /v1/reports/${id}`, { headers: { accept: 'text/html' } });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
    );
  });

  it('is an error and no answer where its file is not what was published', async () => {
    const { id } = (await ask()).json();
    const real = files.client.send.bind(files.client);
    s3.send.callsFake(async (command) => {
      const answer = (await real(command as never)) as { Body?: unknown };
      return { ...answer, Body: { transformToByteArray: async () => bytes('changed by hand') } } as never;
    });
    expect((await call(`GET /v1/reports/${id}`)).status).toBe(500);
  });

  it('cannot be had in a form that there is not', async () => {
    const { id } = (await ask()).json();
    const answer = await call(`GET /v1/reports/${id}`, { headers: { accept: 'application/pdf' } });
    expect([answer.status, answer.json().type]).toEqual([406, '/docs/problems.md#not-acceptable']);
  });
});

describe('putting a series', () => {
  const { id, ...weekly } = FIRST_SERIES[1] as (typeof FIRST_SERIES)[number];
  const put = (body: object, headers: Record<string, string> = {}, name = id) =>
    call(`PUT /v1/report-series/${name}`, { body, headers });
  const scheduled = () => scheduler.commandCalls(CreateScheduleCommand).length;

  it('keeps it and its schedule', async () => {
    const answer = await put({ ...weekly, timeZone: 'Asia/Shanghai' }, {}, 'mine');
    expect([answer.status, answer.headers['etag']]).toEqual([201, '"1"']);
    expect(scheduled()).toBe(1);
    expect((await call('GET /v1/report-series/mine')).json()).toMatchObject({ id: 'mine', timeZone: 'Asia/Shanghai' });
    expect(answer.json()).not.toHaveProperty('activeSince');
  });

  it('that died before its schedule is mended by a repeat', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(Object.assign(new Error(), { name: 'ThrottlingException' }));
    const key = { 'idempotency-key': 'k' };
    expect((await put(weekly, key, 'mine')).status).toBe(503);
    expect((await put(weekly, key, 'mine')).status).toBe(201);
    expect(scheduled()).toBe(2);
    expect((await put(weekly, {}, 'mine')).status).toBe(200);
  });

  it('is refused to who has not seen the last version, and on demand has none', async () => {
    await put(weekly, {}, 'mine');
    expect((await put({ ...weekly, currency: 'CNY' }, { 'if-match': '"2"' }, 'mine')).status).toBe(412);
    expect((await put({ ...weekly, currency: 'CNY' }, { 'if-match': '"1"' }, 'mine')).status).toBe(200);
    expect((await put(weekly, {}, 'on-demand')).status).toBe(404);
    expect((await call('PUT /v1/report-series/mine', { as: 'bd-officer', body: weekly })).status).toBe(403);
  });
});
