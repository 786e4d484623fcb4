import type { Logger } from '@aws-lambda-powertools/logger';
import { ulid } from 'ulid';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates, Generation } from '#shared/store/aggregates.ts';
import type { Journal } from '#shared/store/journal.ts';
import type { Change } from './changes.ts';
import { type Posting, postingsOf } from './contribution.ts';
import { type OpenGeneration, openGeneration } from './generation.ts';
import {
  advance,
  type Checkpoints,
  decodeCheckpoints,
  decodeTally,
  encodeHead,
  encodeSnapshot,
  hourOf,
  isFull,
  SNAPSHOT_PARTS,
  shardKey,
} from './head.ts';
import { HEADS, type HeadName } from './heads.ts';
import { journalItems } from './journal.ts';
import { post, type Tally } from './tally.ts';

export interface ProjectorParts {
  readonly aggregates: Aggregates;
  readonly journal: Pick<Journal, 'put'>;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
  /** The size from which a head's histograms are written out; that of one read unit unless given. */
  readonly headBytes?: number;
}

/** Adds the changes of one batch of one shard to the pipeline. Throws what the stream should deliver again. */
export type Project = (shardId: string, changes: readonly Change[]) => Promise<void>;

/** A head in memory, as this projector last wrote or read it. */
interface LoadedHead {
  readonly generation: Generation;
  readonly v: number;
  readonly tally: Tally;
  readonly checkpoints: Checkpoints;
  readonly snapshot: string | undefined;
  /** Versions up to which the rebuild that made this generation had counted records already. */
  readonly ahead: ReadonlyMap<string, number>;
}

/** One change's part in one head. */
interface Step {
  readonly sequence: bigint;
  readonly recordId: string;
  readonly version: number;
  readonly postings: readonly { readonly posting: Posting; readonly sign: 1 | -1 }[];
}

/** How often a head is read anew because another shard's projector wrote it in between. */
const ATTEMPTS = 20;
/** Collected versions go into items of at most so many changes, which keeps an item far below 400 KB. */
const COLLECTED_AT_MOST = 1000;

/**
 * A projector: it keeps the heads in memory for as long as it lives, and finds out by the lock when another has written one.
 *
 * The journal is written first: what is delivered again lies there once more, and readers take each step once. Each head is written by one conditional put, which carries how far it has counted each shard. So a batch may come again, whole or
 * cut otherwise, after a crash between two heads or after a write whose answer was lost: every head takes of it what it has not
 * counted yet.
 */
