/**
 * Which schedules there are: those of the template and those that functions made or changed while they ran. As with CloudFormation, a
 * schedule of the template that was changed or deleted by a call stays so until the template itself has it otherwise.
 */
import { DatabaseSync } from 'node:sqlite';
import type { ScheduleDefinition, Schedules } from './schedules.ts';

export interface BookedSchedule {
  definition: ScheduleDefinition & { groupName: string };
  /** Milliseconds since 1970. */
  createdAt: number;
  changedAt: number;
  /** Of the call that made it. */
  token: string | undefined;
}

export interface ScheduleBook {
  /** A schedule of the template; before `settle`. */
  define(definition: ScheduleDefinition): void;
  /** When all of the template's are defined: the others follow, and what the template no longer has goes. */
  settle(): void;
  read(name: string, groupName: string): BookedSchedule | undefined;
  /** By group and name. */
  list(): BookedSchedule[];
  /** Makes or replaces. On disk when it returns. Throws a `ScheduleExpressionError` and writes nothing where it cannot be honoured. */
  put(definition: ScheduleDefinition, token?: string): BookedSchedule;
  remove(name: string, groupName: string): void;
  /** For a schedule that has removed itself. */
  forget(definition: ScheduleDefinition): void;
  close(): void;
}

interface Row {
  key: string;
  base: string | null;
  definition: string | null;
  created_at: number;
  changed_at: number;
  token: string | null;
}

/** `file` is the one of the schedules' own store. */
export function openScheduleBook(file: string, schedules: Schedules, clock: () => number = Date.now): ScheduleBook {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS book (
      key TEXT PRIMARY KEY, base TEXT, definition TEXT, created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL, token TEXT
    ) WITHOUT ROWID;
  `);
  const select = database.prepare('SELECT * FROM book WHERE key = ?');
  const all = database.prepare('SELECT * FROM book ORDER BY key');
  const upsert = database.prepare(
    'INSERT OR REPLACE INTO book (key, base, definition, created_at, changed_at, token) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const erase = database.prepare('DELETE FROM book WHERE key = ?');
  const rowOf = (key: string) => select.get(key) as unknown as Row | undefined;
  const inTemplate = new Set<string>();

  function gone(name: string, groupName: string): void {
    const row = rowOf(`${groupName}/${name}`);
    if (!row) return;
    // What the template has is remembered as deleted, or the next start would bring it back.
    if (row.base === null) erase.run(row.key);
    else upsert.run(row.key, row.base, null, row.created_at, clock(), null);
  }

  return {
    define(definition) {
      const key = keyOf(definition);
      const base = JSON.stringify(definition);
      const row = rowOf(key);
      inTemplate.add(key);
      if (row?.base !== base) {
        schedules.define(definition);
        upsert.run(key, base, base, row?.created_at ?? clock(), clock(), null);
      } else if (row.definition !== null) schedules.define(revive(row.definition));
    },
    settle() {
      for (const row of all.all() as unknown as Row[]) {
        if (row.base === null && row.definition !== null) schedules.define(revive(row.definition));
        if (row.base !== null && !inTemplate.has(row.key)) erase.run(row.key);
      }
    },
    read(name, groupName) {
      const row = rowOf(`${groupName}/${name}`);
      return row && booked(row);
    },
    list: () => (all.all() as unknown as Row[]).flatMap((row) => booked(row) ?? []),
    put(definition, token) {
      const key = keyOf(definition);
      const row = rowOf(key);
      // First, because it throws where an expression is not one.
      schedules.define(definition);
      const isThere = row !== undefined && row.definition !== null;
      const createdAt = isThere ? row.created_at : clock();
      upsert.run(key, row?.base ?? null, JSON.stringify(definition), createdAt, clock(), token ?? row?.token ?? null);
      return booked(rowOf(key) as Row) as BookedSchedule;
    },
    remove(name, groupName) {
      schedules.remove(name, groupName);
      gone(name, groupName);
    },
    forget: ({ name, groupName = 'default' }) => gone(name, groupName),
    close: () => database.close(),
  };
}

function booked(row: Row): BookedSchedule | undefined {
  if (row.definition === null) return undefined;
  const definition = revive(row.definition);
  return {
    definition: { ...definition, groupName: definition.groupName ?? 'default' },
    createdAt: row.created_at,
    changedAt: row.changed_at,
    token: row.token ?? undefined,
  };
}

const keyOf = ({ name, groupName = 'default' }: ScheduleDefinition) => `${groupName}/${name}`;

function revive(text: string): ScheduleDefinition {
  return JSON.parse(text, (name, value) =>
    name === 'startDate' || name === 'endDate' ? new Date(value as string) : value,
  ) as ScheduleDefinition;
}
