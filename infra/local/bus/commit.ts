import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../timers.ts';

interface Operation {
  run: () => unknown;
  committed: (result: unknown) => void;
  failed: (error: unknown) => void;
}

/** Writes that arrive together go to disk together: one transaction and one sync for all of them. */
export interface Commits {
  /** Runs `run` inside the next transaction; resolves with its result when that is on disk. Its failure undoes it alone. */
  write<T>(run: () => T, committed?: (result: T) => void): Promise<T>;
  /** The same for a write that nobody waits for; a failure is logged. */
  enqueue(run: () => void): void;
  /** Commits everything that is pending, and `run`, before it returns. */
  writeNow<T>(run: () => T): T;
  /** Commits what is pending and refuses whatever comes later. */
  close(): void;
}

/**
 * Group commit over one connection. `beforeCommit` runs inside each transaction (the sign of life).
 * A consumer never sees a row before it is on disk: the transaction begins and ends within one turn of the event loop.
 */
export function groupCommit(database: DatabaseSync, beforeCommit: () => void, log: Log): Commits {
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const rollback = database.prepare('ROLLBACK');
  const savepoint = database.prepare('SAVEPOINT operation');
  const release = database.prepare('RELEASE operation');
  const undo = database.prepare('ROLLBACK TO operation');
  let pending: Operation[] = [];
  let scheduled = false;
  let closed = false;

  function add(operation: Operation): void {
    if (closed) {
      operation.failed(new Error('the bus is closed'));
      return;
    }
    pending.push(operation);
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    const batch = pending;
    pending = [];
    if (batch.length === 0) return;
    let outcomes: (() => void)[];
    try {
      begin.run();
      outcomes = batch.map(perform);
      beforeCommit();
      commit.run();
    } catch (error) {
      // Nothing of this batch is on disk (no space left, an I/O error): everyone who waits is told.
      if (database.isTransaction) rollback.run();
      outcomes = batch.map((operation) => () => operation.failed(error));
    }
    for (const settle of outcomes) settle();
  }

  function perform(operation: Operation): () => void {
    savepoint.run();
    try {
      const result = operation.run();
      release.run();
      return () => operation.committed(result);
    } catch (error) {
      undo.run();
      release.run();
      return () => operation.failed(error);
    }
  }

  return {
    write<T>(run: () => T, committed?: (result: T) => void): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        add({
          run,
          committed: (result) => {
            resolve(result as T);
            committed?.(result as T);
          },
          failed: reject,
        });
      });
    },
    enqueue(run) {
      add({
        run,
        committed: () => {},
        failed: (error) => log('error', 'a write of the bus failed', { error: String(error) }),
      });
    },
    writeNow<T>(run: () => T): T {
      let outcome = { error: new Error('the bus is closed') } as { result: T } | { error: unknown };
      add({
        run,
        committed: (result) => {
          outcome = { result: result as T };
        },
        failed: (error) => {
          outcome = { error };
        },
      });
      flush();
      if ('error' in outcome) throw outcome.error;
      return outcome.result;
    },
    close() {
      flush();
      closed = true;
    },
  };
}
