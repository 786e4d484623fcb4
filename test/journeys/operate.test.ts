import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { OutputName } from '#infra/names.ts';
import { type Client, clientOf, deal, talk } from '#test/support/client.ts';
import { operatorOf } from '#test/support/operator.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';

let directory: string;
let dataDir: string;
let server: RunningServer;
let officer: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'operate-'));
  dataDir = join(directory, 'data');
});

afterAll(async () => {
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(env: Record<string, string> = {}): Promise<void> {
  server = await startServer({ dataDir, env });
  officer = await clientOf(server, 'bd-officer');
}

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

const outputs = () => server.control<Record<string, string>>('/outputs');

/** Puts a message into a queue as the owner of the server may. */
async function send(queue: OutputName, body: string): Promise<void> {
  const { bus } = await operatorOf(dataDir);
  const { region, credentials } = bus.config;
  const at = await bus.config.endpoint?.();
  const endpoint = `${at?.protocol}//${at?.hostname}:${at?.port}`;
  const [, , , , account, name] = (await outputs())[queue]?.split(':') ?? [];
  const sqs = new SQSClient({ endpoint, region, credentials });
  await sqs.send(new SendMessageCommand({ QueueUrl: `${endpoint}/${account}/${name}`, MessageBody: body }));
}

/** The app as it is, but its recorder may not write, and the queue gives up within seconds instead of ten minutes. */
async function faultyAssembly(): Promise<string> {
  const assembly = join(directory, 'faulty');
  await cp(inject('assembly'), assembly, { recursive: true });
  const file = join(assembly, 'Recording.template.json');
  const template = JSON.parse(await readFile(file, 'utf8')) as Template;
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (Type === 'AWS::SQS::Queue' && Properties.RedrivePolicy) Properties.VisibilityTimeout = 1;
    if (Type === 'AWS::IAM::Policy' && id.startsWith('Record'))
      for (const statement of Properties.PolicyDocument?.Statement ?? [])
        statement.Action = [statement.Action].flat().filter((action) => action !== 'dynamodb:PutItem');
  }
  await writeFile(file, JSON.stringify(template));
  return assembly;
}

interface Template {
  Resources: Record<
    string,
    {
      Type: string;
      Properties: {
        RedrivePolicy?: object;
        VisibilityTimeout?: number;
        PolicyDocument?: { Statement: { Action: string | string[] }[] };
      };
    }
  >;
}

test('what could not be recorded is parked and shown, and recorded by a redrive once its cause is mended', async () => {
  await start({ LOCAL_ASSEMBLY: await faultyAssembly() });
  expect(await run('redrive', '--dry-run')).toMatchObject({
    code: 0,
    output: expect.stringContaining('nothing waits'),
  });
  const accepted = await officer.post('/v1/trade-deals', deal(), { prefer: 'respond-async' });
  expect(accepted.status).toBe(202);
  const receipt = accepted.headers.get('location') ?? '';
  const arn = (await outputs())[OutputName.recordDeadLettersArn];
  const parked = async () =>
    (await server.control<{ arn: string; visible: number }[]>('/queues')).find((queue) => queue.arn === arn)?.visible;
  await expect.poll(parked, { timeout: 60_000, interval: 200 }).toBe(1);

  const dry = await run('redrive', '--dry-run');
  expect(dry.output).toContain('record: 1 events that the recorder gave up');
  expect(dry.output).toContain(`trade-deal.logged  ${receipt.split('/').at(-1)}  trd_`);
  expect(dry.code).toBe(1);
  expect(await parked()).toBe(1);
  expect((await officer.get(receipt)).body.status).toBe('accepted');

  await server.stop();
  await start();
  const sent = await run('redrive', '--queue', 'record');
  expect(sent.output).toContain('1 moved back');
  expect(sent.code).toBe(0);
  await server.idle();
  expect((await officer.get(receipt)).body.status).toBe('recorded');
  expect((await run('redrive')).code).toBe(0);
}, 150_000);

test('what the projector gave up is not sent back but told, and purged once it is mended', async () => {
  const DDBStreamBatchInfo = { shardId: 'shard-1', startSequenceNumber: '100', endSequenceNumber: '199' };
  await send(OutputName.projectGaveUpArn, JSON.stringify({ DDBStreamBatchInfo }));
  const told = await run('redrive');
  expect(told.output).toContain('project: 1 stream batches that were not counted; to mend: npm run rebuild');
  expect(told.output).toContain('shard shard-1, 100 to 199');
  expect(told.code).toBe(1);
  expect((await run('redrive', '--purge', 'project', '--dry-run')).code).toBe(1);
  expect(await run('redrive', '--purge', 'project')).toMatchObject({ code: 0 });
  expect((await run('redrive', '--purge', 'project', '--dry-run')).code).toBe(0);
  expect(await run('redrive', '--purge', 'record')).toMatchObject({ code: 2 });
}, 60_000);

test('a message that says nothing stays where it is, and its words are not shown', async () => {
  await send(OutputName.recordDeadLettersArn, 'a secret');
  const told = await run('redrive');
  expect(told.output).toContain('a message that is not an event, 8 characters long');
  expect(told.output).toContain('0 moved back, 1 still waiting');
  expect(told.output).not.toContain('secret');
  expect(told.code).toBe(1);
}, 60_000);

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
  expect(nowhere.output).toContain('start one with npm start');
});
