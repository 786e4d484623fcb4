import { mkdtempSync, rmSync } from 'node:fs';
import { openBus } from '#infra/local/bus/bus.ts';
import { accountId, arnOf, defineUsual, entry, region } from './support/definitions.ts';
for (const consume of [false, true]) {
  const dir = mkdtempSync('/tmp/l1m/b-');
  const bus = openBus({ file: `${dir}/bus.db`, accountId, region });
  defineUsual(bus);
  let consumed = 0;
  const work = arnOf('work');
  if (consume) {
    let running = 0;
    const pull = () => { while (running < 5) { const batch = bus.receive(work, 10); if (!batch.length) return; running++; void bus.delete(work, batch.map((m) => m.receiptHandle)).then(() => { running--; consumed += batch.length; pull(); }); } };
    bus.onAvailable(work, pull);
  }
  const lat: number[] = [];
  const filler = 'x'.repeat(1200);
  const run = async (ms: number) => { const until = performance.now() + ms; let n = 0; await Promise.all(Array.from({ length: 16 }, async () => { while (performance.now() < until) { const t = performance.now(); const [r] = await bus.putEvents([entry({ n: n++, filler })]); if (!r?.EventId) throw r; lat.push(performance.now() - t); } })); return n; };
  await run(500); lat.length = 0; consumed = 0; const cpu = process.cpuUsage();
  const t = performance.now(); const n = await run(3000); const s = (performance.now() - t) / 1000; const c = process.cpuUsage(cpu);
  lat.sort((a, b) => a - b);
  console.log({ consume, perSecond: Math.round(n / s), p50: lat[lat.length >> 1]?.toFixed(2), p99: lat[Math.floor(lat.length * 0.99)]?.toFixed(2), consumedPerSecond: Math.round(consumed / s), cpuPercent: Math.round((c.user + c.system) / 1e4 / s), depth: bus.depth(work) });
  // one caller
  const one = performance.now(); for (let i = 0; i < 500; i++) await bus.putEvents([entry({ filler })]); console.log('1 caller', Math.round(500 / ((performance.now() - one) / 1000)));
  bus.close(); rmSync(dir, { recursive: true });
}
