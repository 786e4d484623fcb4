import { randomUUID } from 'node:crypto';
import { listen, send } from './partner-system.ts';

const {
  BASE_URL = 'http://127.0.0.1:3000',
  PARTNER = 'severn',
  WEBHOOK_SECRET = '',
  OUTCOME_SECRET,
  PORT,
} = process.env;

const to = { url: `${BASE_URL}/webhooks/${PARTNER}`, secret: WEBHOOK_SECRET };
const externalRef = { ref: `portal-${randomUUID()}` };

const logged = await send(to, `msg_${randomUUID()}`, {
  type: 'trade-deal.logged',
  timestamp: new Date().toISOString(),
  data: {
    externalRef,
    title: 'Signalling for the harbour tram',
    direction: 'uk-export',
    organisations: [{ name: 'Pearl River Rolling Stock (invented)', place: 'guangzhou' }],
    value: { amount: '860000.00', currency: 'CNY' },
  },
});
console.log('logged', logged.eventId, logged.status);

const moved = await send(to, `msg_${randomUUID()}`, {
  type: 'trade-deal.moved',
  timestamp: new Date().toISOString(),
  data: { externalRef, to: 'qualified' },
});
console.log('moved', moved.eventId, moved.status);

// With a subscription of our own we are told what became of it, until somebody stops us.
if (OUTCOME_SECRET) {
  const receiver = await listen(OUTCOME_SECRET, Number(PORT ?? 0));
  console.log('listening at', receiver.url);
  let shown = 0;
  setInterval(() => {
    for (const { id, payload } of receiver.received.slice(shown)) console.log('told', id, JSON.stringify(payload));
    shown = receiver.received.length;
  }, 200);
}
