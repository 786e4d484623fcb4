/** `npm run bench`, or `npm run bench -- <name> …`: measures and writes the figures into `docs/generated/bench.json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { intake } from './intake.ts';
import { report } from './report.ts';
import { withDirectory } from './support/place.ts';
import { synthesizeOnce } from './support/product.ts';
import { type Bench, holds, type Result } from './support/report.ts';
import { writeShape } from './write-shape.ts';

const BENCHES: readonly Bench[] = [intake, writeShape, report];
const FILE = fileURLToPath(new URL('../docs/generated/bench.json', import.meta.url));

const { BENCH_ROUNDS: rounds = '7', BENCH_SCALE: scale = '1' } = process.env;
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}: choose of ${BENCHES.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

let short = 0;
await withDirectory('disk', async (directory) => {
  await synthesizeOnce(directory);
  for (const bench of BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n${bench.name}`);
    const before = loadavg()[0] ?? 0;
    const result = await bench.run({
      rounds: Number(rounds),
      scale: Number(scale),
      log: (line) => console.log(`  ${line}`),
    });
    tell(result);
    if (Number(scale) === 1) keep(bench.name, result, before);
    short += result.bounds.filter((bound) => !holds(bound)).length;
  }
});
process.exit(short > 0 ? 1 : 0);

function tell({ figures, bounds }: Result): void {
  console.log(JSON.stringify(figures, undefined, 2).replace(/^/gm, '  '));
  for (const bound of bounds) {
    const limit = bound.atMost === undefined ? `at least ${bound.atLeast}` : `at most ${bound.atMost}`;
    console.log(`  ${holds(bound) ? 'holds' : 'SHORT'}  ${bound.what}: ${bound.value}, ${limit}`);
  }
}

/** Each bench's figures stand by themselves, so that one can be measured again. The load is that of the machine before it began. */
function keep(name: string, { figures, bounds }: Result, loadBefore: number): void {
  const all = read();
  const machine = { processors: cpus().length, node: process.version, loadBefore: Number(loadBefore.toFixed(1)) };
  const measured = { at: new Date().toISOString().slice(0, 10), machine, rounds: Number(rounds), bounds, figures };
  writeFileSync(FILE, `${JSON.stringify({ ...all, [name]: measured }, undefined, 2)}\n`);
}

function read(): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as Record<string, unknown>;
  } catch {
    return {};
  }
}
