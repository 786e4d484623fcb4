import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KINDS, stageNames } from '#shared/domain/pipeline/ladders.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { type Client, clientOf } from '#test/support/client.ts';
import { type RunningServer, startServer } from '#test/support/server.ts';
import { COUNTS } from '../../demo/counts.ts';

let dataDir: string;
let server: RunningServer;
let admin: Client;
let interrupted: string;
let first: Run;

interface Run {
  readonly code: number;
  readonly output: string;
}

const run = (command: string, options: readonly string[], stopAt?: string) =>
  new Promise<Run>((resolve) => {
    const child = spawn(command, options, { env: { PATH: process.env['PATH'], DATA_DIR: dataDir } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        if (stopAt && output.includes(stopAt)) child.kill('SIGKILL');
      });
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
const demo = (stopAt?: string) => run(process.execPath, ['demo/run.ts'], stopAt);

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'demo-'));
}, 10_000);

afterAll(async () => {
  await server?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Sample {
  readonly id: string;
  readonly version: number;
  readonly strand: string;
  readonly stage: string;
  readonly phase: string;
  readonly place: string;
  readonly title: string;
  readonly owner: string;
  readonly description: string;
  readonly createdAt: string;
  readonly stageEnteredAt: string;
  readonly value?: { currency: string };
  readonly nextStep?: { dueOn: string };
  readonly organisations: readonly { name: string }[];
  readonly confidential?: boolean;
}

async function all(collection: string, query = ''): Promise<Sample[]> {
  const items: Sample[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await admin.get(`/v1/${collection}?limit=100${query}${cursor ? `&cursor=${cursor}` : ''}`);
    expect(status, JSON.stringify(body)).toBe(200);
    items.push(...body.items);
    cursor = body.next;
  }
  return items;
}
const COLLECTIONS = { engagement: 'engagements', 'ip-lead': 'ip-leads', 'trade-deal': 'trade-deals' } as const;
const everything = async () => (await Promise.all(Object.values(COLLECTIONS).map((each) => all(each)))).flat();

test('without a server it says how to start one', async () => {
  const { code, output } = await demo();
  expect(code).toBe(1);
  expect(output).toContain('npm start');
  expect(output.trim().split('\n')).toHaveLength(1);
});

describe('npm run demo', () => {
  let records: Sample[];
  beforeAll(async () => {
    server = await startServer({ dataDir });
    admin = await clientOf(server, 'admin');
    interrupted = (await demo('50 of 300')).output;
    first = await demo();
    await server.idle();
    records = await everything();
  }, 300_000);

  test('goes on after an interruption, with progress, loads what it promises and says what to look at', () => {
    expect(interrupted).not.toContain('300 of 300');
    expect(first.code, first.output).toBe(0);
    expect(first.output).toMatch(/^100 of 300 records/m);
    expect(first.output).toMatch(/^\d{2,3} records logged in \d{3,4} writes, rates for 0 months/m);
    expect(first.output).not.toContain('left so');
    expect(first.output).toContain(`${server.url}/v1/pipeline`);
    expect(records).toHaveLength(300);
  });

  test.each(KINDS)('the pipeline counts every strand and stage of %s as planned', async (kind) => {
    const { body } = await admin.get('/v1/pipeline');
    const counted = STRANDS.map((strand) =>
      stageNames(kind).map(
        (stage) =>
          body.rows.find(
            (row: Record<string, unknown>) =>
              row['strand'] === strand && row['kind'] === kind && row['stage'] === stage,
          ).count,
      ),
    );
    expect(counted).toEqual(STRANDS.map((strand) => COUNTS[kind][strand] ?? stageNames(kind).map(() => 0)));
    expect(body.unconverted).toEqual([]);
    expect(body.rates.map(({ currency }: { currency: string }) => currency).sort()).toEqual(['CNY', 'EUR', 'USD']);
  });

  test('covers all places, four currencies and both scripts', () => {
    const tally = (of: (record: Sample) => string | undefined) =>
      Object.fromEntries(
        Map.groupBy(records, of)
          .entries()
          .map(([key, { length }]) => [key, length]),
      );
    const places = tally(({ place }) => place);
    expect(Object.keys(places).sort()).toEqual(['birmingham', 'bristol', 'guangzhou', 'guizhou', 'nanjing']);
    const currencies = tally(({ value }) => value?.currency ?? 'none');
    expect(Object.keys(currencies).sort()).toEqual(['CNY', 'EUR', 'GBP', 'USD', 'none']);
    for (const count of [...Object.values(places), ...Object.values(currencies)])
      expect(count).toBeGreaterThanOrEqual(20);
    const han = /\p{Script=Han}/u;
    expect(records.filter(({ title }) => han.test(title)).length).toBeGreaterThan(80);
    expect(records.filter(({ title }) => !han.test(title)).length).toBeGreaterThan(150);
    expect(
      records.filter(({ organisations }) => organisations.some(({ name }) => han.test(name))).length,
    ).toBeGreaterThan(50);
    expect(new Set(records.map(({ title }) => title)).size).toBe(300);
  });

  test('spreads over two years, and has stalled, overdue, lost, reopened and confidential records', async () => {
    const daysAgo = (instant: string) => (Date.now() - Date.parse(instant)) / 86_400_000;
    expect(Math.max(...records.map(({ createdAt }) => daysAgo(createdAt)))).toBeGreaterThan(600);
    expect(Math.max(...records.map(({ createdAt }) => daysAgo(createdAt)))).toBeLessThan(733);
    expect(Math.min(...records.map(({ stageEnteredAt }) => daysAgo(stageEnteredAt)))).toBeLessThan(8);
    for (const collection of Object.values(COLLECTIONS))
      expect((await all(collection, '&stalled=true')).length).toBeGreaterThan(3);
    const today = new Date().toISOString().slice(0, 10);
    expect(records.filter(({ nextStep }) => nextStep && nextStep.dueOn < today).length).toBeGreaterThan(20);
    expect(records.filter(({ confidential }) => confidential).length).toBeGreaterThan(10);
    const deals = await all('trade-deals', '&phase=open');
    const timelines = await Promise.all(deals.map(({ id }) => admin.get(`/v1/trade-deals/${id}/timeline`)));
    const reopened = timelines.filter(({ body }) => /"from":"lost"/.test(JSON.stringify(body)));
    expect(reopened.length).toBeGreaterThan(0);
  });

  test('says of everyone and everything invented that it is', async () => {
    const { body } = await admin.get('/v1/users');
    for (const { id, name } of body.items.filter((user: { id: string }) => user.id.startsWith('demo-')))
      expect(`${id} ${name}`).toMatch(/invented|虚构|Sample data/);
    for (const { owner, description } of records) {
      expect(owner).toMatch(/^demo-/);
      expect(description).toMatch(/invented|虚构/);
    }
  });

  test('adds nothing the second time: no record, no version, no rate, no user', async () => {
    const state = async () => ({
      records: (await everything()).map(({ id, version }) => `${id} ${version}`).sort(),
      users: (await admin.get('/v1/users')).body,
    });
    const before = await state();
    const second = await demo();
    expect(second.code, second.output).toBe(0);
    expect(second.output).toContain('nothing was added');
    await server.idle();
    expect(await state()).toEqual(before);
  });

  test('finds every record again that another load would log, by its name and all its steps', async () => {
    const before = records.map(({ id, version }) => `${id} ${version}`).sort();
    const loader = await clientOf(server, 'admin', 'demo-loader');
    const { body } = await loader.get('/v1/me');
    await loader.patch('/v1/me', { name: body.name.replace('done', 'loading') });
    const again = await demo();
    expect(again.output).toMatch(/^0 records logged in 0 writes, rates for 0 months/m);
    expect((await everything()).map(({ id, version }) => `${id} ${version}`).sort()).toEqual(before);
  });

  test('leaves figures that a recount from records and from history agrees with', async () => {
    await server.idle();
    const { code, output } = await run('npm', ['run', '-s', 'reconcile']);
    expect(output).toMatch(/agree/i);
    expect(code).toBe(0);
  }, 60_000);
});
