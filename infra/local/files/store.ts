/** The objects of all buckets in one SQLite file. */
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { groupCommit } from '../bus/commit.ts';
import type { Log } from '../timers.ts';

export interface ObjectFacts {
  key: string;
  size: number;
  /** MD5 in hex, without quotes. */
  etag: string;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  /** Headers that are given back as they came: content type and encoding, user metadata, checksum. */
  headers: Record<string, string>;
}

/** What has to hold for a put; by entity tags, `*` for any object. */
export interface PutCondition {
  ifNoneMatch?: string;
  ifMatch?: string;
}

export interface ObjectStore {
  /** Resolves when it is on disk; undefined where the condition does not hold, and then nothing was written. */
  put(
    bucket: string,
    key: string,
    body: Buffer,
    headers: Record<string, string>,
    condition: PutCondition,
  ): Promise<ObjectFacts | undefined>;
  head(bucket: string, key: string): ObjectFacts | undefined;
  get(bucket: string, key: string): { facts: ObjectFacts; body: Buffer } | undefined;
  remove(bucket: string, keys: string[]): Promise<void>;
  /** Keys that begin with `prefix` and come after `after`, in the order of their UTF-8 bytes. */
  list(bucket: string, prefix: string, after: string, limit: number): ObjectFacts[];
  close(): void;
}

interface Row {
  key: string;
  size: number;
  etag: string;
  modified_at: number;
  headers: string;
}

/** Throws where the file cannot be opened. Puts that arrive together are synced together. */
export function openObjects(file: string, log: Log = () => {}, clock: () => number = Date.now): ObjectStore {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS objects (
      bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
      headers TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (bucket, key)
    );
  `);
  const commits = groupCommit(database, () => {}, log);
  const facts = 'key, size, etag, modified_at, headers';
  const selectFacts = database.prepare(`SELECT ${facts} FROM objects WHERE bucket = ? AND key = ?`);
  const selectAll = database.prepare(`SELECT ${facts}, body FROM objects WHERE bucket = ? AND key = ?`);
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO objects (bucket, key, size, etag, modified_at, headers, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const erase = database.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?');
  const page = database.prepare(
    `SELECT ${facts} FROM objects
      WHERE bucket = ? AND key >= ? AND key > ? AND substr(key, 1, length(?)) = ? ORDER BY key LIMIT ?`,
  );
  const factsOf = ({ key, size, etag, modified_at, headers }: Row): ObjectFacts => ({
    key,
    size,
    etag,
    modifiedAt: modified_at,
    headers: JSON.parse(headers) as Record<string, string>,
  });
  const head = (bucket: string, key: string): ObjectFacts | undefined => {
    const row = selectFacts.get(bucket, key) as unknown as Row | undefined;
    return row && factsOf(row);
  };
  const holds = ({ ifNoneMatch, ifMatch }: PutCondition, there: ObjectFacts | undefined): boolean => {
    const matches = (wanted: string) =>
      there !== undefined && (wanted === '*' || wanted.replaceAll('"', '') === there.etag);
    return (ifNoneMatch === undefined || !matches(ifNoneMatch)) && (ifMatch === undefined || matches(ifMatch));
  };
  return {
    put(bucket, key, body, headers, condition) {
      const etag = createHash('md5').update(body).digest('hex');
      return commits.write(() => {
        if (!holds(condition, head(bucket, key))) return undefined;
        const modifiedAt = clock();
        upsert.run(bucket, key, body.length, etag, modifiedAt, JSON.stringify(headers), body);
        return { key, size: body.length, etag, modifiedAt, headers };
      });
    },
    head,
    get(bucket, key) {
      const row = selectAll.get(bucket, key) as unknown as (Row & { body: Uint8Array }) | undefined;
      return row && { facts: factsOf(row), body: Buffer.from(row.body) };
    },
    remove: (bucket, keys) =>
      commits.write(() => {
        for (const key of keys) erase.run(bucket, key);
      }),
    list: (bucket, prefix, after, limit) =>
      (page.all(bucket, prefix, after, prefix, prefix, limit) as unknown as Row[]).map(factsOf),
    close() {
      commits.close();
      database.close();
    },
  };
}
