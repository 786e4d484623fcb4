import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import { expect, it } from 'vitest';
import { CATALOGUE } from '#shared/events/catalogue.ts';
import type { EventContract } from '#shared/events/contract.ts';
import { OPERATIONS } from '#shared/http/operations.ts';
import { type InvalidSample, readSamples } from '../contracts/stored-samples.ts';
import { asFunction, asItStands } from './support/as-functions.ts';

interface Call {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
/** What a service answers to a call; undefined breaks the connection. */
type Answers = (
  call: Call,
  attempt: number,
) => { status: number; headers?: Record<string, string>; body?: string } | undefined;

/** What a program asks of a service, and what it makes of the answers. */
async function run(file: string, answers: Answers) {
  const calls: Call[] = [];
  const attempts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const { method, url = '', headers } = request;
    const call = { method, url, headers, body: await buffer(request) };
    calls.push(call);
    const attempt = (attempts.get(url) ?? 0) + 1;
    attempts.set(url, attempt);
    const answer = answers(call, attempt);
    if (!answer) return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, [file], {
    env: { ...CREDENTIALS, AWS_REGION: 'eu-west-2', AWS_ENDPOINT_URL: url },
  });
  server.closeAllConnections();
  server.close();
  return { calls, made: JSON.parse(stdout) as object[] };
}
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };

