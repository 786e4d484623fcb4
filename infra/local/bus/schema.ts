import { DatabaseSync } from 'node:sqlite';

const schemaVersion = 1;

/**
 * A message keeps its row until it is pruned: deleting it only sets `deleted_at`, which takes it out of the index `ready`.
 * `source` is the queue that a dead letter came from. Times are milliseconds since 1970.
 */
const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE queues (id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE);
  CREATE TABLE messages (
    seq INTEGER PRIMARY KEY,
    queue INTEGER NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    attributes TEXT,
    sent_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    first_received_at INTEGER,
    receive_count INTEGER NOT NULL DEFAULT 0,
    source INTEGER,
    deleted_at INTEGER
  );
  CREATE INDEX ready ON messages (queue, due_at, seq) WHERE deleted_at IS NULL;
  CREATE INDEX deleted ON messages (deleted_at) WHERE deleted_at IS NOT NULL;
  CREATE TABLE archived (
    seq INTEGER PRIMARY KEY,
    archive TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    event TEXT NOT NULL
  );
  CREATE INDEX archived_at ON archived (archive, taken_at, seq);
`;

/**
 * Opens the bus's file, made on first use. Every commit is synced to disk before it returns (WAL, synchronous=FULL), and
 * the file is held alone: a second process gets "database is locked".
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(`
      PRAGMA locking_mode = EXCLUSIVE;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = 67108864;
      PRAGMA temp_store = MEMORY;
    `);
    const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (version === 0) database.exec(`BEGIN; ${tables} PRAGMA user_version = ${schemaVersion}; COMMIT`);
    else if (version !== schemaVersion)
      throw new Error(
        `${file} has layout ${version}, this version reads ${schemaVersion}: move the file away to start anew`,
      );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
