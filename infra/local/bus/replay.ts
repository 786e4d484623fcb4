import type { ArchiveStore } from './archive.ts';
import type { Commits } from './commit.ts';
import type { Delivery, Routes } from './routes.ts';
import type { BusEvent, ReplayOptions } from './types.ts';

export interface ReplayRoom {
  archives: ArchiveStore;
  routes: Routes;
  commits: Commits;
  clock: () => number;
  /** Puts one delivery within the running transaction. */
  deliver(delivery: Delivery, text: string): void;
  /** Tells the queues, after the commit. */
  announce(): void;
}

const pageSize = 200;

/**
 * Delivers archived events again, a page in each transaction, through the rules of the archive's bus; each carries
 * `replay-name`, and none is archived again. A replay that is cut short by a kill has delivered a part, and may be repeated.
 * Returns how many events it replayed, or would.
 */
export async function replayArchive(room: ReplayRoom, archiveName: string, options: ReplayOptions): Promise<number> {
  const archive = room.routes.archive(archiveName);
  if (!archive) throw new Error(`there is no archive ${archiveName}`);
  const busName = room.routes.busName(archive.busArn) ?? '';
  const unknown = room.routes.unknownRules(busName, options.ruleNames ?? []);
  if (unknown.length > 0) throw new Error(`bus ${busName} has no rule ${unknown.join(', ')}`);
  // What the bus takes from now on is not replayed, whatever `to` says: a replay ends.
  const [from, to] = [options.from.getTime(), Math.min(options.to.getTime(), room.clock())];
  if (options.dryRun) return room.archives.count(archiveName, from, to);
  const suffix = `,"replay-name":${JSON.stringify(options.name ?? `${archiveName}-${new Date(room.clock()).toISOString()}`)}}`;
  let after = { takenAt: from, seq: -1 };
  for (let replayed = 0; ; ) {
    const page = room.archives.page(archiveName, after, to, pageSize);
    const last = page.at(-1);
    if (!last) return replayed;
    await room.commits.write(() => {
      for (const { event: archived } of page) {
        const text = archived.slice(0, -1) + suffix;
        const event = JSON.parse(text) as BusEvent;
        for (const delivery of room.routes.deliveries(busName, event, options.ruleNames)) room.deliver(delivery, text);
      }
    }, room.announce);
    replayed += page.length;
    after = { takenAt: last.takenAt, seq: last.seq };
  }
}
