/** Secrets with their versions in one SQLite file. Every call is a commit, so what was acknowledged is on disk. */
import { DatabaseSync } from 'node:sqlite';

export interface Secret {
  name: string;
  arn: string;
  description: string | undefined;
  tags: Record<string, string>;
  /** Milliseconds since 1970. */
  createdAt: number;
  changedAt: number;
  /** When it is to be gone; undefined while it is not deleted. */
  deletedAt: number | undefined;
}

export interface SecretVersion {
  id: string;
  text: string | undefined;
  binary: Buffer | undefined;
  createdAt: number;
  /** `AWSCURRENT`, `AWSPREVIOUS` or a label of one's own. */
  stages: string[];
}

export type SecretValue = Pick<SecretVersion, 'text' | 'binary'>;

export interface SecretStore {
  find(nameOrArn: string): Secret | undefined;
  create(secret: Omit<Secret, 'createdAt' | 'changedAt' | 'deletedAt'>): void;
  describe(name: string, description: string): void;
  tag(name: string, tags: Record<string, string>): void;
  /** Undefined in the place of an instant takes the deletion back. */
  remove(name: string, at: number | undefined): void;
  /** At once and for good. */
  erase(name: string): void;
  versions(name: string): SecretVersion[];
  /** The stages are taken from the versions that have them; what loses `AWSCURRENT` becomes `AWSPREVIOUS`. */
  addVersion(name: string, id: string, value: SecretValue, stages: string[]): void;
  close(): void;
}

interface SecretRow {
  name: string;
  arn: string;
  description: string | null;
  tags: string;
  created_at: number;
  changed_at: number;
  deleted_at: number | null;
}

interface VersionRow {
  id: string;
  text: string | null;
  binary: Uint8Array | null;
  created_at: number;
  stages: string;
}

/** `file` is made readable for its owner alone by whoever opens it first: see the data directory. */
export function openSecrets(file: string, clock: () => number = Date.now): SecretStore {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS secrets (
      name TEXT PRIMARY KEY, arn TEXT NOT NULL, description TEXT, tags TEXT NOT NULL, created_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL, deleted_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS versions (
      name TEXT NOT NULL, id TEXT NOT NULL, text TEXT, binary BLOB, created_at INTEGER NOT NULL, stages TEXT NOT NULL,
      PRIMARY KEY (name, id)
    ) WITHOUT ROWID;
  `);
  const select = database.prepare('SELECT * FROM secrets WHERE name = ? OR arn = ?');
  const insert = database.prepare(
    'INSERT INTO secrets (name, arn, description, tags, created_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const describe = database.prepare('UPDATE secrets SET description = ?, changed_at = ? WHERE name = ?');
  const tag = database.prepare('UPDATE secrets SET tags = ? WHERE name = ?');
  const remove = database.prepare('UPDATE secrets SET deleted_at = ? WHERE name = ?');
  const touch = database.prepare('UPDATE secrets SET changed_at = ? WHERE name = ?');
  const erase = database.prepare('DELETE FROM secrets WHERE name = ?');
  const eraseVersions = database.prepare('DELETE FROM versions WHERE name = ?');
  const selectVersions = database.prepare('SELECT id, text, binary, created_at, stages FROM versions WHERE name = ?');
  const insertVersion = database.prepare(
    'INSERT INTO versions (name, id, text, binary, created_at, stages) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const stage = database.prepare('UPDATE versions SET stages = ? WHERE name = ? AND id = ?');
  // As on AWS, a version without a stage is gone.
  const sweep = database.prepare(`DELETE FROM versions WHERE name = ? AND stages = '[]'`);
  const together = (run: () => void): void => {
    database.exec('BEGIN IMMEDIATE');
    try {
      run();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  };
  const versions = (name: string): SecretVersion[] =>
    (selectVersions.all(name) as unknown as VersionRow[]).map((row) => ({
      id: row.id,
      text: row.text ?? undefined,
      binary: row.binary ? Buffer.from(row.binary) : undefined,
      createdAt: row.created_at,
      stages: JSON.parse(row.stages) as string[],
    }));
  const find = (nameOrArn: string): Secret | undefined => {
    const row = select.get(nameOrArn, nameOrArn) as unknown as SecretRow | undefined;
    return (
      row && {
        name: row.name,
        arn: row.arn,
        description: row.description ?? undefined,
        tags: JSON.parse(row.tags) as Record<string, string>,
        createdAt: row.created_at,
        changedAt: row.changed_at,
        deletedAt: row.deleted_at ?? undefined,
      }
    );
  };
  return {
    find,
    create: ({ name, arn, description, tags }) => {
      insert.run(name, arn, description ?? null, JSON.stringify(tags), clock(), clock());
    },
    describe: (name, description) => void describe.run(description, clock(), name),
    tag: (name, tags) => void tag.run(JSON.stringify({ ...find(name)?.tags, ...tags }), name),
    remove: (name, at) => void remove.run(at ?? null, name),
    erase: (name) =>
      together(() => {
        erase.run(name);
        eraseVersions.run(name);
      }),
    versions,
    addVersion: (name, id, { text, binary }, stages) =>
      together(() => {
        const losesCurrent = stages.includes('AWSCURRENT');
        for (const version of versions(name)) {
          const wasCurrent = version.stages.includes('AWSCURRENT');
          const kept = version.stages.filter(
            (one) => !stages.includes(one) && !(losesCurrent && one === 'AWSPREVIOUS'),
          );
          stage.run(JSON.stringify(losesCurrent && wasCurrent ? [...kept, 'AWSPREVIOUS'] : kept), name, version.id);
        }
        insertVersion.run(name, id, text ?? null, binary ?? null, clock(), JSON.stringify(stages));
        touch.run(clock(), name);
        sweep.run(name);
      }),
    close: () => database.close(),
  };
}
