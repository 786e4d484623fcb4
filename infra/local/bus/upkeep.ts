import type { Log } from '../timers.ts';
import type { ArchiveStore } from './archive.ts';
import type { Commits } from './commit.ts';
import type { Queue } from './queue.ts';
import type { Store } from './store.ts';
import type { ArchiveDefinition, RedriveOptions } from './types.ts';

const pruneSize = 2000;
const redriveSize = 500;
const msPerDay = 86_400_000;

export interface UpkeepRoom {
  store: Store;
  archives: ArchiveStore;
  commits: Commits;
  clock: () => number;
  log: Log;
}

/**
 * Removes a bounded number of rows that are past their time: deleted messages after the tail, waiting ones after their
 * queue's retention, archived events after the archive's. Returns whether there may be more.
 */
export function pruneSome(
  room: UpkeepRoom,
  queues: Iterable<Queue>,
  archives: Iterable<ArchiveDefinition>,
  tailSeconds: number,
): boolean {
  const now = room.clock();
  let more = false;
  const removed = (count: number) => {
    more ||= count >= pruneSize;
    return count;
  };
  room.commits.writeNow(() => {
    removed(room.store.pruneDeleted(now - tailSeconds * 1000, pruneSize));
    for (const queue of queues) {
      const { name, retentionSeconds } = queue.definition;
      const seqs = room.store.expired(queue.number, now - retentionSeconds * 1000, pruneSize);
      const over = seqs.filter((seq) => !queue.isInFlight(seq));
      for (const seq of over) {
        room.store.erase(seq);
        queue.forget(seq);
      }
      if (removed(over.length) > 0)
        room.log('warn', 'messages were removed after their retention period', { queue: name, count: over.length });
    }
    for (const { name, retentionDays } of archives)
      if (retentionDays) removed(room.archives.prune(name, now - retentionDays * msPerDay, pruneSize));
  });
  return more;
}

/**
 * Moves dead letters back to the queue that each came from, as new messages. Those that were sent to the dead-letter queue
 * directly have nowhere to go and stay, as on AWS; so do those that someone is looking at (in flight).
 */
export async function redriveQueue(
  room: UpkeepRoom,
  deadLetters: Queue,
  sourceOf: (number: number) => Queue | undefined,
  { limit = Number.POSITIVE_INFINITY, dryRun = false }: RedriveOptions,
): Promise<number> {
  const standing = room.store.standing(deadLetters.number, -1);
  const movable = standing.filter(
    (row) => row.source !== null && sourceOf(row.source) !== undefined && !deadLetters.isInFlight(row.seq),
  );
  const chosen = movable.slice(0, limit);
  if (dryRun) return chosen.length;
  let moved = 0;
  for (let at = 0; at < chosen.length; at += redriveSize) {
    const part = chosen.slice(at, at + redriveSize);
    await room.commits.write(() => {
      const now = room.clock();
      for (const { seq } of part) {
        if (deadLetters.isInFlight(seq) || !room.store.revive(seq, deadLetters.number, now)) continue;
        deadLetters.forget(seq);
        moved++;
      }
    });
    for (const source of new Set(part.map((row) => row.source))) if (source !== null) sourceOf(source)?.rewind();
  }
  return moved;
}
