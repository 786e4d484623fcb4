/** The directory that holds everything of a local run. One server at a time: its lock ends with the process that holds it. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StartFailure } from './failure.ts';

/** What a running server tells the commands on its machine. */
export const ServerInfo = z.object({
  pid: z.number(),
  /** Absent while it starts. */
  url: z.string().optional(),
  port: z.number().optional(),
  /** Origin of the endpoint that functions call, with `/_local/…` for commands. */
  endpoint: z.string().optional(),
  startedAt: z.string(),
});
export type ServerInfo = z.infer<typeof ServerInfo>;

export interface DataDirectory {
  path: string;
  file(...names: string[]): string;
  /** Demanded by the control endpoint. */
  controlKey: string;
  announce(info: Omit<ServerInfo, 'pid' | 'startedAt'>): void;
  /** Deletes the data of the product: all but what the running server itself needs. */
  empty(): void;
  release(): void;
}

/** What a reset leaves: the server's own files, and the engine's, whose tables it drops by call. */
const OWN_FILES = /^(lock\.db.*|server\.json|control-key|issuer-key\.json|assembly|logs|dynamodb)$/;

/**
 * Takes the directory. Throws a `StartFailure` that names the holder where another server has it. The lock is SQLite's own on a file,
 * which the system gives up when the process ends, however it ends.
 */
export function takeDataDirectory(path: string): DataDirectory {
  const directory = resolve(path);
  mkdirSync(join(directory, 'logs'), { recursive: true });
  const lock = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new StartFailure(
      `${directory} is in use by ${describeHolder(directory)}. Stop that one, or set DATA_DIR to another directory.`,
    );
  }
  const infoFile = join(directory, 'server.json');
  const startedAt = new Date().toISOString();
  const announce: DataDirectory['announce'] = (info) =>
    writeFileSync(infoFile, `${JSON.stringify({ pid: process.pid, ...info, startedAt }, undefined, 2)}\n`);
  announce({});
  const controlKey = randomBytes(24).toString('base64url');
  rmSync(join(directory, 'control-key'), { force: true });
  writeFileSync(join(directory, 'control-key'), controlKey, { mode: 0o600 });
  return {
    path: directory,
    file: (...names) => join(directory, ...names),
    controlKey,
    announce,
    empty() {
      for (const name of readdirSync(directory).filter((each) => !OWN_FILES.test(each)))
        rmSync(join(directory, name), { recursive: true });
    },
    release() {
      rmSync(infoFile, { force: true });
      lock.close();
    },
  };
}

/** The server that holds the directory, undefined where it says nothing. */
export function readServerInfo(path: string): ServerInfo | undefined {
  const file = join(path, 'server.json');
  try {
    return existsSync(file) ? ServerInfo.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  } catch {
    return undefined;
  }
}

function describeHolder(directory: string): string {
  const info = readServerInfo(directory);
  if (!info) return 'another server that is just starting';
  return `process ${info.pid}, which ${info.url ? `listens on ${info.url}` : 'is starting'}`;
}