const failure = (status: number, code: string) => ({
  status,
  headers: { 'content-type': 'application/xml', 'x-amz-request-id': 'r1' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>It says ${code}.</Message></Error>`,
});
const file = {
  status: 200,
  headers: { 'content-type': 'text/plain', etag: '"e"', 'x-amz-checksum-crc32': 'jNwWgw==' },
  body: 'x',
};

/** What S3 answers, by the first part of the key: a list is answered one after the other, its last for ever. */
const FILES: Readonly<Record<string, readonly ReturnType<Answers>[]>> = {
  sound: [file],
  kept: [failure(412, 'PreconditionFailed')],
  contested: [failure(409, 'ConditionalRequestConflict')],
  missing: [failure(404, 'NoSuchKey')],
  denied: [failure(403, 'AccessDenied')],
  expired: [failure(400, 'ExpiredToken')],
  slow: [failure(503, 'SlowDown'), failure(503, 'SlowDown'), file],
  failing: [failure(500, 'InternalError')],
  broken: [undefined, file],
};
const s3: Answers = ({ url = '' }, attempt) => {
  const answers = FILES[url.split('/')[2]?.split('-')[0] ?? ''] ?? [];
  return answers[Math.min(attempt, answers.length) - 1];
};

const s3Program = `
  import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
  import { openFiles } from '#shared/runtime/clients.ts';
  const files = openFiles();
  const made = [];
  for (const kind of ${JSON.stringify(Object.keys(FILES))})
    for (const call of ['get', 'put'])
      try {
        const at = { Bucket: 'files', Key: \`\${kind}-\${call}/a b'(c)*!~/\u4e2d+&=\` };
        const got = await files.send(
          call === 'get'
            ? new GetObjectCommand(at)
            : new PutObjectCommand({ ...at, Body: Buffer.from('\u4e2d'), IfNoneMatch: '*', ContentType: 'text/plain' }),
        );
        made.push({ kind, call, text: Buffer.from((await got.Body?.transformToByteArray()) ?? '').toString() });
      } catch ({ name, message, $metadata }) {
        made.push({ kind, call, name, message, status: $metadata?.httpStatusCode });
      }
  console.log(JSON.stringify(made));
`;

it('files are read and kept by the same calls as with the whole client of S3, and what comes of them is the same', async () => {
  const [whole, slim] = [asItStands(s3Program), asFunction(s3Program)];
  expect(whole.bytes - slim.bytes).toBeGreaterThan(100_000);
  const [one, other] = [await run(whole.file, s3), await run(slim.file, s3)];
  expect(other.made).toEqual(one.made);
  // The whole client also says in the query which of S3's calls it makes, which S3 knows by itself.
  const where = ({ method, url = '' }: Call) => [method, url.replace(/\?x-id=(?:Get|Put)Object$/, '')];
  const sent = ({ headers, body, ...call }: Call) => [
    ...where({ headers, body, ...call }),
    body.toString(),
    ...['if-none-match', 'content-type', 'content-length', 'x-amz-checksum-crc32', 'x-amz-checksum-mode'].map(
      (name) => headers[name],
    ),
  ];
  expect(other.calls.map(where)).toEqual(one.calls.map(where));
  const puts = ({ method }: Call) => method === 'PUT';
  expect(other.calls.filter(puts).map(sent)).toEqual(one.calls.filter(puts).map(sent));
  expect(one.made).toHaveLength(2 * Object.keys(FILES).length);
}, 60_000);

it('a call for a file is signed as the whole client signs it', async () => {
  const { calls } = await run(asFunction(s3Program).file, s3);
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };
  const { signer } = new S3Client({ region: 'eu-west-2', credentials }).config;
  const { sign } = await signer({
    schemeId: 'aws.auth#sigv4',
    signingProperties: {},
    identityProperties: {},
    name: 'sigv4',
    signingName: 's3',
    signingRegion: 'eu-west-2',
    properties: {},
  } as never).then((each) => ({ sign: each.sign.bind(each) }));
  for (const { method = '', url = '', headers, body } of calls) {
    const { authorization = '', 'x-amz-date': date = '' } = headers as Record<string, string>;
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    const request = new HttpRequest({ method, path: url, headers: signed, ...(method === 'PUT' ? { body } : {}) });
    const at = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const expected = await sign(request, { signingDate: new Date(at) });
    expect(authorization, `${method} ${url}`).toBe((expected as HttpRequest).headers['authorization']);
    expect(names).toEqual(
      expect.arrayContaining(['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token']),
    );
  }
  expect(calls.length).toBeGreaterThan(0);
}, 60_000);

it('a file that came in other bytes than were kept is asked for once more', async () => {
  const answers: Answers = (_, attempt) => (attempt === 1 ? { ...file, body: 'y' } : file);
  const program = `
    import { GetObjectCommand } from '@aws-sdk/client-s3';
    import { openFiles } from '#shared/runtime/clients.ts';
    const { Body } = await openFiles().send(new GetObjectCommand({ Bucket: 'files', Key: 'k' }));
    console.log(JSON.stringify([Buffer.from(await Body.transformToByteArray()).toString()]));`;
  const { calls, made } = await run(asFunction(program).file, answers);
  expect([calls.length, made]).toEqual([2, ['x']]);
});

it('a mail is sent by the same call as with the whole client of SES, which is far larger', async () => {
  const program = `
    import { SendEmailCommand } from '@aws-sdk/client-sesv2';
    import { openMail } from '#shared/runtime/clients.ts';
    const raw = { Content: { Raw: { Data: Buffer.from('mail') } }, FromEmailAddress: 'a@b.example', ConfigurationSetName: 'set' };
    const { MessageId } = await openMail().send(new SendEmailCommand(raw));
    console.log(JSON.stringify([MessageId]));`;
  const [whole, slim] = [asItStands(program), asFunction(program)];
  expect(whole.bytes - slim.bytes).toBeGreaterThan(40_000);
  const answers: Answers = () => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"MessageId":"m"}',
  });
  const [one, other] = [await run(whole.file, answers), await run(slim.file, answers)];
  const sent = ({ method, url, headers, body }: Call) => [method, url, headers['content-type'], body.toString()];
  expect(other.calls.map(sent)).toEqual(one.calls.map(sent));
  expect([one.made, other.made]).toEqual([['m'], ['m']]);
});

const linesProgram = `
  import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
  import { openLogger } from '#shared/runtime/logger.ts';
  Date.now = () => 0;
  const log = openLogger('house');
  const around = { id: 'a' };
  const within = Object.assign(new TypeError('inner', { cause: new Error('cause', { cause: 'text' }) }), { code: 7n });
  log.info('plain');
  log.info('all', { id: 'rec_1', count: 3, none: null, empty: '', missing: undefined, list: [1, null, undefined], big: 12n ** 30n });
  log.warn('deep', { a: { none: null, empty: '', twice: [around, around], error: within }, date: new Date(0) });
  log.error('error', { error: within, service: 'another', level: 'x', message: 'y', timestamp: 'z', sampling_rate: 1 });
  around.self = around;
  log.error('circle', { around });
  log.debug('more', { xray_trace_id: 'own' });
  const metrics = new Metrics({ namespace: 'House', serviceName: 'house' });
  console.log(metrics.hasStoredMetrics());
  for (const value of [1, 2]) metrics.addMetric('Made', MetricUnit.Count, value);
  metrics.addMetric('Took', MetricUnit.Milliseconds, 12.5);
  console.log(metrics.hasStoredMetrics());
  metrics.publishStoredMetrics();
  for (let at = 0; at < 250; at++) metrics.addMetric('Many', MetricUnit.Count, at);
  for (let at = 0; at < 101; at++) metrics.addMetric('Name' + at, MetricUnit.Count, at);
  metrics.publishStoredMetrics();
  console.log(metrics.hasStoredMetrics());
`;

it.each([
  {},
  { _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1', TZ: ':UTC' },
  { POWERTOOLS_LOG_LEVEL: 'debug', POWERTOOLS_METRICS_DISABLED: 'true' },
  { LOG_LEVEL: 'WARN' },
  { LOG_LEVEL: 'nonsense' },
  { AWS_LAMBDA_LOG_LEVEL: 'ERROR', POWERTOOLS_LOG_LEVEL: 'DEBUG' },
  { AWS_LAMBDA_LOG_LEVEL: 'FATAL' },
  { POWERTOOLS_LOG_LEVEL: 'SILENT' },
])('lines of the log and of metrics are those of Powertools, which is far larger: %o', async (env) => {
  const [whole, slim] = [asItStands(linesProgram), asFunction(linesProgram)];
  expect(whole.bytes - slim.bytes).toBeGreaterThan(30_000);
  const [one, other] = await Promise.all(
    [whole, slim].map(async ({ file: program }) => {
      const told = await promisify(execFile)(process.execPath, [program], {
        env: { PATH: process.env['PATH'], ...env },
      });
      // When it was and where it stood in which program.
      const same = (text: string) =>
        text
          .replaceAll(/"timestamp":"[^"]+Z"/g, '')
          .replaceAll(program, '')
          .replaceAll(/:\d+:\d+/g, '');
      return { out: same(told.stdout), err: same(told.stderr) };
    }),
  );
  expect(other).toEqual(one);
});

const schemasProgram = `
  import { CATALOGUE } from '#shared/events/catalogue.ts';
  import { OPERATIONS } from '#shared/http/operations.ts';
  import { readFileSync } from 'node:fs';
  const { events, requests } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  const told = ({ success, data, error }) => (success ? { data } : { issues: error.issues });
  console.log(JSON.stringify([
    events.map(([at, detail]) => told(CATALOGUE[at].detail.safeParse(detail))),
    requests.map(([at, part, value]) => told((part === 'body' ? OPERATIONS[at].body.schema : OPERATIONS[at][part]).safeParse(value))),
  ]));
`;

/** A value, and what is wrong with it in turn: not there, of another type, a field less, a field too many, each field of another type. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* [value, null, 'text', [], {}];
  if (typeof value !== 'object' || value === null) return;
  yield { ...value, unknown: 1 };
  for (const name of Object.keys(value)) {
    const { [name]: _, ...others } = value as Record<string, unknown>;
    yield others;
    for (const wrong of [null, '', 7, [], { a: 1 }]) yield { ...value, [name]: wrong };
  }
}

it('schemas of functions take, change and refuse what those of the sources do, in the same words', () => {
  const indexOf = (sample: { source: string; name: string; version: number }) =>
    CATALOGUE.findIndex(
      ({ source, name, schemaVersion }: EventContract) =>
        source === sample.source && name === sample.name && schemaVersion === sample.version,
    );
  const events = readSamples().map(({ text, valid, ...sample }) => {
    const read = JSON.parse(text) as InvalidSample;
    return [indexOf(sample), valid ? read : read.detail] as const;
  });
  const requests = OPERATIONS.flatMap(({ params, query, body, example }, at) => [
    ...(params ? [...spoilt(example.params ?? {})].map((value) => [at, 'params', value] as const) : []),
    ...(query
      ? [...spoilt({ limit: '5', asOf: '2026-01-01', sort: 'value' })].map((value) => [at, 'query', value] as const)
      : []),
    ...(body ? [...spoilt(example.body ?? {})].map((value) => [at, 'body', value] as const) : []),
  ]);
  const told = ({ success, data, error }: { success: boolean; data?: unknown; error?: { issues: unknown } }) =>
    success ? { data } : { issues: error?.issues };
  const schemaOf = (at: number, part: 'params' | 'query' | 'body') => {
    const operation = OPERATIONS[at];
    return part === 'body' ? operation?.body?.schema : operation?.[part];
  };
  const expected = [
    events.map(([at, detail]) => told(CATALOGUE[at]?.detail.safeParse(detail) as never)),
    requests.map(([at, part, value]) => told(schemaOf(at, part)?.safeParse(value) as never)),
  ];
  const { file: program } = asFunction(schemasProgram);
  const input = join(dirname(program), 'input.json');
  writeFileSync(input, JSON.stringify({ events, requests }));
  const output = execFileSync(process.execPath, [program, input], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(JSON.parse(output)).toEqual(JSON.parse(JSON.stringify(expected)));
  expect(requests.length).toBeGreaterThan(500);
});
