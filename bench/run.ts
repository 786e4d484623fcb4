/** `npm run bench`, or `npm run bench -- <name> …`: measures, and writes the figures into `docs/generated/bench.json` and `docs/performance.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { cost } from './cost.ts';
import { functions } from './functions.ts';
import { intake } from './intake.ts';
import { pipeline } from './pipeline.ts';
import { projector } from './projector.ts';
import { report } from './report.ts';
import { respond } from './respond.ts';
import { start } from './start.ts';
import { BENCH_FILE, DEPLOY_FILE, type Measured, PAGE_FILE, withFigures, withPrices } from './support/page.ts';
import { withDirectory } from './support/place.ts';
import { synthesizeOnce } from './support/product.ts';
import { type Bench, type Bound, holds, type Result } from './support/report.ts';
import { webhooks } from './webhooks.ts';
import { writeShape } from './write-shape.ts';

const BENCHES: readonly Bench[] = [
  cost,
  functions,
  intake,
  respond,
  webhooks,
  projector,
  pipeline,
  report,
  start,
  writeShape,
];

const { BENCH_ROUNDS: rounds = '7', BENCH_SCALE: scale = '1' } = process.env;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}: choose of ${BENCHES.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const bounds: Bound[] = [];
const failed: string[] = [];
await withDirectory('disk', async (directory) => {
  await synthesizeOnce(directory);
  for (const bench of BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n${bench.name}`);
    const loadBefore = loadavg()[0] ?? 0;
    const began = performance.now();
    try {
      const result = await bench.run({
        rounds: Number(rounds),
        scale: Number(scale),
        log: (line) => console.log(`  ${line}`),
      });
      const seconds = Math.round((performance.now() - began) / 1000);
      console.log(JSON.stringify(result.figures, undefined, 2).replace(/^/gm, '  '));
      console.log(`  took ${seconds} s`);
      bounds.push(...result.bounds);
      if (Number(scale) === 1) keep(bench.name, result, { loadBefore, seconds });
    } catch (error) {
      // The others are measured all the same.
      console.error(error);
      failed.push(bench.name);
    }
  }
});

console.log('');
for (const bound of bounds) {
  const limit = bound.atMost === undefined ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
  console.log(`${holds(bound) ? 'PASS ' : 'SHORT'}  ${bound.what}: ${bound.value}, ${limit}`);
}
for (const name of failed) console.log(`FAILED  ${name}`);
process.exit(failed.length > 0 || !bounds.every(holds) ? 1 : 0);

/** Each bench's figures stand by themselves, so that one can be measured again. The load is that of the machine before it began. */
function keep(name: string, result: Result, { loadBefore, seconds }: { loadBefore: number; seconds: number }): void {
  const [processor] = cpus();
  const machine = {
    processor: processor?.model ?? 'unknown',
    processors: cpus().length,
    node: process.version,
    loadBefore: Number(loadBefore.toFixed(1)),
  };
  const kept = { at: new Date().toISOString().slice(0, 10), machine, rounds: Number(rounds), seconds, ...result };
  const all: Measured = { ...read(), [name]: kept };
  writeFileSync(BENCH_FILE, `${JSON.stringify(all, undefined, 2)}\n`);
  writeFileSync(PAGE_FILE, withFigures(readFileSync(PAGE_FILE, 'utf8'), all));
  writeFileSync(DEPLOY_FILE, withPrices(readFileSync(DEPLOY_FILE, 'utf8')));
}

function read(): Measured {
  try {
    return JSON.parse(readFileSync(BENCH_FILE, 'utf8')) as Measured;
  } catch {
    return {};
  }
}
