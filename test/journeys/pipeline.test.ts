import { execFile } from 'node:child_process';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from 'vitest';
import { dayNumber, dayOfNumber, londonDay } from '#shared/domain/days.ts';
import { type Client, clientOf, deal, lead, talk } from '#test/support/client.ts';
import { logEvidence } from '#test/support/evidence.ts';
import { type Operator, operatorOf, scanAll } from '#test/support/operator.ts';
import type { RunningServer } from '#test/support/server.ts';
import { emptyServer } from '#test/support/shared-server.ts';
import { spoil } from '#test/support/spoil.ts';

let dataDir: string;
let server: RunningServer;
let operator: Operator;
let officer: Client;
let manager: Client;

beforeAll(async () => {
  server = await emptyServer();
  dataDir = server.dataDir;
  operator = await operatorOf(dataDir);
  officer = await clientOf(server, 'bd-officer');
  manager = await clientOf(server, 'manager');
});

interface Row {
  strand: string;
  kind: string;
  stage: string;
  count: number;
  value: string;
  weighted: string;
}

const settled = async (query = '') => {
  await server.idle();
  const { status, body } = await officer.get(`/v1/pipeline${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
};
const rowOf = (pipeline: { rows: Row[] }, strand: string, kind: string, stage: string) =>
  pipeline.rows.find((row) => row.strand === strand && row.kind === kind && row.stage === stage);

describe('the live pipeline', () => {
  test('is all there when nothing has been logged', async () => {
    const pipeline = await settled();
    expect(pipeline.rows).toHaveLength(140);
    expect(pipeline.totals).toMatchObject({ open: { count: 0, value: '0.00', weighted: '0.00' } });
  });

  test('refuses a rate more than a year ahead, and one dated outside 1900 to 2100', async () => {
    const rates = { base: 'GBP', rates: { EUR: '0.85' } };
    const far = await manager.put('/v1/fx-rates/2099-01-01', rates);
    expect([far.status, far.body.errors[0].parameter]).toEqual([422, 'date']);
    for (const absurd of ['0001-01-01', '2101-01-01', '2026-02-30']) {
      const { status, body } = await manager.put(`/v1/fx-rates/${absurd}`, rates);
      expect([status, body.errors[0].parameter], absurd).toEqual([400, 'date']);
    }
  });

  test('an absurd date is refused from a user and quarantined from a partner, and holds up no count', async () => {
    for (const [pointer, body] of [
      ['/occurredAt', deal({ occurredAt: '0026-11-30T08:00:00Z' })],
      ['/expectedCloseOn', deal({ expectedCloseOn: '0001-01-01' })],
      ['/expectedCloseOn', deal({ expectedCloseOn: '9999-12-31' })],
      ['/nextStep/dueOn', deal({ nextStep: { text: 'Call', dueOn: '0001-01-01' } })],
    ] as const) {
      const refused = await officer.post('/v1/trade-deals', body);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, pointer]);
    }
    const admin = await clientOf(server, 'admin');
    const partner = { name: 'Min value', scheme: 'shared-key', eventTypes: ['trade-deal.logged'], active: true };
    expect((await admin.put('/v1/partners/min-value', partner)).status).toBe(201);
    const { secret } = (await admin.post('/v1/partners/min-value/secrets')).body;
    const sent = await fetch(`${server.url}/webhooks/min-value`, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'trade-deal.logged',
        timestamp: '0001-01-01T00:00:00Z',
        data: { ...deal({ strand: 'english-taught-programmes' }), owner: undefined, externalRef: { ref: 'n1' } },
      }),
    });
    expect(sent.status).toBe(202);
    const { eventId } = (await sent.json()) as { eventId: string };
    const { items } = (await admin.get('/v1/quarantine')).body;
    const quarantined = items.find((item: { eventId: string }) => item.eventId === eventId);
    expect(quarantined).toMatchObject({ reason: 'invalid-event', partner: 'min-value' });
    const before = rowOf(await settled(), 'english-taught-programmes', 'trade-deal', 'enquiry')?.count ?? 0;
    await officer.post('/v1/trade-deals', deal({ strand: 'english-taught-programmes' }));
    expect(rowOf(await settled(), 'english-taught-programmes', 'trade-deal', 'enquiry')?.count).toBe(before + 1);
  });

  test('counts what has no rate under unconverted, and values it when the rate comes', async () => {
    const logged = await officer.post('/v1/trade-deals', deal({ value: { amount: '1250000.00', currency: 'CNY' } }));
    expect(logged.status).toBe(201);
    const without = await settled();
    expect(rowOf(without, 'business-engagement', 'trade-deal', 'enquiry')).toMatchObject({
      count: 1,
      value: '0.00',
      weighted: '0.00',
    });
    expect(without.unconverted).toEqual([{ currency: 'CNY', amount: '1250000.00', count: 1 }]);
    const rates = { base: 'GBP', rates: { CNY: '0.1083', USD: '0.77', JPY: '0.0051' } };
    expect((await officer.put('/v1/fx-rates/2026-01-05', rates)).status).toBe(403);
    expect((await manager.put('/v1/fx-rates/2026-01-05', rates)).status).toBeLessThan(300);
    expect((await officer.get('/v1/fx-rates/2026-01-05')).body).toMatchObject({ date: '2026-01-05', ...rates });
    const valued = await settled();
    expect(valued.unconverted).toEqual([]);
    expect(valued.rates).toContainEqual({ currency: 'CNY', date: '2026-01-05', rate: '0.1083' });
    // 1,250,000.00 CNY at 0.1083 is 135,375.00 GBP; a tenth of it, as an enquiry is weighted, 13,537.50.
    expect(rowOf(valued, 'business-engagement', 'trade-deal', 'enquiry')).toMatchObject({
      value: '135375.00',
      weighted: '13537.50',
    });
    // In dollars: 1,250,000 × 0.1083 ÷ 0.77 = 175,811.688…
    const dollars = await settled('?currency=USD');
    expect(rowOf(dollars, 'business-engagement', 'trade-deal', 'enquiry')).toMatchObject({ value: '175811.69' });
    expect((await officer.get('/v1/pipeline?currency=CHF')).status).toBe(422);
    expect((await officer.get('/v1/pipeline?currency=pounds')).status).toBe(400);
  });

  test('follows moves, amendments, strands, voids and confidential leads', async () => {
    const { body: one } = await officer.post(
      '/v1/engagements',
      talk({ value: { amount: '10.01', currency: 'GBP' }, probability: 33 }),
    );
    let pipeline = await settled();
    // 10.01 × 33 % = 3.3033
    expect(rowOf(pipeline, 'capacity-building', 'engagement', 'identified')).toMatchObject({
      count: 1,
      value: '10.01',
      weighted: '3.30',
    });
    await logEvidence(officer, 'engagement', one.id, 'identified', 'negotiating');
    await officer.post(`/v1/engagements/${one.id}/moves`, { to: 'negotiating' });
    await officer.patch(
      `/v1/engagements/${one.id}`,
      { strand: 'research-alliance', probability: null, value: { amount: '20' } },
      { 'if-match': '"3"' },
    );
    pipeline = await settled();
    expect(rowOf(pipeline, 'capacity-building', 'engagement', 'identified')).toMatchObject({ count: 0, value: '0.00' });
    expect(rowOf(pipeline, 'research-alliance', 'engagement', 'negotiating')).toMatchObject({
      count: 1,
      value: '20.00',
      weighted: '15.00',
    });
    await manager.post(`/v1/engagements/${one.id}/voids`, { reason: 'Twice.' });
    expect(rowOf(await settled(), 'research-alliance', 'engagement', 'negotiating')).toMatchObject({
      count: 0,
      value: '0.00',
    });
    await manager.post(`/v1/engagements/${one.id}/restores`);
    await officer.post('/v1/ip-leads', lead({ value: { amount: '500.00', currency: 'GBP' } }));
    const viewer = await clientOf(server, 'viewer');
    await server.idle();
    const { body: seen } = await viewer.get('/v1/pipeline');
    expect(rowOf(seen, 'research-alliance', 'engagement', 'negotiating')).toMatchObject({ count: 1 });
    expect(rowOf(seen, 'business-engagement', 'ip-lead', 'disclosed')).toMatchObject({
      count: 1,
      value: '500.00',
      weighted: '25.00',
    });
  });

  test('counts whole days in stage and names who stands still', async () => {
    // Noon is of the same day in London, summer or winter.
    const today = dayNumber(londonDay(new Date().toISOString()));
    const days = (count: number) => `${dayOfNumber(today - count)}T12:00:00.000Z`;
    for (const age of [40, 50, 90])
      await officer.post('/v1/trade-deals', deal({ strand: 'capacity-building', occurredAt: days(age) }));
    await officer.post('/v1/trade-deals', deal({ strand: 'capacity-building', occurredAt: days(3) }));
    const pipeline = await settled();
    expect(rowOf(pipeline, 'capacity-building', 'trade-deal', 'enquiry')).toMatchObject({
      count: 4,
      medianDaysInStage: 45,
      longestDaysInStage: 90,
    });
    const { body: stalled } = await officer.get('/v1/trade-deals?stalled=true&strand=capacity-building');
    expect(stalled.items).toHaveLength(3);
  });
});

describe('npm run reconcile', () => {
  const reconcile = (...options: string[]) =>
    new Promise<{ code: number; output: string }>((resolve) => {
      execFile(
        process.execPath,
        ['infra/operate/reconcile.ts', ...options],
        { env: { ...process.env, DATA_DIR: dataDir } },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
      );
    });

  test('agrees when nothing is wrong', async () => {
    await server.idle();
    const { code, output } = await reconcile();
    expect(output).toMatch(/agree/i);
    expect(code).toBe(0);
  }, 60_000);

  test('finds a record that is missing, one counted twice, one in the wrong row and a penny too much, and mends them', async () => {
    for (const stage of ['qualified', 'proposal', 'negotiation'])
      await officer.post('/v1/trade-deals', deal({ stage, value: { amount: '1000.01', currency: 'GBP' } }));
    const before = await settled();
    await plant(operator);
    const planted = await settled();
    expect(planted.rows).not.toEqual(before.rows);
    const found = await reconcile();
    for (const row of ['qualified', 'proposal', 'negotiation', 'heads-of-terms'])
      expect(found.output).toContain(`business-engagement/trade-deal/${row}  count`);
    expect(found.output).toContain('ip-lead/disclosed  value GBP: 50001 in the pipeline, 50000 by its records');
    expect(found.code).toBe(1);
    const mended = await reconcile('--repair');
    expect(mended.code, mended.output).toBe(0);
    const after = await settled();
    expect(after.rows).toEqual(before.rows);
    expect((await reconcile()).code).toBe(0);
    await officer.post('/v1/trade-deals', deal());
    expect((await settled()).totals.open.count).toBe(before.totals.open.count + 1);
  }, 120_000);
});

/** Spoils the stored aggregates in four ways, each in a row of its own. */
async function plant({ table, tableName }: Operator): Promise<void> {
  const heads = (await scanAll(operator)).filter((item) => item['sk'] === 'head');
  const head = heads.find((item) => String(item['pk']).endsWith('#business-engagement'));
  const { Item } = await table.send(new GetCommand({ TableName: tableName, Key: { pk: head?.['pk'], sk: 'head' } }));
  await table.send(new PutCommand({ TableName: tableName, Item: spoil(Item as Record<string, unknown>) }));
}

describe('the pipeline as it was', () => {
  const instant = () => new Date().toISOString();
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));
  const rowAt = async (query: string) =>
    rowOf(await settled(`?${query}`), 'capacity-building', 'trade-deal', 'qualified') ?? {};

  test('is given as known then and as known now, with the rates of either, and goes on being so', async () => {
    const before = instant();
    await later();
    const value = { amount: '1000.00', currency: 'NOK' };
    const occurredAt = '2026-02-02T10:00:00.000Z';
    const logged = await officer.post('/v1/trade-deals', {
      ...deal({ value, strand: 'capacity-building' }),
      stage: 'qualified',
      occurredAt,
    });
    expect(logged.status).toBe(201);
    const path = `/v1/trade-deals/${logged.body.id}`;
    await settled();
    await later();
    const between = instant();
    await later();
    const patched = await officer.patch(path, { value: { amount: '2000.00', currency: 'NOK' } }, { 'if-match': '"1"' });
    expect(patched.status).toBe(200);
    const rates = { base: 'GBP', rates: { NOK: '0.0740' } };
    expect((await manager.put('/v1/fx-rates/2026-01-06', rates)).status).toBeLessThan(300);
    for (const _ of ['now', 'and a day later'])
      for (const [query, expected] of [
        [`asOf=${before}`, { count: 0, byCurrency: [] }],
        [`asOf=${before}&basis=as-known-now`, { count: 1, value: '74.00', weighted: '18.50' }],
        [`asOf=${between}`, { count: 1, value: '0.00', byCurrency: [{ currency: 'NOK', amount: '1000.00' }] }],
        [`asOf=${between}&basis=as-known-now`, { count: 1, value: '74.00' }],
        ['asOf=2026-02-01&basis=as-known-now', { count: 0 }],
        ['asOf=2026-02-02&basis=as-known-now', { count: 1, value: '74.00', medianDaysInStage: 0 }],
        ['asOf=2026-02-12&basis=as-known-now', { count: 1, medianDaysInStage: 10, longestDaysInStage: 10 }],
        ['asOf=2026-02-12', { count: 0 }],
      ] as const)
        expect(await rowAt(query), query).toMatchObject(expected);
    expect((await settled(`?asOf=${between}`)).unconverted).toContainEqual({
      currency: 'NOK',
      amount: '1000.00',
      count: 1,
    });
    const dayInLondon = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(at);
    const upToNow = await officer.get(`/v1/pipeline?asOf=${dayInLondon(Date.now())}`);
    expect([upToNow.status, upToNow.body.asOf <= new Date().toISOString()]).toEqual([200, true]);
    const tomorrow = dayInLondon(Date.now() + 86_400_000);
    for (const asOf of [tomorrow, '2999-01-01', 'soon', '2026-02-30'])
      expect((await officer.get(`/v1/pipeline?asOf=${asOf}`)).body).toMatchObject({
        status: 400,
        errors: [{ parameter: 'asOf' }],
      });
  });
});
