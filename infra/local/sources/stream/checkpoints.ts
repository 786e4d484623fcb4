/** How far each source has come in each shard, on disk, with the steps of the last minute, so that it can go back after a crash. */
import { DatabaseSync, type StatementSync } from 'node:sqlite';

export interface Checkpoint {
  /** The last sequence number that was dealt with; undefined: nothing yet. */
  sequence?: string;
  /** The shard was read to its end. */
  finished: boolean;
  /** State of the open tumbling window. */
  window?: WindowState;
}

export interface WindowState {
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  state: unknown;
}

export interface Checkpoints {
  load(source: string, shardId: string): Checkpoint | undefined;
  save(source: string, shardId: string, checkpoint: Checkpoint): void;
  /**
   * Goes back, for every source and shard, to a checkpoint at least `seconds` before the last sign of life (`lastAliveAt`, or the newest
   * checkpoint where that is later); to the beginning where there is none as old.
   */
  rewind(seconds: number, lastAliveAt: number | undefined): void;
  close(): void;
}

const keptMillis = 120_000;

export function openCheckpoints(file: string, clock: () => number = Date.now): Checkpoints {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS checkpoint (
      source TEXT NOT NULL, shard TEXT NOT NULL, at INTEGER NOT NULL, sequence TEXT, finished INTEGER NOT NULL, window TEXT,
      PRIMARY KEY (source, shard, at)
    ) WITHOUT ROWID;
  `);
  const newest: StatementSync = database.prepare(
    'SELECT sequence, finished, window FROM checkpoint WHERE source = ? AND shard = ? ORDER BY at DESC LIMIT 1',
  );
  const insert = database.prepare('INSERT OR REPLACE INTO checkpoint VALUES (?, ?, ?, ?, ?, ?)');
  // The newest of those that are old enough stays: it may be the one to go back to.
  const prune = database.prepare(
    `DELETE FROM checkpoint WHERE at <
       (SELECT max(at) FROM checkpoint AS other WHERE other.source = checkpoint.source AND other.shard = checkpoint.shard AND other.at < ?)`,
  );
  let last = Number(database.prepare('SELECT max(at) AS at FROM checkpoint').get()?.at ?? 0);
  let pruneAt = 0;
  return {
    load(source, shardId) {
      const row = newest.get(source, shardId);
      if (!row) return undefined;
      return {
        ...(typeof row.sequence === 'string' ? { sequence: row.sequence } : {}),
        finished: row.finished === 1,
        ...(typeof row.window === 'string' ? { window: JSON.parse(row.window) as WindowState } : {}),
      };
    },
    save(source, shardId, { sequence, finished, window }) {
      const now = clock();
      // Never backwards, whatever the machine's clock does: the newest is the one that counts.
      last = Math.max(now, last);
      insert.run(source, shardId, last, sequence ?? null, finished ? 1 : 0, window ? JSON.stringify(window) : null);
      if (now < pruneAt) return;
      pruneAt = now + 5_000;
      prune.run(last - keptMillis);
    },
    rewind(seconds, lastAliveAt = 0) {
      const latest = Number(database.prepare('SELECT max(at) AS at FROM checkpoint').get()?.at ?? 0);
      const until = Math.max(lastAliveAt, latest) - seconds * 1000;
      database.prepare('DELETE FROM checkpoint WHERE at > ?').run(until);
    },
    close: () => database.close(),
  };
}
