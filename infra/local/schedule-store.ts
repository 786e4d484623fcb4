import { DatabaseSync } from 'node:sqlite';

export interface ScheduleState {
  expression: string;
  /** When the schedule was first defined with this expression. */
  definedAt: number;
  /** The time of the last run that was begun; null before the first. */
  lastDue: number | null;
}

export interface PendingRun {
  due: number;
  /** Attempts that were made. */
  attempts: number;
}

/** What has to outlive the process: when each schedule last ran, and the runs that are not done. Every call is a commit. */
export function openScheduleStore(file: string) {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS schedules (key TEXT PRIMARY KEY, expression TEXT NOT NULL, defined_at INTEGER NOT NULL, last_due INTEGER) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS runs (key TEXT NOT NULL, due INTEGER NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (key, due)) WITHOUT ROWID;
  `);
  const read = database.prepare(
    'SELECT expression, defined_at AS definedAt, last_due AS lastDue FROM schedules WHERE key = ?',
  );
  const define = database.prepare(
    `INSERT INTO schedules (key, expression, defined_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET expression = excluded.expression, defined_at = excluded.defined_at, last_due = NULL`,
  );
  const begin = database.prepare('UPDATE schedules SET last_due = ? WHERE key = ?');
  const addRun = database.prepare('INSERT OR IGNORE INTO runs (key, due, attempts) VALUES (?, ?, 0)');
  const attempts = database.prepare('UPDATE runs SET attempts = ? WHERE key = ? AND due = ?');
  const endRun = database.prepare('DELETE FROM runs WHERE key = ? AND due = ?');
  const forget = ['DELETE FROM schedules WHERE key = ?', 'DELETE FROM runs WHERE key = ?'].map((sql) =>
    database.prepare(sql),
  );
  const runs = database.prepare('SELECT due, attempts FROM runs WHERE key = ? ORDER BY due');
  return {
    read: (key: string) => read.get(key) as ScheduleState | undefined,
    define: (key: string, expression: string, at: number) => define.run(key, expression, at),
    /** Notes that a run is due, before it is begun. */
    begin(key: string, due: number): void {
      database.exec('BEGIN');
      begin.run(due, key);
      addRun.run(key, due);
      database.exec('COMMIT');
    },
    attempted: (key: string, due: number, count: number) => attempts.run(count, key, due),
    end: (key: string, due: number) => endRun.run(key, due),
    forget(key: string): void {
      database.exec('BEGIN');
      for (const statement of forget) statement.run(key);
      database.exec('COMMIT');
    },
    pending: (key: string) => runs.all(key) as unknown as PendingRun[],
    close: () => database.close(),
  };
}