export function createProjector(parts: ProjectorParts): Project {
  const { aggregates, clock, pause, log } = parts;
  const memory = new Map<HeadName, LoadedHead>();
  const open: OpenGeneration = openGeneration(parts);
  let aheadOf: { generation: number; versions: ReadonlyMap<string, number> } | undefined;

  return async (shardId, changes) => {
    const shard = shardKey(shardId);
    // Before the heads: whatever they count is in the journal.
    for (const item of journalItems(shard, changes)) await parts.journal.put(item);
    const collect = collector(aggregates, clock, shard, changes);
    const results = await Promise.allSettled(HEADS.map((name) => count(name, shard, stepsIn(name, changes), collect)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };

  async function count(
    name: HeadName,
    shard: string,
    steps: readonly Step[],
    collect: (generation: number) => Promise<void>,
  ): Promise<void> {
    const last = steps.at(-1);
    if (!last) return;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await pause(Math.random() * Math.min(400, 10 * 2 ** attempt));
      const head = memory.get(name) ?? (await load(name));
      if (!head) continue;
      // From here on the tally in memory is not what is in the table, until it has been written.
      memory.delete(name);
      const fresh = steps.filter((step) => isFresh(step, head, shard));
      if (fresh.length === 0) {
        memory.set(name, head);
        return;
      }
      const { next } = head.generation;
      if (next?.phase === 'collecting') await collect(next.generation);
      for (const { postings } of fresh) for (const { posting, sign } of postings) post(head.tally, posting, sign);
      const written = await write(name, head, advance(head.checkpoints, shard, last.sequence, hourOf(clock())));
      if (written) {
        memory.set(name, written);
        return;
      }
    }
    throw new Error(`The head ${name} was written by others ${ATTEMPTS} times in between.`);
  }

  async function write(name: HeadName, head: LoadedHead, checkpoints: Checkpoints): Promise<LoadedHead | undefined> {
    const {
      generation: { current },
      tally,
      v,
    } = head;
    let { snapshot } = head;
    let item = encodeHead(tally, checkpoints, snapshot);
    if (isFull({ ...item, v }, parts.headBytes)) {
      snapshot = ulid(clock());
      await aggregates.putSnapshot(current, name, snapshot, encodeSnapshot(tally));
      for (const cells of tally.pending) cells.clear();
      item = encodeHead(tally, checkpoints, snapshot);
    }
    const written = await aggregates.putHead(current, name, item, v);
    // A put that is refused may be the repeat of one whose answer was lost, so the new snapshot may well be in use.
    if (!written) return undefined;
    if (snapshot !== head.snapshot) await drop(current, name, head.snapshot);
    return { ...head, v: v + 1, checkpoints, snapshot };
  }

  /** What is not dropped now is an orphan, which the next reconciliation sweeps up; no batch fails for it. */
  async function drop(generation: number, name: HeadName, snapshot: string | undefined): Promise<void> {
    if (snapshot === undefined) return;
    try {
      await aggregates.deleteSnapshot(generation, name, snapshot, SNAPSHOT_PARTS);
    } catch (error) {
      log.warn('A snapshot that is no longer used was left behind.', {
        head: name,
        snapshot,
        error: (error as Error).name,
      });
    }
  }

  /**
   * A head as it is now; undefined where it changed while it was being read. The generation is looked at after the head: a rebuild
   * first says what it does and then moves the lock of every head, so whoever has read the head before that fails to write it, and
   * whoever reads it after that sees what the rebuild said.
   */
  async function load(name: HeadName): Promise<LoadedHead | undefined> {
    const { current } = open.known() ?? (await open.read());
    const item = await aggregates.head(current, name);
    const generation = await open.read();
    if (generation.current !== current) return undefined;
    const snapshot = item?.snapshot;
    const parts = snapshot === undefined ? [] : await aggregates.snapshot(current, name, snapshot);
    // Another projector has replaced the snapshot since.
    if (snapshot !== undefined && parts.length < SNAPSHOT_PARTS.length) return undefined;
    return {
      generation,
      v: item?.v ?? 0,
      tally: decodeTally(item, parts),
      checkpoints: decodeCheckpoints(item),
      snapshot,
      ahead: await loadAhead(generation),
    };
  }

  async function loadAhead({ current, ahead }: Generation): Promise<ReadonlyMap<string, number>> {
    if (!ahead || ahead.untilHour < hourOf(clock())) return new Map();
    if (aheadOf?.generation !== current)
      aheadOf = { generation: current, versions: await aggregates.ahead(current, ahead.parts) };
    return aheadOf.versions;
  }
}

/** The changes that touch a head, each with what it adds there and takes away; what comes to the same is left out. */
function stepsIn(name: HeadName, changes: readonly Change[]): Step[] {
  return changes.flatMap(({ sequence, recordId, version, before, after }) => {
    const of = (contribution: Change['before']) => postingsOf(contribution).filter(({ head }) => head === name);
    const [removed, added] = [of(before), of(after)];
    const postings = [
      ...without(removed, added).map((posting) => ({ posting, sign: -1 as const })),
      ...without(added, removed).map((posting) => ({ posting, sign: 1 as const })),
    ];
    return postings.length > 0 ? [{ sequence, recordId, version, postings }] : [];
  });
}

/** Postings of the first list that have no equal in the second, one for one. */
function without(postings: readonly Posting[], others: readonly Posting[]): Posting[] {
  const left = others.map(textOf);
  return postings.filter((posting) => {
    const index = left.indexOf(textOf(posting));
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

const textOf = ({ row, currency, minor, percent, cell }: Posting) => `${row} ${currency} ${minor} ${percent} ${cell}`;

const isFresh = ({ sequence, recordId, version }: Step, head: LoadedHead, shard: string) =>
  sequence > (head.checkpoints.get(shard)?.sequence ?? -1n) && version > (head.ahead.get(recordId) ?? 0);

/** Tells a rebuild of a batch, once, before any of the batch is counted. */
function collector(aggregates: Aggregates, clock: Clock, shard: string, changes: readonly Change[]) {
  const told = new Map<number, Promise<void>>();
  const tell = async (generation: number) => {
    // In order: a rebuild that finds a part has found all before it.
    for (let start = 0; start < changes.length; start += COLLECTED_AT_MOST) {
      const part = changes.slice(start, start + COLLECTED_AT_MOST);
      const versions = Object.fromEntries(part.map(({ recordId, version }) => [recordId, version]));
      const [first, last] = [part[0] as Change, part.at(-1) as Change];
      const item = { shard, last: String(last.sequence), versions };
      // Under both ends: the same batch cut otherwise must add to what was told before, and never stand in its place.
      await aggregates.putCollected(generation, `${first.sequence}-${last.sequence}`, item, clock());
    }
  };
  return (generation: number): Promise<void> => {
    const telling = told.get(generation) ?? tell(generation);
    told.set(generation, telling);
    return telling;
  };
}
