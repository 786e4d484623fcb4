import type { CubeHead, Cubes } from '#shared/store/cubes.ts';
import { dayOfInstant, hourOfInstant, type Journal, type JournalItem } from '#shared/store/journal.ts';
import { type Fault, InjectedFault } from './memory-aggregates.ts';

export interface MemoryJournal extends Journal {
  /** By day, instant and batch. */
  readonly items: Map<string, JournalItem>;
  /** How many items were read. */
  read: number;
}

/** The journal in memory. `between` is awaited in every write, so that others come in between; `fault` may spoil it. */
export function memoryJournal(
  options: { between?: () => Promise<void>; fault?: (request: string) => Fault | undefined } = {},
): MemoryJournal {
  const items = new Map<string, JournalItem>();
  let mendings = 0;
  const key = ({ from, batch }: Pick<JournalItem, 'from' | 'batch'>) => `${from}#${batch}`;
  const journal: MemoryJournal = {
    items,
    read: 0,
    async put(item) {
      const fault = options.fault?.('journal');
      await options.between?.();
      if (fault === 'refused') throw new InjectedFault('journal');
      items.set(key(item), item);
      await options.between?.();
      if (fault === 'answer lost') throw new InjectedFault('journal');
    },
    days: async (first, last) =>
      [...new Set([...items.values()].map(({ from }) => dayOfInstant(from)))]
        .filter((day) => day >= first && day <= last)
        .sort(),
    async ofDay(day, after, to) {
      const first = after < day ? day : hourOfInstant(after);
      const found = [...items]
        .filter(([at, { from }]) => dayOfInstant(from) === day && at >= first && at <= `${to}$`)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, item]) => item);
      journal.read += found.length;
      return found;
    },
    async delete(doomed) {
      for (const item of doomed) items.delete(key(item));
    },
    mendings: async () => mendings,
    async countMending() {
      mendings += 1;
    },
  };
  return journal;
}

export interface MemoryCubes extends Cubes {
  readonly kept: Map<string, { head: CubeHead; bytes: Uint8Array }>;
}

/** Snapshots of the pipeline in memory. */
export function memoryCubes(): MemoryCubes {
  const kept = new Map<string, { head: CubeHead; bytes: Uint8Array }>();
  return {
    kept,
    async *upTo(at) {
      for (const instant of [...kept.keys()].sort().reverse())
        if (instant <= at) yield (kept.get(instant) as { head: CubeHead }).head;
    },
    bytes: async ({ at }) => kept.get(at)?.bytes,
    async put(head, bytes) {
      const there = kept.get(head.at)?.head;
      if (there && there.mended >= head.mended && there.vocabulary === head.vocabulary) return;
      kept.set(head.at, { head: { ...head, parts: 1 }, bytes });
    },
  };
}
