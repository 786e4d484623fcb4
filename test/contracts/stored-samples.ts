import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, 'samples');
const MANIFEST = join(import.meta.dirname, 'samples.sha256.json');

/** A stored sample: `<source>/<name>/v<version>/<valid|invalid>/<what>.json`. */
export interface Sample {
  readonly path: string;
  readonly source: string;
  readonly name: string;
  readonly version: number;
  readonly valid: boolean;
  readonly text: string;
}

/** What an invalid sample says: why it is one, and where. */
export interface InvalidSample {
  readonly because: string;
  readonly pointer: string;
  readonly detail: unknown;
}

export function readSamples(): Sample[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => {
      const [source = '', name = '', version = '', validity = ''] = path.split('/');
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, source, name, version: Number(version.slice(1)), valid: validity === 'valid', text };
    });
}

export const hashOf = ({ text }: Sample): string => createHash('sha256').update(text).digest('hex');

export const readManifest = (): Record<string, string> =>
  existsSync(MANIFEST) ? JSON.parse(readFileSync(MANIFEST, 'utf8')) : {};

/** `node test/contracts/stored-samples.ts` takes up new samples. What was published once never changes, so it changes none. */
if (import.meta.main) {
  const added = Object.fromEntries(readSamples().map((sample) => [sample.path, hashOf(sample)]));
  const manifest = Object.fromEntries(Object.entries({ ...added, ...readManifest() }).sort());
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${Object.keys(manifest).length} samples`);
}
