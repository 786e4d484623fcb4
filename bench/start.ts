import { drive } from './support/drive.ts';
import { filledTo } from './support/filled.ts';
import { expectStatus } from './support/http.ts';
import { residentMegabytes } from './support/memory.ts';
import { type Product, startProduct } from './support/product.ts';
import { bodyOf } from './support/records.ts';
import type { Bench } from './support/report.ts';
import { median, round } from './support/statistics.ts';

const CLIENTS = 16;
const STARTS = 3;
const SAMPLE_MS = 250;
/** So many records are logged, and then so many lists and pipelines are read. */
const LOAD = 1_000;

/** `npm start` with 100,000 records there already: seconds to ready, and the memory of its Node process while people work and afterwards. */
export const start: Bench = {
  name: 'start',
  async run({ scale, log }) {
    const { directory, records } = await filledTo(Math.ceil(100_000 * scale), log);
    // Without an assembly that was given: the start looks whether its own is current, as it does for people.
    const assembly = process.env['LOCAL_ASSEMBLY'];
    delete process.env['LOCAL_ASSEMBLY'];
    try {
      const first = await startAndStop(directory);
      const starts: number[] = [];
      for (let at = 1; at < STARTS; at++) starts.push(await startAndStop(directory));
      const product = await startProduct(directory);
      starts.push(product.server.startedInMs);
      const seconds = round(median(starts) / 1000);
      log(`first start ${round(first / 1000)} s, then ${starts.map((each) => round(each / 1000)).join(', ')} s`);
      const memory = await memoryUnderLoad(product, scale).finally(() => product.stop());
      return {
        figures: {
          records,
          firstStartSeconds: round(first / 1000),
          secondStartSeconds: seconds,
          residentMegabytes: memory,
        },
        bounds: [
          { what: 'second npm start, seconds', value: seconds, atMost: 15 },
          { what: 'memory of the Node process at 100,000 records, MB', value: memory.peak, atMost: 400 },
        ],
      };
    } finally {
      if (assembly) process.env['LOCAL_ASSEMBLY'] = assembly;
    }
  },
};

async function startAndStop(directory: string): Promise<number> {
  const product = await startProduct(directory);
  await product.stop();
  return product.server.startedInMs;
}

/** Resident megabytes of the server's process: at rest, the most that was seen under load, and five seconds after it. */
async function memoryUnderLoad({ server, caller }: Product, scale: number) {
  const now = () => Math.round(residentMegabytes(server.pid));
  await server.idle();
  const atRest = now();
  let peak = atRest;
  const sampler = setInterval(() => {
    peak = Math.max(peak, now());
  }, SAMPLE_MS);
  try {
    const operations = Math.ceil(LOAD * scale);
    // A machine that is slow enough answers 202: how fast it is is not what is looked at here.
    await drive({ clients: CLIENTS, operations }, async (index) => {
      const reply = await caller.post('/v1/trade-deals', bodyOf('trade-deal', index));
      return expectStatus(reply, reply.status === 202 ? 202 : 201);
    });
    await drive({ clients: CLIENTS, operations }, async (index) => {
      const path = index % 2 === 0 ? '/v1/pipeline' : '/v1/trade-deals?limit=50';
      return expectStatus(await caller.get(path), 200);
    });
    await server.idle();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    return { atRest, peak, afterwards: now() };
  } finally {
    clearInterval(sampler);
  }
}
