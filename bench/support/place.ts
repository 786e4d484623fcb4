import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Medium = 'memory' | 'disk';

/** Runs with a directory that is gone afterwards: on disk, or in memory where the machine has such a place. */
export async function withDirectory<T>(medium: Medium, run: (directory: string) => Promise<T>): Promise<T> {
  const parent = medium === 'memory' && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const directory = mkdtempSync(join(parent, 'bench-'));
  try {
    return await run(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
