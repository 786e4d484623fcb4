import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';

/** A message as it stands in the file; `queue` and `source` are numbers of `queues`. */
export interface Row {
  seq: number;
  queue: number;
  id: string;
  body: string;
  /** JSON, or null for none. */
  attributes: string | null;
  sent_at: number;
  due_at: number;
  first_received_at: number | null;
  receive_count: number;
  source: number | null;
}

/** Where a consumer's reading of a queue has got to. */
export interface Cursor {
  dueAt: number;
  seq: number;
}

export type Store = ReturnType<typeof messageStore>;

/** The statements on messages, each prepared once. None of them begins or ends a transaction. */
export function messageStore(database: DatabaseSync) {
  const columns = 'seq, queue, id, body, attributes, sent_at, due_at, first_received_at, receive_count, source';
  const insert = database.prepare(
    'INSERT INTO messages (seq, queue, id, body, attributes, sent_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const bySeq = database.prepare(`SELECT ${columns} FROM messages WHERE seq = ? AND queue = ? AND deleted_at IS NULL`);
  const ready = database.prepare(
    `SELECT ${columns} FROM messages
      WHERE queue = ? AND deleted_at IS NULL AND (due_at, seq) > (?, ?) AND due_at <= ? ORDER BY due_at, seq LIMIT ?`,
  );
  const standing = database.prepare(
    `SELECT ${columns} FROM messages WHERE queue = ? AND deleted_at IS NULL ORDER BY due_at, seq LIMIT ?`,
  );
  const remove = database.prepare('UPDATE messages SET deleted_at = ? WHERE seq = ? AND id = ? AND deleted_at IS NULL');
  const received = database.prepare(
    'UPDATE messages SET receive_count = ?, first_received_at = ? WHERE seq = ? AND deleted_at IS NULL',
  );
  const bury = database.prepare(
    `UPDATE messages SET source = queue, queue = ?, due_at = ?, receive_count = ?, attributes = coalesce(?, attributes),
      first_received_at = NULL WHERE seq = ? AND queue = ? AND deleted_at IS NULL`,
  );
  const revive = database.prepare(
    `UPDATE messages SET queue = source, source = NULL, due_at = ?, sent_at = ?, receive_count = 0, first_received_at = NULL
      WHERE seq = ? AND queue = ? AND source IS NOT NULL AND deleted_at IS NULL`,
  );
  const redeliver = database.prepare(
    `UPDATE messages SET deleted_at = NULL, due_at = ?, receive_count = 0, first_received_at = NULL
      WHERE deleted_at IS NOT NULL AND deleted_at >= ?`,
  );
  const counts = database.prepare(
    'SELECT count(*) AS total, count(*) FILTER (WHERE due_at > ?) AS later FROM messages WHERE queue = ? AND deleted_at IS NULL',
  );
  const nextDue = database.prepare(
    'SELECT min(due_at) AS at FROM messages WHERE queue = ? AND deleted_at IS NULL AND due_at > ?',
  );
  const noLater = database.prepare('UPDATE messages SET due_at = ? WHERE deleted_at IS NULL AND due_at > ?');
  const pruneDeleted = database.prepare(
    'DELETE FROM messages WHERE seq IN (SELECT seq FROM messages WHERE deleted_at IS NOT NULL AND deleted_at < ? LIMIT ?)',
  );
  const expired = database.prepare(
    'SELECT seq FROM messages WHERE queue = ? AND deleted_at IS NULL AND due_at < ? ORDER BY due_at LIMIT ?',
  );
  const erase = database.prepare('DELETE FROM messages WHERE seq = ?');
  const queueByArn = database.prepare('SELECT id FROM queues WHERE arn = ?');
  const queueById = database.prepare('SELECT arn FROM queues WHERE id = ?');
  const addQueue = database.prepare('INSERT INTO queues (arn) VALUES (?) RETURNING id');
  const perQueue = database.prepare(
    `SELECT queues.arn AS arn, count(*) AS count FROM messages JOIN queues ON queues.id = messages.queue
      WHERE deleted_at IS NULL GROUP BY queues.arn ORDER BY queues.arn`,
  );
  const getMeta = database.prepare('SELECT value FROM meta WHERE key = ?');
  const setMeta = database.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const { last } = database.prepare('SELECT coalesce(max(seq), 0) AS last FROM messages').get() as { last: number };
  let nextSeq = last + 1;

  return {
    /** Adds a message; returns its id. */
    insert(queue: number, body: string, attributes: string | null, sentAt: number, dueAt: number): string {
      const id = randomUUID();
      insert.run(nextSeq++, queue, id, body, attributes, sentAt, dueAt);
      return id;
    },
    bySeq: (seq: number, queue: number) => bySeq.get(seq, queue) as Row | undefined,
    ready: (queue: number, after: Cursor, now: number, limit: number) =>
      ready.all(queue, after.dueAt, after.seq, now, limit) as unknown as Row[],
    standing: (queue: number, limit: number) => standing.all(queue, limit) as unknown as Row[],
    remove: (seq: number, id: string, at: number) => remove.run(at, seq, id).changes === 1,
    received: (seq: number, count: number, firstAt: number) => received.run(count, firstAt, seq),
    /** Moves a message to a dead-letter queue; `attributes`, if any, instead of its own. */
    bury: (seq: number, from: number, to: number, letter: { count: number; at: number; attributes: string | null }) =>
      bury.run(to, letter.at, letter.count, letter.attributes, seq, from),
    /** Moves a dead letter back to where it came from, as a new message; false when it has no source or has gone. */
    revive: (seq: number, from: number, at: number) => revive.run(at, at, seq, from).changes === 1,
    redeliver: (since: number, at: number) => Number(redeliver.run(at, since).changes),
    counts: (queue: number, now: number) => counts.get(now, queue) as { total: number; later: number },
    nextDue: (queue: number, after: number) => (nextDue.get(queue, after) as { at: number | null }).at ?? undefined,
    noLater: (at: number, than: number) => noLater.run(at, than),
    pruneDeleted: (before: number, limit: number) => Number(pruneDeleted.run(before, limit).changes),
    expired: (queue: number, before: number, limit: number) =>
      (expired.all(queue, before, limit) as { seq: number }[]).map((row) => row.seq),
    erase: (seq: number) => erase.run(seq),
    /** The number of a queue, given on first use: messages may be put to a queue that is not defined (yet). */
    queueNumber(arn: string): number {
      const row = (queueByArn.get(arn) ?? addQueue.get(arn)) as { id: number };
      return row.id;
    },
    queueArn: (id: number) => (queueById.get(id) as { arn: string } | undefined)?.arn,
    perQueue: () => perQueue.all() as { arn: string; count: number }[],
    meta: (key: string) => (getMeta.get(key) as { value: number } | undefined)?.value,
    setMeta: (key: string, value: number) => setMeta.run(key, value),
  };
}
