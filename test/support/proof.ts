import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FULL = process.env['PROOF'] === 'full';
const SHORT = process.env['PROOF'] === 'short';

/** The small size in `npm test`, the full one in `npm run proof`, and with `PROOF=short`, as the build runs it, a tenth of that. */
export const sized = (small: number, full: number): number =>
  FULL ? full : SHORT ? Math.max(small, Math.floor(full / 10)) : small;

const file = fileURLToPath(new URL('../../docs/generated/proof.json', import.meta.url));

/** Keeps the figures of a full proof, from which `docs/proof.md` is told; prints them in any case. */
export function report(proof: string, figures: Readonly<Record<string, number | string>>): void {
  console.log(`proof: ${proof}: ${JSON.stringify(figures)}`);
  if (!FULL) return;
  mkdirSync(fileURLToPath(new URL('../../docs/generated', import.meta.url)), { recursive: true });
  let kept: Record<string, unknown> = {};
  try {
    kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    // The first proof ever.
  }
  const on = new Date().toISOString().slice(0, 10);
  writeFileSync(file, `${JSON.stringify({ ...kept, [proof]: { on, ...figures } }, undefined, 2)}\n`);
}
