import type { Logger } from '@aws-lambda-powertools/logger';
import { ulid } from 'ulid';
import { KINDS } from '#shared/domain/pipeline/ladders.ts';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates, Generation } from '#shared/store/aggregates.ts';
import {
  type Checkpoint,
  type Checkpoints,
  decodeCheckpoints,
  encodeHead,
  encodeSnapshot,
  hourOf,
  STREAM_MEMORY_HOURS,
} from './head.ts';
import { HEADS, rowIndex } from './heads.ts';
import { addLine, byRecord, type CountedRecord, countRecord, type RowCounts, rowNames, rowOf } from './recount.ts';
import { emptyTally, type Tally } from './tally.ts';

export interface RebuildParts {
  readonly aggregates: Aggregates;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

/** Another rebuild is under way, or this one was called off: the pipeline is as it was, and it can be tried again. */
class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused';
}

export interface Rebuilt {
  readonly generation: number;
  readonly records: number;
  /** Records that changed meanwhile and were read once more. */
  readonly readAgain: number;
  /** Records that could not be read, and so are in no row: their ids. */
  readonly unreadable: readonly string[];
}

/** A rebuild that has not come to its end by then is taken for dead. A function runs 15 minutes at most. */
const COLLECTING_MILLISECONDS = 15 * 60 * 1000;
/** Nobody counts while a rebuild is sealed, so a dead one must not hold up the stream for long. */
const SEALED_MILLISECONDS = 2 * 60 * 1000;
/** About 280 KB of ids and versions, below the 400 KB of an item. */
const AHEAD_AT_MOST = 6000;

/**
 * Counts every record anew into a new generation of heads and switches it on, exactly, while records go on changing.
 *
 * The generation says "collecting", then every head's lock is moved, so that from then on whoever counts a batch first tells of the
 * records in it. All records are read; those that are told of with a later version are read again. The generation says "sealed", the
 * locks are moved again, and nobody counts; what was told last is read again. Each record now stands at one version: no change up to
 * the last one told may be counted again (the checkpoints see to that), and none after it whose version is already in (`ahead` sees to
 * that, for records that were read further on than the stream had come). Then the new heads are written and the generation switched.
 */
export async function rebuild({ aggregates, clock, log }: RebuildParts): Promise<Rebuilt> {
  let generation = await begin(aggregates, clock);
  const number = generation.highest;
  try {
    await fenceAll(aggregates, generation.current);
    const records = new Map<string, CountedRecord>();
    const unreadable = new Set<string>();
    const read = (id: string, item: Readonly<Record<string, unknown>>) => {
      records.delete(id);
      unreadable.delete(id);
      try {
        const counted = countRecord(item);
        // Once for nothing: what cannot be added must not be found out half way.
        if (counted.line) addLine(new Map(), counted.line);
        records.set(id, counted);
      } catch (error) {
        unreadable.add(id);
        log.warn('A record cannot be counted.', { recordId: id, error: (error as Error).name });
      }
    };
    for await (const { id, record } of byRecord(aggregates.scanRecords())) if (record) read(id, record);

    let readAgain = 0;
    const catchUp = async () => {
      const told = await aggregates.collected(number);
      const versions = new Map<string, number>();
      for (const [id, version] of told.flatMap((collected) => Object.entries(collected.versions)))
        versions.set(id, Math.max(version, versions.get(id) ?? 0));
      const behind = [...versions]
        .filter(([id, version]) => version > (records.get(id)?.version ?? 0))
        .map(([id]) => id);
      for (const item of await aggregates.recordItems(behind)) read(item['pk'] as string, item);
      readAgain += behind.length;
      return { told, versions };
    };
    // Most of it before anybody has to wait.
    await catchUp();
    generation = await seal(aggregates, clock, generation);
    await fenceAll(aggregates, generation.current);
    const { told, versions } = await catchUp();

    const reached = new Map<string, Checkpoint>();
    const reach = (shard: string, checkpoint: Checkpoint) => {
      if (checkpoint.sequence > (reached.get(shard)?.sequence ?? -1n)) reached.set(shard, checkpoint);
    };
    for (const head of await aggregates.heads(generation.current, HEADS))
      for (const [shard, checkpoint] of decodeCheckpoints(head)) reach(shard, checkpoint);
    const hour = hourOf(clock());
    for (const { shard, last } of told) reach(shard, { sequence: BigInt(last), hour });

    await writeHeads(aggregates, clock, number, records, reached);
    const ahead = [...records].filter(
      ([id, { version, updatedAt }]) =>
        version > (versions.get(id) ?? 0) && hourOf(Date.parse(updatedAt)) > hour - STREAM_MEMORY_HOURS,
    );
    const parts = await writeAhead(aggregates, clock, number, ahead);
    await switchOn(aggregates, clock, generation, { parts, untilHour: hour + STREAM_MEMORY_HOURS });
    return { generation: number, records: records.size, readAgain, unreadable: [...unreadable] };
  } catch (error) {
    await callOff(aggregates, number);
    throw error;
  }
}

