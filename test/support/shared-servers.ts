import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A worker ends without a word, so its server is written down for the end of the run. */
const folder = () => join(tmpdir(), 'shared-servers');

export function noteServer(pid: number): void {
  mkdirSync(folder(), { recursive: true });
  writeFileSync(join(folder(), String(pid)), '');
}

/** Kills the servers of all workers, each with everything that it started. */
export function killServers(): void {
  for (const pid of existsSync(folder()) ? readdirSync(folder()) : [])
    try {
      process.kill(-Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
}
