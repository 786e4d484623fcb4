import { drive, p50 } from './support/drive.ts';
import { callerOf, expectStatus } from './support/http.ts';
import { withDirectory } from './support/place.ts';
import { startProduct } from './support/product.ts';
import { bodyOf } from './support/records.ts';
import type { Bench } from './support/report.ts';
import { median, round } from './support/statistics.ts';
import { type BenchPartner, partnerSystem } from './support/webhook.ts';

const CLIENTS = 16;
/** What one partner may send is bounded; together they may send more than the machine can take in. */
const PARTNERS = 64;

/**
 * From a signed message of a partner's system to 202, by 16 clients, against the same deal logged over the API with `Prefer: respond-async`: both
 * are on the bus then, and the message has also been verified, kept as it came and entered in the log of deliveries.
 */
export const webhooks: Bench = {
  name: 'webhooks',
  run: ({ rounds, scale, log }) =>
    withDirectory('disk', async (directory) => {
      const product = await startProduct(directory);
      const admin = callerOf(product.server.url, await product.server.token('admin'));
      try {
        const systems: BenchPartner[] = [];
        for (let index = 0; index < PARTNERS; index++) systems.push(await partnerSystem(admin, `bench-${index}`));
        let serial = 0;
        const message = async (index: number) => {
          const system = systems[index % PARTNERS] as BenchPartner;
          expectStatus(await system.send(admin, index, bodyOf('trade-deal', index)), 202);
        };
        const asynchronous = async (index: number) => {
          const body = bodyOf('trade-deal', index);
          expectStatus(await product.caller.post('/v1/trade-deals', body, { prefer: 'respond-async' }), 202);
        };
        const measure = async (operation: (index: number) => Promise<void>, operations: number) => {
          const first = serial;
          serial += operations;
          const driven = await drive({ clients: CLIENTS, operations }, (index) => operation(first + index));
          // What is still to be recorded would be measured with the next round.
          await product.server.idle(120_000);
          return driven;
        };
        const operations = Math.ceil(400 * scale);
        await measure(message, operations);
        await measure(asynchronous, operations);
        const pairs = [];
        for (let at = 0; at < rounds; at++) {
          const inTurn = [() => measure(message, operations), () => measure(asynchronous, operations)] as const;
          // In turn first and second, so that neither has the machine's better half.
          const [first, second] = at % 2 === 0 ? inTurn : ([inTurn[1], inTurn[0]] as const);
          const measured = [await first(), await second()] as const;
          const [webhook, api] = at % 2 === 0 ? measured : ([measured[1], measured[0]] as const);
          pairs.push({ webhook, api });
          log(`webhook ${round(webhook.perSecond)}/s, respond-async ${round(api.perSecond)}/s`);
        }
        const ratio = round(median(pairs.map(({ webhook, api }) => webhook.perSecond / api.perSecond)));
        return {
          figures: {
            ratio,
            webhookPerSecond: round(median(pairs.map(({ webhook }) => webhook.perSecond))),
            respondAsyncPerSecond: round(median(pairs.map(({ api }) => api.perSecond))),
            webhookP50Ms: round(median(pairs.map(({ webhook }) => p50(webhook)))),
            respondAsyncP50Ms: round(median(pairs.map(({ api }) => p50(api)))),
          },
          bounds: [{ what: 'verified webhook to 202, against respond-async', value: ratio, atLeast: 0.9 }],
        };
      } finally {
        admin.close();
        await product.stop();
      }
    }),
};
