import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { alarm } from '#infra/local/alarm.ts';
import { groupCommit } from '#infra/local/bus/commit.ts';
import { openDatabase } from '#infra/local/bus/schema.ts';
import { heldClock, temporaryDirectory } from './support/bus.ts';

describe('group commit', () => {
  function room() {
    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE t (n INTEGER UNIQUE)');
    const insert = database.prepare('INSERT INTO t VALUES (?)');
    const beforeCommit = vi.fn();
    const log = vi.fn();
    const commits = groupCommit(database, beforeCommit, log);
    const rows = () =>
      database
        .prepare('SELECT n FROM t ORDER BY n')
        .all()
        .map((row) => row.n);
    return { commits, beforeCommit, log, rows, add: (n: number) => insert.run(n) };
  }

  it('puts writes of one turn into one transaction, and undoes the one that fails alone', async () => {
    const { commits, beforeCommit, rows, add } = room();
    const writes = [1, 2, 2, 3].map((n) =>
      commits.write(() => {
        add(n * 10);
        add(n);
        return n;
      }),
    );
    const results = await Promise.allSettled(writes);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(rows()).toEqual([1, 2, 3, 10, 20, 30]);
    expect(beforeCommit).toHaveBeenCalledTimes(1);
  });

  it('tells everyone who waits when the commit fails, keeps nothing of it, and goes on', async () => {
    const { commits, beforeCommit, log, rows, add } = room();
    beforeCommit.mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    commits.enqueue(() => add(1));
    await expect(Promise.all([commits.write(() => add(2)), commits.write(() => add(3))])).rejects.toThrow('disk full');
    expect(log).toHaveBeenCalledTimes(1);
    await commits.write(() => add(4));
    expect(rows()).toEqual([4]);
  });

  it('writes what is pending on close, and refuses what comes later', async () => {
    const { commits, rows, add } = room();
    const pending = commits.write(() => add(1));
    commits.close();
    await pending;
    await expect(commits.write(() => add(2))).rejects.toThrow('closed');
    expect(() => commits.writeNow(() => add(3))).toThrow('closed');
    expect(rows()).toEqual([1]);
  });
});

describe("the bus's file", () => {
  it('is synced to disk at every commit', () => {
    const database = openDatabase(`${temporaryDirectory()}/bus.db`);
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    database.close();
  });

  it('is refused when another version of this program laid it out', () => {
    const file = `${temporaryDirectory()}/bus.db`;
    const database = openDatabase(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openDatabase(file)).toThrow('layout 99');
  });
});

describe('an alarm', () => {
  it('calls everything at its time, the earliest first, with one timer', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { maxLength: 60 }), fc.nat(1000), (times, until) => {
        const held = heldClock(0);
        const { timers } = held;
        const bell = alarm(held.clock, timers);
        const called: [number, number][] = [];
        for (const at of times) bell.at(at, () => called.push([at, held.clock()]));
        held.advanceTo(until);
        expect(called.map(([at]) => at)).toEqual(times.filter((at) => at <= until).sort((a, b) => a - b));
        expect(called.every(([at, now]) => at === now)).toBe(true);
        bell.close();
        held.advanceTo(2000);
        expect(called).toHaveLength(times.filter((at) => at <= until).length);
      }),
    );
  });
});
