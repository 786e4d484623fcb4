import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Medium = 'memory' | 'disk';

/** A new directory: on disk, or in memory where the machine has such a place. */
export function makeDirectory(medium: Medium): string {
  const parent = medium === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  return mkdtempSync(join(parent, 'bench-'));
}

/** Runs with a directory that is gone afterwards. */
export async function withDirectory<T>(medium: Medium, run: (directory: string) => Promise<T>): Promise<T> {
  const directory = makeDirectory(medium);
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
