import type { Change } from '#shared/reporting/changes.ts';
import { journalItems } from '#shared/reporting/journal.ts';
import { openPast, type Past } from '#shared/reporting/past.ts';
import { takeSnapshot } from '#shared/reporting/snapshots.ts';
import { type MemoryCubes, type MemoryJournal, memoryCubes, memoryJournal } from './memory-journal.ts';
import { changeOf } from './record-acts.ts';
import type { Step as RecordedStep } from './record-history.ts';

export interface PastWorld {
  readonly past: Past;
  readonly journal: MemoryJournal;
  readonly cubes: MemoryCubes;
  readonly clock: () => number;
  /** Writes the journal of these steps, as the stream may deliver them: in shards, in batches of any size, and again. */
  deliver(steps: readonly RecordedStep[], random: () => number): Promise<void>;
  /** Takes a snapshot. */
  keep(at: string): Promise<void>;
}

/** The past in memory: a journal, snapshots, and the histories of what was recorded. */
export function pastWorld(recorded: readonly RecordedStep[]): PastWorld {
  const [journal, cubes] = [memoryJournal(), memoryCubes()];
  const loadEvents = async (recordId: string) =>
    recorded.map(({ history }) => history).filter(({ pk }) => pk === recordId);
  const past = openPast({ journal, cubes, loadEvents });
  const clock = () => Date.parse(recorded.at(-1)?.event.recordedAt ?? '2027-03-20T00:00:00Z') + 1000;
  return {
    past,
    journal,
    cubes,
    clock,
    async deliver(steps, random) {
      const shards = Map.groupBy(steps, ({ after }) => (after.id.charCodeAt(9) % 2 ? 'shard-a' : 'shard-b'));
      for (const [shard, own] of shards) {
        const changes: Change[] = own.map((step, index) => changeOf(step, BigInt(1000 + index)));
        for (let at = 0; at < changes.length; ) {
          const size = 1 + Math.floor(random() * 9);
          for (const item of journalItems(shard, changes.slice(at, at + size))) await journal.put(item);
          at += size;
          if (random() < 0.3) at = Math.max(0, at - Math.floor(random() * 12));
        }
      }
    },
    keep: (at) => takeSnapshot({ past, journal, cubes, clock }, at),
  };
}
