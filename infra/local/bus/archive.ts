import type { DatabaseSync } from 'node:sqlite';

export type ArchiveStore = ReturnType<typeof archiveStore>;

/** The statements on archived events, each prepared once; times are when the bus took the event. */
export function archiveStore(database: DatabaseSync) {
  const insert = database.prepare('INSERT INTO archived (archive, taken_at, event) VALUES (?, ?, ?)');
  const page = database.prepare(
    `SELECT seq, taken_at AS takenAt, event FROM archived
      WHERE archive = ? AND (taken_at, seq) > (?, ?) AND taken_at <= ? ORDER BY taken_at, seq LIMIT ?`,
  );
  const count = database.prepare('SELECT count(*) AS n FROM archived WHERE archive = ? AND taken_at BETWEEN ? AND ?');
  const prune = database.prepare(
    'DELETE FROM archived WHERE seq IN (SELECT seq FROM archived WHERE archive = ? AND taken_at < ? LIMIT ?)',
  );
  return {
    insert: (archive: string, takenAt: number, text: string) => insert.run(archive, takenAt, text),
    page: (archive: string, after: { takenAt: number; seq: number }, to: number, limit: number) =>
      page.all(archive, after.takenAt, after.seq, to, limit) as { seq: number; takenAt: number; event: string }[],
    count: (archive: string, from: number, to: number) => (count.get(archive, from, to) as { n: number }).n,
    prune: (archive: string, before: number, limit: number) => Number(prune.run(archive, before, limit).changes),
  };
}
