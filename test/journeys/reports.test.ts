import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { beforeAll, describe, expect, it } from 'vitest';
import { openBrowser } from '#test/support/browser.ts';
import { type Client, clientOf, deal, lead } from '#test/support/client.ts';
import { logEvidence } from '#test/support/evidence.ts';
import type { RunningServer } from '#test/support/server.ts';
import { emptyServer } from '#test/support/shared-server.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const WEEK_MS = 7 * 24 * 3600 * 1000;

let server: RunningServer;
let manager: Client;
let viewer: Client;
let officer: Client;

beforeAll(async () => {
  server = await emptyServer();
  [manager, viewer, officer] = await Promise.all([
    clientOf(server, 'manager'),
    clientOf(server, 'viewer'),
    clientOf(server, 'bd-officer'),
  ]);
}, 200_000);
/** The report of a location, however long it takes. */
async function ready(location: string): Promise<Record<string, never>> {
  for (let tries = 0; tries < 120; tries++) {
    const answer = await viewer.get(location);
    if (answer.status === 200) return answer.body;
    expect(answer.status).toBe(404);
    await sleep(500);
  }
  throw new Error(`${location} is never there.`);
}

async function make(body: object, headers?: Record<string, string>) {
  const answer = await manager.post('/v1/reports', { type: 'pipeline', ...body }, headers);
  expect([201, 202]).toContain(answer.status);
  const location = answer.headers.get('location') ?? '';
  expect(location).toMatch(/^\/v1\/reports\/rep_[0-9A-Z]{26}$/);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  return { location, report: (await ready(location)) as any };
}

/** Every form in both languages, as bytes. */
async function formsOf(location: string): Promise<Record<string, string>> {
  const token = await server.token('viewer');
  const hashes: Record<string, string> = {};
  for (const accept of ['application/json', 'text/html', 'text/csv', XLSX])
    for (const language of ['en', 'zh-CN']) {
      const headers = { authorization: `Bearer ${token}`, accept, 'accept-language': language };
      const answer = await fetch(server.url + location, { headers });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toContain(accept);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      if (accept !== 'application/json') expect(answer.headers.get('content-language')).toBe(language);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(answer.headers.get('etag')).toBe(`"${hash}"`);
      const again = await fetch(server.url + location, { headers: { ...headers, 'if-none-match': `"${hash}"` } });
      expect(again.status).toBe(304);
      hashes[`${accept} ${language}`] = hash;
    }
  return hashes;
}

describe('a report on demand', { timeout: 120_000 }, () => {
  it('is made by a manager of what was recorded, in four forms and two languages, and never changes', async () => {
    const logged = await officer.post('/v1/trade-deals', deal({ value: { amount: '1000.00', currency: 'GBP' } }));
    expect(logged.status).toBe(201);
    const secret = lead({ value: { amount: '500.00', currency: 'GBP' } });
    await officer.post('/v1/ip-leads', secret);
    const { location, report } = await make({});
    expect(report).toMatchObject({ series: 'on-demand', previous: null, bridge: null, basis: 'as-known-then' });
    expect(report.pipeline.totals.open).toMatchObject({ count: 2, value: '1500.00' });
    expect(report.unavailable).toContainEqual(expect.objectContaining({ section: 'bridge', reason: 'first-report' }));
    expect(JSON.stringify(report)).not.toContain(secret['title']);

    const before = await formsOf(location);
    expect(new Set(Object.values(before)).size).toBe(7);
    await logEvidence(officer, 'trade-deal', logged.body.id, logged.body.stage, 'signed');
    await officer.post(`/v1/trade-deals/${logged.body.id}/moves`, { to: 'signed' });
    await officer.post('/v1/trade-deals', deal({ value: { amount: '7.00', currency: 'GBP' } }));
    expect(await formsOf(location)).toEqual(before);
  });

  it('tells in the next one why the pipeline moved', async () => {
    const { report } = await make({});
    expect(report.previous).toMatch(/^rep_/);
    const { open } = report.bridge;
    expect(open).toMatchObject({ opening: '1500.00', new: '7.00', won: '-1000.00', closing: '507.00', fx: '0.00' });
    expect(report.moves).toHaveLength(1);
    expect(report.won).toMatchObject([{ kind: 'trade-deal', stage: 'signed' }]);
    expect(report.bridge.changes.map(({ term }: { term: string }) => term).sort()).toEqual(['new', 'won']);
  });

  it('is the same one for a repeat under the same key, and another request under it is refused', async () => {
    const key = { 'idempotency-key': 'report-once' };
    const [first, second] = await Promise.all([make({}, key), make({}, key)]);
    expect(second.location).toBe(first.location);
    const other = await manager.post('/v1/reports', { type: 'pipeline', series: 'monthly' }, key);
    expect(other.status).toBe(422);
  });

  it('is listed, newest first, and in its series alone', async () => {
    const all = (await viewer.get('/v1/reports')).body.items;
    expect(all.length).toBeGreaterThan(2);
    expect([...all].sort((a, b) => (a.publishedAt < b.publishedAt ? 1 : -1))).toEqual(all);
    expect((await viewer.get('/v1/reports?series=monthly')).body).toEqual({ items: [], next: null });
    const page = (await viewer.get('/v1/reports?series=on-demand&limit=1')).body;
    expect(page.items).toEqual([all[0]]);
    const next = await viewer.get(`/v1/reports?series=on-demand&limit=1&cursor=${page.next}`);
    expect(next.body.items).toEqual([all[1]]);
  });

  it('is refused where it cannot be made, and says why', async () => {
    const refused = async (body: object, status: number) => {
      const answer = await manager.post('/v1/reports', body);
      expect(answer.status).toBe(status);
      return answer.body;
    };
    expect(JSON.stringify(await refused({ type: 'he-bci', year: '2025/26' }, 400))).toContain('HE-BCI');
    await refused({ type: 'pipeline', series: 'nobody' }, 422);
    await refused({ type: 'pipeline', asOf: '2099-01-01' }, 422);
    await refused({ type: 'pipeline', asOf: '2999-01-01' }, 400);
    expect((await viewer.post('/v1/reports', { type: 'pipeline' })).status).toBe(403);
    const [{ id }] = (await viewer.get('/v1/reports?limit=1')).body.items;
    const pictures = await viewer.get(`/v1/reports/${id}`, { accept: 'image/png' });
    expect(pictures.body).toMatchObject({ status: 406 });
    expect((await viewer.get('/v1/reports/rep_00000000000000000000000000')).status).toBe(404);
  });

  it('at once is promised where the client prefers not to wait', async () => {
    const began = Date.now();
    const answer = await manager.post('/v1/reports', { type: 'pipeline' }, { prefer: 'respond-async' });
    expect(answer.status).toBe(202);
    expect(answer.headers.get('preference-applied')).toBe('respond-async');
    expect(Date.now() - began).toBeLessThan(3_000);
    await ready(answer.headers.get('location') ?? '');
  });
});

