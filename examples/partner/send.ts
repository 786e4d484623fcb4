// Sends one signed message: a deal of ours. Needs Node 24 and `npm install standardwebhooks`.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const { BASE_URL = 'http://127.0.0.1:3000', PARTNER = 'severn', WEBHOOK_SECRET = '' } = process.env;

const body = JSON.stringify({
  type: 'trade-deal.logged',
  timestamp: new Date().toISOString(),
  data: {
    externalRef: { ref: 'typescript-1042' },
    title: 'Tram doors for the airport line',
    direction: 'uk-export',
    organisations: [{ name: 'Pearl River Rolling Stock (invented)', place: 'guangzhou' }],
    value: { amount: '1250000.00', currency: 'CNY' },
  },
});

const id = `msg_${randomUUID()}`; // a repeat of the same message has the same id
const time = new Date();
const answer = await fetch(`${BASE_URL}/webhooks/${PARTNER}`, {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(time.getTime() / 1000)),
    'webhook-signature': new Webhook(WEBHOOK_SECRET).sign(id, time, body),
  },
  body,
});
if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
console.log(await answer.text());
