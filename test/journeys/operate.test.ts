import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutputName } from '#infra/names.ts';
import { type Client, clientOf, deal, talk } from '#test/support/client.ts';
import { operatorOf } from '#test/support/operator.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';

let dataDir: string;
let server: RunningServer;
let officer: Client;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'operate-'));
  server = await startServer({ dataDir });
  officer = await clientOf(server, 'bd-officer');
});

afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A command as `npm run` starts it. */
const run = (command: string, ...options: string[]) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    execFile(
      process.execPath,
      [`infra/operate/${command}.ts`, ...options],
      { env: { ...process.env, DATA_DIR: dataDir } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });

const pipeline = async () => {
  await server.idle();
  return (await officer.get('/v1/pipeline')).body;
};

interface Queue {
  arn: string;
  visible: number;
  inFlight: number;
}

describe('a message that cannot be recorded', () => {
  const waiting = async (arn: string | undefined) =>
    (await server.control<Queue[]>('/queues')).find((queue) => queue.arn === arn)?.visible ?? 0;

  test('is parked, shown, left alone by a dry run, and comes back as a dead letter while its cause stands', async () => {
    const outputs = await server.control<Record<string, string>>('/outputs');
    const { sqs } = await queuesOf();
    expect(await run('redrive', '--dry-run')).toMatchObject({
      code: 0,
      output: expect.stringContaining('nothing waits'),
    });

    await sqs.send(
      new SendMessageCommand({ QueueUrl: outputs[OutputName.recordQueueUrl] ?? '', MessageBody: 'poison' }),
    );
    const deadLetters = outputs[OutputName.recordDeadLettersArn];
    await expect.poll(() => waiting(deadLetters), { timeout: 60_000, interval: 200 }).toBe(1);

    const dry = await run('redrive', '--dry-run');
    expect(dry.output).toContain('record: 1 events that the recorder gave up');
    expect(dry.output).toContain('a message that is no event, 6 characters long');
    expect(dry.output).not.toContain('poison');
    expect(dry.code).toBe(1);
    expect(await waiting(deadLetters)).toBe(1);

    const sent = await run('redrive', '--queue', 'record');
    expect(sent.output).toContain('1 sent back');
    expect(sent.code).toBe(0);
    await expect.poll(() => waiting(deadLetters), { timeout: 60_000, interval: 200 }).toBe(1);
  }, 150_000);

  async function queuesOf() {
    const { bus } = await operatorOf(dataDir);
    const { endpoint, region, credentials } = bus.config;
    const at = await endpoint?.();
    return {
      sqs: new SQSClient({ endpoint: `${at?.protocol}//${at?.hostname}:${at?.port}`, region, credentials }),
    };
  }
});

test('what the projector gave up is not sent back but told, and purged once it is mended', async () => {
  const { sqs, url } = await gaveUpQueue();
  const DDBStreamBatchInfo = { shardId: 'shard-1', startSequenceNumber: '100', endSequenceNumber: '199' };
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify({ DDBStreamBatchInfo }) }));
  const told = await run('redrive', '--dry-run');
  expect(told.output).toContain('project: 1 stream batches that were not counted; to mend: npm run rebuild');
  expect(told.output).toContain('shard shard-1, 100 to 199');
  expect((await run('redrive', '--purge', 'project', '--dry-run')).code).toBe(1);
  expect(await run('redrive', '--purge', 'project')).toMatchObject({ code: 0 });
  expect((await run('redrive', '--purge', 'project', '--dry-run')).code).toBe(0);
  expect(await run('redrive', '--purge', 'record')).toMatchObject({ code: 2 });

  async function gaveUpQueue() {
    const { bus } = await operatorOf(dataDir);
    const at = await bus.config.endpoint?.();
    const origin = `${at?.protocol}//${at?.hostname}:${at?.port}`;
    const { region, credentials } = bus.config;
    const outputs = await server.control<Record<string, string>>('/outputs');
    const [, , , , account, name] = outputs[OutputName.projectGaveUpArn]?.split(':') ?? [];
    return { sqs: new SQSClient({ endpoint: origin, region, credentials }), url: `${origin}/${account}/${name}` };
  }
});

test('replaying everything that ever came in changes no record and no figure', async () => {
  const { body: logged } = await officer.post('/v1/trade-deals', deal({ value: { amount: '10.00', currency: 'GBP' } }));
  await officer.post(`/v1/trade-deals/${logged.id}/moves`, { to: 'qualified' });
  await officer.post('/v1/engagements', talk());
  const before = await pipeline();
  const record = (await officer.get(`/v1/trade-deals/${logged.id}`)).body;
  const timeline = (await officer.get(`/v1/trade-deals/${logged.id}/timeline`)).body;

  expect((await run('replay')).code).toBe(2);
  const dry = await run('replay', '--from', '1h', '--dry-run');
  const [, events] = /(\d+) events of .* would be replayed/.exec(dry.output) ?? [];
  expect(Number(events)).toBeGreaterThanOrEqual(3);
  const replayed = await run('replay', '--from', '1h');
  expect(replayed.output).toContain('are on their way to the recorder');
  expect(replayed.code).toBe(0);

  expect((await pipeline()).rows).toEqual(before.rows);
  expect((await officer.get(`/v1/trade-deals/${logged.id}`)).body).toEqual(record);
  expect((await officer.get(`/v1/trade-deals/${logged.id}/timeline`)).body).toEqual(timeline);
  expect((await run('reconcile')).code).toBe(0);
}, 90_000);

test('a rebuild while people write loses and doubles nothing', async () => {
  let rebuilt = false;
  let written = 0;
  const before = await pipeline();
  const writing = Array.from({ length: 4 }, async () => {
    for (let more = 5; more > 0; rebuilt ? more-- : 0) {
      const { status } = await officer.post('/v1/trade-deals', deal({ value: { amount: '1.00', currency: 'GBP' } }));
      expect(status).toBe(201);
      written++;
    }
  });
  const running = run('rebuild').finally(() => {
    rebuilt = true;
  });
  await Promise.all(writing);
  const { code, output } = await running;
  expect(output).toMatch(/rebuilt as generation 2 from \d+ records/);
  expect([0, 3]).toContain(code);

  const after = await pipeline();
  expect(after.totals.open.count).toBe(before.totals.open.count + written);
  const dry = await run('rebuild', '--dry-run');
  expect(dry.code, dry.output).toBe(0);
  expect(dry.output).not.toContain('generation');
  expect((await run('reconcile', '--repair')).output).toContain('agrees');
}, 120_000);

test('without a server there, a command says so and what to do', async () => {
  const nowhere = await run('reconcile', '--data-dir', join(dataDir, 'nowhere'));
  expect(nowhere.code).toBe(2);
  expect(nowhere.output).toContain('start it with npm start');
});