describe('a corrected report', { timeout: 120_000 }, () => {
  it('is linked to the first, by what is known now, and says what changed; the first stays', async () => {
    const first = await make({});
    const asOf = first.report.period.to as string;
    const before = await formsOf(first.location);
    // Told late: it had happened before the cut-off.
    const occurred = new Date(Date.parse(asOf) - 60_000).toISOString();
    const [known] = (await viewer.get('/v1/trade-deals?stage=enquiry')).body.items;
    const moved = await officer.post(`/v1/trade-deals/${known.id}/moves`, { to: 'negotiation', occurredAt: occurred });
    expect([200, 201, 422]).toContain(moved.status);
    const { report, location } = await make({ asOf, basis: 'as-known-now' });
    expect(report).toMatchObject({ corrects: first.report.id, basis: 'as-known-now', previous: first.report.previous });
    expect(report.period).toEqual(first.report.period);
    expect(report.changes).not.toBeNull();
    expect(location).not.toBe(first.location);
    expect(await formsOf(first.location)).toEqual(before);
  });
});

describe('a series', { timeout: 120_000 }, () => {
  const series = (changed: object = {}) => ({
    cadence: { every: 'week', weekday: 'monday', at: '08:00' },
    timeZone: 'Asia/Shanghai',
    language: 'zh-CN',
    recipients: [{ email: 'head@example.org', language: 'en' }, { email: 'guangzhou@example.org' }],
    ...changed,
  });
  const scheduleOf = async (name: string) => {
    const all =
      await server.control<{ name: string; groupName: string; expression: string; timeZone: string }[]>('/schedules');
    return all.find((schedule) => schedule.name === name);
  };

  it('of the first three is there from the start, with its schedule', async () => {
    const { items } = (await manager.get('/v1/report-series')).body;
    expect(items.map(({ id }: { id: string }) => id)).toEqual(['monthly', 'weekly-birmingham', 'weekly-guangzhou']);
    expect(await scheduleOf('weekly-guangzhou')).toMatchObject({
      expression: 'cron(0 9 ? * MON *)',
      timeZone: 'Asia/Shanghai',
      groupName: 'partnership-dev-reports',
    });
  });

  it('is put by a manager with its schedule, changed only by who has seen it, and audited', async () => {
    const put = await manager.put('/v1/report-series/guangzhou-sales', series());
    expect(put.status).toBe(201);
    expect(await scheduleOf('guangzhou-sales')).toMatchObject({
      expression: 'cron(0 8 ? * MON *)',
      timeZone: 'Asia/Shanghai',
    });
    const stale = await manager.put('/v1/report-series/guangzhou-sales', series(), { 'if-match': '"7"' });
    expect(stale.status).toBe(412);
    const etag = put.headers.get('etag') ?? '';
    const cadence = { every: 'month', day: 'last', at: '07:30' };
    const changed = await manager.put('/v1/report-series/guangzhou-sales', series({ cadence }), { 'if-match': etag });
    expect(changed.status).toBe(200);
    expect(await scheduleOf('guangzhou-sales')).toMatchObject({ expression: 'cron(30 7 L * ? *)' });
    expect((await viewer.get('/v1/report-series/guangzhou-sales')).status).toBe(403);
    expect((await manager.put('/v1/report-series/on-demand', series())).status).toBe(404);
    expect((await manager.put('/v1/report-series/x', series({ timeZone: 'Mars/Base' }))).status).toBe(400);
  });

  it('that missed three weeks is made up once, with the last time that it was due, and is mailed to each recipient', async () => {
    const id = 'weekly-birmingham';
    const past = new Date(Date.now() - 3 * WEEK_MS - 24 * 3600 * 1000).toISOString();
    const earlier = await make({ series: id, asOf: past });
    expect(earlier.report.period).toMatchObject({ from: null, to: past });
    const { items } = (await manager.get('/v1/report-series')).body;
    const { id: _, ...content } = items.find((each: { id: string }) => each.id === id);
    const recipients = [{ email: 'head@example.org' }, { email: 'office@example.cn', language: 'zh-CN' }];
    expect((await manager.put(`/v1/report-series/${id}`, { ...content, recipients })).status).toBe(200);

    // What Scheduler says comes weeks late.
    const due = lastMonday();
    const run = await server.invoke<{ reportId: string }>('Report', { series: id, due: past });
    const listed = (await viewer.get(`/v1/reports?series=${id}`)).body.items;
    expect(listed).toHaveLength(2);
    expect(listed[0]).toMatchObject({ id: run.reportId, period: { from: past, to: due }, previous: earlier.report.id });
    expect(await server.invoke('Report', { series: id, due })).toEqual({ reportId: null });

    await server.idle();
    const reportId = listed[0].id as string;
    const deliveries = (await manager.get(`/v1/reports/${reportId}/deliveries`)).body.items;
    expect(deliveries.map(({ recipient, status }: Record<string, string>) => [recipient, status]).sort()).toEqual([
      ['head@example.org', 'sent'],
      ['office@example.cn', 'sent'],
    ]);
    const masked = (await viewer.get(`/v1/reports/${reportId}/deliveries`)).body.items;
    expect(JSON.stringify(masked)).not.toContain('head@');

    const mails = await mailsOf(reportId);
    expect(mails.map(({ to }) => to).sort()).toEqual(['head@example.org', 'office@example.cn']);
    const [mail] = mails.filter(({ to }) => to === 'head@example.org');
    expect(mail?.attachments).toHaveLength(1);
    const link = /http:\/\/127\.0\.0\.1:\d+\/reports\/rep_[^\s"<]+/.exec(mail?.text ?? '')?.[0] ?? '';
    expect(link).toContain(reportId);
    const page = await fetch(link);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Sign in');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    await signInAndSee(link);
    const forged = await fetch(link.replace(/expires=(\d)/, 'expires=9$1'));
    expect(forged.status).toBe(404);
  });

  it('is looked after every hour: nothing is due twice', async () => {
    const before = (await viewer.get('/v1/reports')).body.items.length;
    const run = await server.invoke<{ made: string[]; failed: string[] }>('Report', {});
    expect(run.failed).toEqual([]);
    expect((await viewer.get('/v1/reports')).body.items).toHaveLength(before + run.made.length);
    expect((await server.invoke<{ made: string[] }>('Report', {})).made).toEqual([]);
  });

  /** 08:00 on the last Monday in London. */
  function lastMonday(): string {
    const day = new Date();
    day.setUTCHours(8, 0, 0, 0);
    while (day.getUTCDay() !== 1 || day.getTime() > Date.now()) day.setUTCDate(day.getUTCDate() - 1);
    const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit' }).format(day);
    day.setUTCHours(8 + (8 - Number(hour)));
    return day.toISOString();
  }

  /** What whoever gets the mail does: opens the link, signs in, and reads. */
  async function signInAndSee(link: string): Promise<void> {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage({ locale: 'en-GB' });
      const failures: string[] = [];
      page.on('pageerror', (error) => failures.push(error.message));
      page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
      await page.goto(link);
      await page.click('#enter');
      await page.check('input[name=role][value=viewer]');
      await page.fill('#user', 'viewer');
      await page.click('button[type=submit]');
      const shown = page.frameLocator('#report');
      await shown.locator('h1').first().waitFor({ timeout: 30_000 });
      expect(page.url()).toBe(link);
      expect(await shown.locator('html').getAttribute('lang')).toBe('en');
      const download = page.waitForEvent('download');
      await page.click('#xlsx');
      expect((await download).suggestedFilename()).toMatch(/^weekly-birmingham-\d{4}-\d\d-\d\d\.xlsx$/);
      expect(failures).toEqual([]);
    } finally {
      await browser.close();
    }
  }

  async function mailsOf(reportId: string) {
    const folder = join(server.dataDir, 'mail');
    const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
    const parsed = await Promise.all(
      files.map(async (name) => ({
        text: readFileSync(join(folder, name)),
        mail: await PostalMime.parse(readFileSync(join(folder, name))),
      })),
    );
    return parsed
      .filter(({ mail }) => mail.messageId?.includes(reportId))
      .map(({ mail }) => ({
        to: mail.to?.[0]?.address,
        text: mail.text,
        html: mail.html,
        attachments: mail.attachments,
      }));
  }
});
