import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { invokeAsynchronously } from '#infra/local/lambda/asynchronous.ts';
import { type FunctionHost, functionHost } from '#infra/local/lambda/host.ts';
import { LogFile } from '#infra/local/lambda/log-file.ts';
import type { FunctionModel } from '#infra/local/template/model.ts';

const hosts: FunctionHost[] = [];
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
});

const host = (source: string, changed: Partial<FunctionModel> = {}, variables: Record<string, string> = {}) => {
  const codeDirectory = mkdtempSync(join(tmpdir(), 'function-'));
  writeFileSync(join(codeDirectory, 'index.mjs'), source);
  const model = {
    name: 'test',
    label: 'Test',
    arn: 'arn:aws:lambda:eu-west-2:000000000000:function:test',
    codeDirectory,
    handler: 'index.handler',
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    asynchronous: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 60 },
    ...changed,
  } as FunctionModel;
  const log = new LogFile(join(codeDirectory, 'test.log'));
  const made = functionHost(model, variables, log);
  hosts.push(made);
  return Object.assign(made, {
    call: async (event: unknown) => JSON.parse(await made.invoke(JSON.stringify(event))) as unknown,
    lines: () => {
      log.flush();
      return readFileSync(join(codeDirectory, 'test.log'), 'utf8').trim().split('\n');
    },
  });
};

describe('a function', () => {
  it('gets the event and a context like that of Lambda', async () => {
    const { call } = host(`export const handler = async (event, context) => ({
      event, context, left: context.getRemainingTimeInMillis() });`);
    const answer = await call({ n: 1 });
    expect(answer).toMatchObject({
      event: { n: 1 },
      context: {
        awsRequestId: expect.stringMatching(/^[\da-f-]{36}$/),
        functionName: 'test',
        functionVersion: '$LATEST',
        memoryLimitInMB: '128',
        invokedFunctionArn: 'arn:aws:lambda:eu-west-2:000000000000:function:test',
      },
    });
    expect((answer as { left: number }).left).toBeGreaterThan(4000);
  });

  it('sees its own environment and nothing of the one it runs in', async () => {
    const { call } = host('export const handler = async () => process.env;', {}, { TABLE_NAME: 'records' });
    expect(await call({})).toEqual({ TABLE_NAME: 'records' });
  });

  it('answers several invocations at a time', async () => {
    const { call } = host(`import { setTimeout } from 'node:timers/promises';
      export const handler = async (n) => { await setTimeout(100); return n; };`);
    await call(0);
    const began = performance.now();
    expect(await Promise.all([1, 2, 3, 4].map(call))).toEqual([1, 2, 3, 4]);
    expect(performance.now() - began).toBeLessThan(350);
  });

  it('that throws fails with the type and message of the error', async () => {
    const { call } = host(`export const handler = async () => { throw new RangeError('too much'); };`);
    await expect(call({})).rejects.toMatchObject({ fault: { errorType: 'RangeError', errorMessage: 'too much' } });
  });

  it('that does not come back is timed out, even in an endless loop, and the next invocation is answered', async () => {
    const { call } = host('export const handler = async (n) => { while (n < 0); return n; };', { timeoutSeconds: 0.3 });
    await expect(call(-1)).rejects.toMatchObject({ fault: { errorMessage: 'Task timed out after 0.30 seconds' } });
    expect(await call(1)).toBe(1);
  });

  it('that crashes fails what it had, and is started again', async () => {
    const { call } = host(`export const handler = async (n) => {
      if (n === 0) process.exit(3);
      if (n === 1) { setTimeout(() => { throw new Error('later'); }); await new Promise(() => {}); }
      return n; };`);
    await expect(call(0)).rejects.toMatchObject({ fault: { errorType: 'Runtime.ExitError' } });
    await expect(call(1)).rejects.toMatchObject({ fault: { errorMessage: 'later' } });
    expect(await call(2)).toBe(2);
  });

  it('that takes more memory than the template gives it fails alone', async () => {
    const { call } = host(
      `export const handler = async (n) => {
      const all = []; while (n === 0) all.push(new Array(1e5).fill(n + all.length)); return n; };`,
      { memoryMegabytes: 32 },
    );
    await expect(call(0)).rejects.toThrow();
    expect(await call(1)).toBe(1);
  });

  it.each([
    ['does not load', `throw new Error('at the top');`, 'index.handler', /at the top/],
    ['has no handler of that name', 'export const other = 1;', 'index.handler', /index.handler is undefined/],
    [
      'has a handler with a callback',
      'export const handler = (event, context, callback) => callback();',
      'index.handler',
      /callback/,
    ],
  ])('that %s says so', async (_, source, handler, message) => {
    await expect(host(source, { handler }).call(0)).rejects.toThrow(message);
  });

  it('is not given, and does not give, more than 6 MB', async () => {
    const { call } = host(`export const handler = async (n) => 'x'.repeat(n);`);
    await expect(call('x'.repeat(7_000_000))).rejects.toThrow(/must be smaller than 6291456 bytes/);
    await expect(call(7_000_000)).rejects.toMatchObject({ fault: { errorType: 'Function.ResponseSizeTooLarge' } });
  });

  it('is throttled beyond the concurrency that is reserved for it', async () => {
    const { call } = host('export const handler = () => new Promise((done) => setTimeout(done, 50));', {
      reservedConcurrency: 1,
    });
    const first = call({});
    await expect(call({})).rejects.toThrow('Rate Exceeded.');
    await first;
  });

  it('logs JSON lines, whatever it writes', async () => {
    const { call, lines } = host(`export const handler = async () => {
      console.log('{"level":"INFO","message":"own"}'); console.error('plain'); };`);
    await call({});
    await expect
      .poll(() => lines().map((line) => JSON.parse(line)))
      .toMatchObject([
        { level: 'INFO', message: 'own' },
        { level: 'ERROR', message: 'plain' },
      ]);
  });
});

describe('an invocation that nobody waits for', () => {
  const onFailureArn = 'arn:aws:sqs:eu-west-2:000000000000:lost';
  const counting = `import { appendFileSync } from 'node:fs';
    export const handler = async ({ file, failures }) => {
      appendFileSync(file, 'x'); if (failures-- > 0) throw new Error('no'); };`;

  it('is tried again twice, then its failure destination is told', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'async-')), 'count');
    const sent: [string, string][] = [];
    const made = host(counting, {
      asynchronous: { maximumRetryAttempts: 2, maximumEventAgeSeconds: 60, onFailureArn },
    });
    await invokeAsynchronously(made, JSON.stringify({ file, failures: 9 }), {
      onFailure: async (...message) => void sent.push(message),
      stopping: new AbortController().signal,
      retryMillis: [1, 1],
    });
    expect(statSync(file).size).toBe(3);
    expect(sent[0]?.[0]).toBe(onFailureArn);
    expect(JSON.parse(sent[0]?.[1] ?? '')).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { failures: 9 },
      responsePayload: { errorType: 'Error', errorMessage: 'no' },
    });
  });
});

describe('a log file', () => {
  it('is rotated once it is full, so that it stays bounded', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'log-')), 'a.log');
    const log = new LogFile(file, 1000);
    for (let index = 0; index < 100; index += 1) {
      log.take('stdout', `${'x'.repeat(90)}\n`);
      log.flush();
    }
    expect(statSync(file).size).toBeLessThanOrEqual(1000);
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(1000);
  });
});
