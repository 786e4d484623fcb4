/** Tells whether an assembly is still what the app would be synthesized to: a hash of everything that goes into it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Sources of the app and of its functions, and what fixes the packages that they are built with. */
const inputs = [
  'infra',
  'functions',
  'shared',
  'docs/generated',
  'cdk.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
/** This host reads the assembly and is no part of it. */
const left = join('infra', 'local');

const file = 'fingerprint';

/** Of the sources as they are now. */
export function fingerprint(): string {
  const hash = createHash('sha256').update(process.version);
  for (const path of inputs.flatMap(filesUnder)) {
    hash.update(`\n${path}\n`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

/** Whether the assembly was completed from these sources. */
export function isCurrent(directory: string, sources: string): boolean {
  const path = join(directory, file);
  return existsSync(path) && readFileSync(path, 'utf8') === sources;
}

export function markCurrent(directory: string, sources: string): void {
  writeFileSync(join(directory, file), sources);
}

function filesUnder(path: string): string[] {
  const absolute = join(root, path);
  if (!existsSync(absolute) || path === left) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)));
}
