/**
 * A Java process that an earlier run left behind on the same data directory (its Node was killed alone). It would hold the database file,
 * so it is ended, but only after it was seen to be ours: same jar, same data directory, in its command line.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartFailure } from '../failure.ts';

export function writePidFile(file: string, pid: number): void {
  writeFileSync(file, `${pid}\n`);
}

/** Returns the id of the process that was ended, if there was one. Throws a `StartFailure` when it will not end. */
export async function endOrphan(pidFile: string, jar: string, databaseDirectory: string): Promise<number | undefined> {
  if (!existsSync(pidFile)) return undefined;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const ours = (): boolean => {
    const words = commandLine(pid);
    return words.includes(jar) && words.includes(databaseDirectory);
  };
  if (!Number.isInteger(pid) || pid <= 1 || !ours()) {
    rmSync(pidFile, { force: true });
    return undefined;
  }
  for (const [signal, tries] of [
    ['SIGTERM', 60],
    ['SIGKILL', 40],
  ] as const) {
    if (ours()) process.kill(pid, signal);
    for (let attempt = 0; attempt < tries && ours(); attempt += 1) await sleep(50);
  }
  if (ours())
    throw new StartFailure(
      `DynamoDB Local of an earlier run (process ${pid}) does not end; please end it and start again.`,
    );
  rmSync(pidFile, { force: true });
  return pid;
}

/** The words of the process's command line; empty where there is no such process or it cannot be known. */
function commandLine(pid: number): string {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    if (process.platform === 'win32') {
      const query = `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`;
      return execFileSync('powershell', ['-NoProfile', '-Command', query], { encoding: 'utf8', timeout: 10_000 });
    }
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 5_000 });
  } catch {
    return '';
  }
}
