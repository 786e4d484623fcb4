import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallApp, writeAssembly } from '#test/support/local-app/assembly.ts';
import { launch, type RunningServer, startServer } from '#test/support/server.ts';

const env = { LOCAL_ASSEMBLY: writeAssembly(smallApp()) };
let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ env });
});
afterAll(async () => {
  await server.kill();
  rmSync(server.dataDir, { recursive: true, force: true });
});

const call = async (client: string, command: string, input: object) => {
  const answer = await fetch(`${server.url}/call`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await server.token('viewer')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ client, command, input }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
};

const put = (...details: object[]) =>
  call('eventbridge', 'PutEventsCommand', {
    Entries: details.map((detail) => ({
      EventBusName: 'small',
      Source: 'test',
      DetailType: 'thing.happened',
      Detail: JSON.stringify(detail),
    })),
  });

/** What the stream's consumer has added up. */
const total = async () => {
  const { body } = await call('dynamodb', 'QueryCommand', {
    TableName: 'small-state-Table',
    KeyConditionExpression: 'pk = :total',
    ExpressionAttributeValues: { ':total': { S: 'total' } },
  });
  const items = (body as { Items?: { total: { N: string } }[] }).Items ?? [];
  return items.reduce((sum, item) => sum + Number(item.total.N), 0);
};

describe('a running server', () => {
  it('prints where it listens, and a first call ready to paste', async () => {
    expect(server.output()).toContain(`listening on ${server.url}`);
    await expect.poll(() => server.output()).toMatch(/TOKEN=\S+\ncurl .*\/v1\/trade-deals.*\ncurl .*\/v1\/pipeline/);
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it('carries an event from the API over bus, rule, queue and stream to the sum, each once', async () => {
    const before = await total();
    const answer = await put({ id: 'a', count: 3 }, { id: 'b', count: 4 });
    expect(answer).toMatchObject({ status: 200, body: { FailedEntryCount: 0 } });
    await server.idle();
    expect(await total()).toBe(before + 7);
  });

  it('sends what keeps failing to the dead-letter queue, and back from there', async () => {
    await put({ id: 'poison', fail: true });
    const dead = async () =>
      (await server.control<{ name: string; visible: number }[]>('/queues')).find((one) => one.name.includes('Dead'));
    await expect.poll(async () => (await dead())?.visible, { timeout: 10_000 }).toBe(1);
    expect(await server.control('/redrive', { queue: 'DeadLetters', dryRun: true })).toEqual({ moved: 1 });
    expect(await server.control('/redrive', { queue: 'DeadLetters' })).toEqual({ moved: 1 });
    await expect.poll(async () => (await dead())?.visible, { timeout: 10_000 }).toBe(1);
  });

  it('refuses what the role of the function does not grant, in the words of AWS', async () => {
    const { status, body } = await call('dynamodb', 'DeleteItemCommand', {
      TableName: 'small-state-Table',
      Key: { pk: { S: 'a' }, sk: { S: 'record' } },
    });
    expect(status).toBe(500);
    expect(body).toEqual({
      name: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/small-work-ApiRole/small-work-ApiFunction is not authorized to perform: ' +
        'dynamodb:DeleteItem on resource: arn:aws:dynamodb:eu-west-2:000000000000:table/small-state-Table ' +
        'because no identity-based policy allows the dynamodb:DeleteItem action',
    });
  });

  it('replays what its archive has, which changes nothing where consumers are idempotent', async () => {
    const before = await total();
    expect(await server.control('/replay', { dryRun: true })).toMatchObject({ events: expect.any(Number) });
    const since = new Date().toISOString();
    await put({ id: 'replayed', count: 1 });
    await server.idle();
    expect(await server.control('/replay', { from: since })).toEqual({ events: 1 });
    await server.idle();
    expect(await total()).toBe(before + 1);
  });

  it('invokes a function for a command on the same machine, and for nobody without the key', async () => {
    const answer = await server.invoke('api', { requestContext: { http: { method: 'GET' } } });
    expect(answer).toMatchObject({ statusCode: 200 });
    const { endpoint } = JSON.parse(readFileSync(join(server.dataDir, 'server.json'), 'utf8')) as { endpoint: string };
    expect((await fetch(`${endpoint}/_local/idle`)).status).toBe(403);
    await expect(server.invoke('nothing')).rejects.toThrow(/there is no function nothing: ApiFunction/);
  });

  it('writes one log file for each function', async () => {
    await expect.poll(() => existsSync(join(server.dataDir, 'logs', 'host.log'))).toBe(true);
  });
});

describe('starting', () => {
  it('refuses a second start on the same data directory, naming the first', async () => {
    const second = launch(server.dataDir, { env });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`in use by process ${server.pid}, which listens on ${server.url}`);
  });

  it('says so when its port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const second = launch(mkdtempSync(join(tmpdir(), 'port-')), { port, env });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`port ${port} is in use`);
    taken.close();
  });

  it('says what is in the template that it does not know', async () => {
    const app = smallApp();
    app.work.Machine = { Type: 'AWS::StepFunctions::StateMachine' };
    const second = launch(mkdtempSync(join(tmpdir(), 'unknown-')), { env: { LOCAL_ASSEMBLY: writeAssembly(app) } });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('small-work / Machine (AWS::StepFunctions::StateMachine)');
    expect(second.output()).not.toContain('    at ');
  });

  it('says how to get Java where there is none', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'java-'));
    const second = launch(mkdtempSync(join(tmpdir(), 'nojava-')), { env: { ...env, PATH: empty, JAVA_HOME: '' } });
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(/needs Java 17 or later: no java was found\.\n.*apt install.*\n.*brew.*\n.*winget/);
  });
});