async function begin(aggregates: Aggregates, clock: Clock): Promise<Generation> {
  const generation = await aggregates.generation();
  const { v, next, ...rest } = generation;
  if (next && clock() <= next.deadline) throw new RebuildRefused(`Generation ${next.generation} is being built.`);
  const highest = generation.highest + 1;
  const deadline = clock() + COLLECTING_MILLISECONDS;
  const begun = { ...rest, highest, next: { generation: highest, phase: 'collecting' as const, deadline } };
  if (!(await aggregates.putGeneration(begun, generation))) throw new RebuildRefused('Another rebuild has just begun.');
  return { ...begun, v: v + 1 };
}

async function seal(aggregates: Aggregates, clock: Clock, generation: Generation): Promise<Generation> {
  const { v, ...rest } = generation;
  const deadline = clock() + SEALED_MILLISECONDS;
  const sealed = { ...rest, next: { generation: generation.highest, phase: 'sealed' as const, deadline } };
  if (!(await aggregates.putGeneration(sealed, generation))) throw new RebuildRefused('The rebuild was cancelled.');
  return { ...sealed, v: v + 1 };
}

async function switchOn(
  aggregates: Aggregates,
  clock: Clock,
  generation: Generation,
  ahead: NonNullable<Generation['ahead']>,
): Promise<void> {
  const { current, highest, retired = [] } = generation;
  const switched = { current: highest, highest, ahead, retired: [...retired, { generation: current, at: clock() }] };
  if (!(await aggregates.putGeneration(switched, generation))) throw new RebuildRefused('The rebuild was cancelled.');
}

/** Lets those who count go on at once. Where that fails, they do so by themselves at the deadline. */
async function callOff(aggregates: Aggregates, number: number): Promise<void> {
  try {
    const generation = await aggregates.generation();
    const { v: _, next, ...rest } = generation;
    if (next?.generation === number) await aggregates.putGeneration(rest, generation);
  } catch {
    // The error that led here is the one to report.
  }
}

const fenceAll = (aggregates: Aggregates, generation: number) =>
  Promise.all(HEADS.map((name) => aggregates.fence(generation, name)));

async function writeHeads(
  aggregates: Aggregates,
  clock: Clock,
  generation: number,
  records: ReadonlyMap<string, CountedRecord>,
  checkpoints: Checkpoints,
): Promise<void> {
  const rows: RowCounts = new Map();
  for (const { line } of records.values()) if (line) addLine(rows, line);
  for (const name of HEADS) {
    const tally = tallyOf(name, rows);
    const snapshot = ulid(clock());
    await aggregates.putSnapshot(generation, name, snapshot, encodeSnapshot(tally));
    if (!(await aggregates.putHead(generation, name, encodeHead(tally, checkpoints, snapshot), 0)))
      throw new RebuildRefused(`Somebody else has written generation ${generation}.`);
  }
}

function tallyOf(head: string, rows: RowCounts): Tally {
  const tally = emptyTally();
  for (const name of rowNames([head], KINDS)) {
    const [, kind = '', stage = ''] = name.split('/');
    const row = tally.rows[rowIndex(kind, stage)] as Tally['rows'][number];
    const { count, money, cells } = rowOf(rows, name);
    row.count = count;
    for (const [currency, sum] of money) row.money.set(currency, sum);
    for (const [cell, records] of cells) row.cells.set(cell, records);
  }
  return tally;
}

async function writeAhead(
  aggregates: Aggregates,
  clock: Clock,
  generation: number,
  ahead: readonly (readonly [string, CountedRecord])[],
): Promise<number> {
  let parts = 0;
  for (let start = 0; start < ahead.length; start += AHEAD_AT_MOST) {
    const versions = Object.fromEntries(
      ahead.slice(start, start + AHEAD_AT_MOST).map(([id, { version }]) => [id, version]),
    );
    await aggregates.putAhead(generation, parts++, versions, clock());
  }
  return parts;
}
