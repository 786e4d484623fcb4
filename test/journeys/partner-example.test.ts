import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Client, clientOf } from '#test/support/client.ts';
import { sharedServer } from '#test/support/shared-server.ts';
import { listen, send } from '../../examples/partner/partner-system.ts';

const server = await sharedServer();
const partner = `portal-${Date.now().toString(36)}`;
const url = `${server.url}/webhooks/${partner}`;
let admin: Client;
let secret: string;

beforeAll(async () => {
  admin = await clientOf(server, 'admin');
  await admin.put(`/v1/partners/${partner}`, {
    name: 'A portal',
    scheme: 'standard-webhooks',
    defaults: { strand: 'business-engagement', place: 'guangzhou', direction: 'uk-export' },
    eventTypes: ['trade-deal.logged', 'trade-deal.moved'],
    active: true,
  });
  secret = (await admin.post(`/v1/partners/${partner}/secrets`)).body.secret;
});

const message = (ref: string) => ({
  type: 'trade-deal.logged',
  timestamp: new Date().toISOString(),
  data: {
    externalRef: { ref },
    title: `Deal ${ref}`,
    organisations: [{ name: 'Somebody (invented)', place: 'nanjing' }],
  },
});
const receiptOf = async (eventId: string) => (await admin.get(`/v1/receipts/${eventId}`)).body;

describe("the example of a partner's system", () => {
  test('logs a deal and moves it', async () => {
    const env = { PATH: process.env['PATH'] ?? '', BASE_URL: server.url, PARTNER: partner, WEBHOOK_SECRET: secret };
    const output = await new Promise<string>((resolve, reject) => {
      execFile(process.execPath, ['examples/partner/main.ts'], { env, timeout: 60_000 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });
    const [, moved = ''] = /moved (evt_\w+) accepted/.exec(output) ?? [];
    await expect.poll(async () => (await receiptOf(moved)).status, { timeout: 20_000 }).toBe('recorded');
    const { record } = await receiptOf(moved);
    expect((await admin.get(`/v1/trade-deals/${record.id}`)).body).toMatchObject({ stage: 'qualified', version: 2 });
  });

  test('sends again under the same id what was not answered, and it counts once', async () => {
    const ids: unknown[] = [];
    // Hands the message on, and loses the first two answers.
    const relay = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const body = Buffer.concat(parts);
      const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
      ids.push(headers['webhook-id']);
      const answer = await fetch(url, { method: 'POST', headers, body });
      const text = await answer.text();
      if (ids.length < 3) response.writeHead(503).end();
      else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void relay.close());
    const to = { url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}/`, secret };
    const { eventId } = await send(to, 'msg_lost_twice', message('D-7'));
    expect(ids).toEqual(['msg_lost_twice', 'msg_lost_twice', 'msg_lost_twice']);
    await expect.poll(async () => (await receiptOf(eventId)).status, { timeout: 20_000 }).toBe('recorded');
    const { record } = await receiptOf(eventId);
    expect((await admin.get(`/v1/trade-deals/${record.id}`)).body.version).toBe(1);
  });

  test('gives up at once what is refused for good', async () => {
    const other = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    await expect(send({ url, secret: other }, 'msg_forged', message('D-8'))).rejects.toThrow('401');
  });

  test('takes outcomes that are signed, each once, and refuses all others', async () => {
    const shared = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
    const receiver = await listen(shared);
    onTestFinished(() => receiver.close());
    const body = JSON.stringify({ type: 'trade-deal.recorded', timestamp: '2026-11-21T08:00:00Z', data: {} });
    const post = async (id: string, text: string, by = shared, at = new Date()) => {
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(by).sign(id, at, body),
      };
      return (await fetch(receiver.url, { method: 'POST', headers, body: text })).status;
    };
    expect(await post('msg_1', body)).toBe(204);
    expect(await post('msg_1', body)).toBe(204);
    expect(await post('msg_2', `${body} `)).toBe(401);
    expect(await post('msg_3', body, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')).toBe(401);
    expect(await post('msg_4', body, shared, new Date(Date.now() - 600_000))).toBe(401);
    expect((await fetch(receiver.url)).status).toBe(400);
    expect(receiver.received).toEqual([{ id: 'msg_1', payload: JSON.parse(body) }]);
  });
});