describe('a reset', () => {
  it('empties tables, queues, archive and files; tokens stay valid, and events are carried as before', async () => {
    const token = await server.token('viewer');
    await put({ id: 'early', count: 5 }, { id: 'poison-early', fail: true });
    await server.idle();
    expect(await total()).toBeGreaterThanOrEqual(5);
    expect(await server.control('/reset', {})).toEqual({ reset: true });
    expect(await total()).toBe(0);
    expect(await server.control('/replay', { dryRun: true })).toEqual({ events: 0 });
    const queues = await server.control<{ visible: number; inFlight: number }[]>('/queues');
    for (const queue of queues) expect(queue).toMatchObject({ visible: 0, inFlight: 0 });
    await put({ id: 'early', count: 2 }, { id: 'late', count: 2 });
    await server.idle();
    expect(await total()).toBe(4);
    const health = await fetch(`${server.url}/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ client: 'dynamodb', command: 'QueryCommand', input: {} }),
    });
    expect(health.status).not.toBe(401);
  });

  it('is for nobody without the key', async () => {
    const { endpoint } = JSON.parse(readFileSync(join(server.dataDir, 'server.json'), 'utf8')) as { endpoint: string };
    expect((await fetch(`${endpoint}/_local/reset`, { method: 'POST' })).status).toBe(403);
  });
});

describe('ending', () => {
  it('loses nothing on SIGKILL of the whole group, and counts nothing twice after it', async () => {
    const before = await total();
    const numbers = Array.from({ length: 10 }, (_, index) => index);
    await put(...numbers.map((index) => ({ id: `crash-${index}`, count: 1 })));
    await server.kill();
    server = await startServer({ dataDir: server.dataDir, env });
    expect(server.output()).toMatch(/not stopped cleanly/);
    await server.idle();
    expect(await total()).toBe(before + 10);
  });

  it('stops cleanly, Java and all, and its tokens are still good after it', async () => {
    const token = await server.token('viewer');
    expect(processesOf(server.dataDir)).toHaveLength(1);
    expect(await server.stop()).toBe(0);
    expect(processesOf(server.dataDir)).toEqual([]);
    expect(existsSync(join(server.dataDir, 'server.json'))).toBe(false);
    server = await startServer({ dataDir: server.dataDir, env });
    expect(server.output()).not.toMatch(/not stopped cleanly/);
    const answer = await fetch(`${server.url}/call`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{}',
    });
    expect(answer.status).not.toBe(401);
  });

  it('leaves no process when only the server is killed', async () => {
    process.kill(server.pid, 'SIGKILL');
    await expect.poll(() => processesOf(server.dataDir), { timeout: 5_000 }).toEqual([]);
  });
});

/** Java processes on that data directory. */
function processesOf(dataDir: string): string[] {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes('DynamoDBLocal.jar') && line.includes(dataDir));
}
