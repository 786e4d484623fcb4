import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `npm run proof` asks for the full sizes; `npm test` runs the same proofs small. */
export const FULL = process.env.PROOF === 'full';

export const sized = <Size>(small: Size, full: Size): Size => (FULL ? full : small);

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
