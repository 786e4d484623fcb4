import { filledTo } from './support/filled.ts';
import { startProduct, synthesizeOnce } from './support/product.ts';
import { makeDirectory } from './support/place.ts';
import { readFileSync } from 'node:fs';
await synthesizeOnce(makeDirectory('disk'));
for (const n of [200, 1000, 3000]) {
  const t=performance.now();
  const f = await filledTo(n, console.log);
  console.log(n, performance.now()-t);
  const p = await startProduct(f.directory);
  const r = await p.caller.get('/v1/pipeline');
  const b = JSON.parse(r.body); console.log(r.status, b.totals.open.count+b.totals.won.count+b.totals.lost.count, b.unconverted, p.server.startedInMs, /VmRSS.*/.exec(readFileSync(`/proc/${p.server.pid}/status`,'utf8'))?.[0]);
  await p.stop();
}
process.exit(0);
