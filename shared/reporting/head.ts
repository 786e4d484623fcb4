import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { KINDS, type Kind } from '#shared/domain/pipeline/ladders.ts';
import type { HeadItem } from '#shared/store/aggregates.ts';
import { LAYOUT, ROWS } from './heads.ts';
import { Packer, Unpacker } from './packing.ts';
import {
  addTo,
  emptyTally,
  figuresOf,
  type Histogram,
  type MoneySum,
  type RowFigures,
  type Spread,
  type Tally,
} from './tally.ts';

/** The figures were counted by other ladders than the program's: positions and weights have another meaning. Mended by a rebuild. */
export class LaddersChanged extends Error {
  override readonly name = 'LaddersChanged';
}

/** How far a head has counted a shard of the table's stream. */
export interface Checkpoint {
  readonly sequence: bigint;
  /** When it was set, in hours since 1970. */
  readonly hour: number;
}

/** By the key of the shard. */
export type Checkpoints = ReadonlyMap<string, Checkpoint>;

const SHARD_KEY_BYTES = 8;

/** A shard's name, hashed to 64 bits: its place in a head costs 8 bytes instead of 37. Hexadecimal. */
export const shardKey = (shardId: string): string =>
  createHash('sha256')
    .update(shardId)
    .digest('hex')
    .slice(0, 2 * SHARD_KEY_BYTES);

const HOUR_MILLISECONDS = 3600 * 1000;

/** Hours since 1970. */
export const hourOf = (milliseconds: number): number => Math.floor(milliseconds / HOUR_MILLISECONDS);

/**
 * How long what came through the stream has to be kept in mind, in hours: the stream itself forgets after 24, so that nothing older
 * than twice that can be delivered again.
 */
export const STREAM_MEMORY_HOURS = 48;

/** The checkpoints with one set anew, without those of shards that have long been closed. */
export function advance(checkpoints: Checkpoints, shard: string, sequence: bigint, hour: number): Checkpoints {
  const kept = [...checkpoints].filter(([, { hour: set }]) => set > hour - STREAM_MEMORY_HOURS);
  return new Map([...kept, [shard, { sequence, hour }]]);
}

/** Parts in which a snapshot of the histograms is written: one item for each kind. */
export const SNAPSHOT_PARTS: readonly Kind[] = KINDS;

/** A head is read in units of 4 KB and written in units of 1 KB: so long it costs one to read. Bytes. */
export const HEAD_BYTES = 4096;
/** Keys, names of attributes, version, layout and snapshot of a head's item, in bytes; a little more than they are. */
const HEAD_FRAME_BYTES = 160;
/** What changes must at least find room for before they are written out. Bytes. */
const PENDING_BYTES_AT_LEAST = 512;

/** Size of a head as DynamoDB counts it, in bytes. */
export const headBytes = (head: HeadItem): number =>
  HEAD_FRAME_BYTES + (head.rows?.length ?? 0) + (head.pending?.length ?? 0) + (head.checkpoints?.length ?? 0);

/**
 * Whether the changes that a head carries have to be written out. A head whose sums alone come near 4 KB (dozens of currencies)
 * takes the next KB, rather than writing snapshots all the time.
 */
export function isFull(head: HeadItem, atMost: number = HEAD_BYTES): boolean {
  const base = headBytes(head) - (head.pending?.length ?? 0);
  const room =
    base + PENDING_BYTES_AT_LEAST > HEAD_BYTES ? Math.ceil((base + PENDING_BYTES_AT_LEAST) / 1024) * 1024 : 0;
  return headBytes(head) > Math.max(atMost, room);
}

/** A head's item but for its version. */
export function encodeHead(tally: Tally, checkpoints: Checkpoints, snapshot: string | undefined): Omit<HeadItem, 'v'> {
  return {
    layout: LAYOUT,
    ...(snapshot === undefined ? {} : { snapshot }),
    rows: encodeRows(figuresOf(tally)),
    pending: encodeCells(tally.pending),
    checkpoints: encodeCheckpoints(checkpoints),
  };
}

/** The rows of a head as a reader needs them, by one item. Undefined stands for a head that has never been written. */
export function decodeFigures(head: HeadItem | undefined): RowFigures[] {
  if (!head?.rows) return figuresOf(emptyTally());
  checkLayout(head);
  return decodeRows(head.rows);
}

/** The whole of a head: its item together with the parts of its snapshot. */
export function decodeTally(head: HeadItem | undefined, parts: readonly Uint8Array[]): Tally {
  const tally = emptyTally();
  if (!head?.rows) return tally;
  checkLayout(head);
  for (const [index, { count, money }] of decodeRows(head.rows).entries()) {
    const row = tally.rows[index] as Tally['rows'][number];
    row.count = count;
    for (const [currency, sum] of money) row.money.set(currency, sum);
  }
  for (const part of parts)
    decodeCells(inflateRawSync(part), (row, cell, count) => addTo(cellsOf(tally, row), cell, count));
  decodeCells(head.pending ?? new Uint8Array(), (row, cell, count) => {
    addTo(cellsOf(tally, row), cell, count);
    addTo(tally.pending[row] as Histogram, cell, count);
  });
  return tally;
}

const cellsOf = (tally: Tally, row: number) => (tally.rows[row] as Tally['rows'][number]).cells;

function checkLayout(head: HeadItem): void {
  if (head.layout !== LAYOUT)
    throw new LaddersChanged(`The pipeline was counted with stage layout ${head.layout}, not ${LAYOUT}: rebuild it.`);
}

/** The histograms of a head, whole: the parts of a snapshot, packed and deflated. */
export const encodeSnapshot = (tally: Tally): Map<string, Uint8Array> =>
  new Map(
    SNAPSHOT_PARTS.map((part) => {
      const cells = tally.rows.map((row, index) =>
        ROWS[index]?.kind === part ? row.cells : new Map<number, number>(),
      );
      return [part, deflateRawSync(encodeCells(cells))];
    }),
  );

/** Rows that are not empty: position, count, sums by currency, smallest and middle two. */
function encodeRows(rows: readonly RowFigures[]): Uint8Array {
  const currencies = [...new Set(rows.flatMap(({ money }) => [...money.keys()]))].sort();
  const packer = new Packer().unsigned(currencies.length).raw(Buffer.from(currencies.join(''), 'ascii'));
  for (const [index, { count, money, spread }] of rows.entries()) {
    if (count === 0 && money.size === 0 && !spread) continue;
    packer.unsigned(index).signed(count).unsigned(money.size);
    for (const [currency, { records, minor, weighted }] of money)
      packer.unsigned(currencies.indexOf(currency)).signed(records).signed(minor).signed(weighted);
    if (!spread) packer.unsigned(0);
    else {
      const [low, high] = spread.middle;
      packer
        .unsigned(1)
        .signed(spread.smallest)
        .unsigned(low - spread.smallest)
        .unsigned(high - low);
    }
  }
  return packer.bytes();
}

function decodeRows(bytes: Uint8Array): RowFigures[] {
  const unpacker = new Unpacker(bytes);
  const letters = Buffer.from(unpacker.raw(3 * unpacker.unsigned())).toString('ascii');
  const rows: RowFigures[] = figuresOf(emptyTally());
  while (!unpacker.done) {
    const index = unpacker.unsigned();
    const count = unpacker.signed();
    const money = new Map<string, MoneySum>();
    for (let left = unpacker.unsigned(); left > 0; left--) {
      const at = 3 * unpacker.unsigned();
      money.set(letters.slice(at, at + 3), {
        records: unpacker.signed(),
        minor: unpacker.signedBig(),
        weighted: unpacker.signedBig(),
      });
    }
    rows[index] = { count, money, spread: unpacker.unsigned() === 1 ? decodeSpread(unpacker) : undefined };
  }
  return rows;
}

function decodeSpread(unpacker: Unpacker): Spread {
  const smallest = unpacker.signed();
  const low = smallest + unpacker.unsigned();
  return { smallest, middle: [low, low + unpacker.unsigned()] };
}

/** Cells by row: position, number of cells, and for each the step from the one before and its count. */
function encodeCells(histograms: readonly Histogram[]): Uint8Array {
  const packer = new Packer();
  for (const [index, cells] of histograms.entries()) {
    if (cells.size === 0) continue;
    packer.unsigned(index).unsigned(cells.size);
    let before = 0;
    for (const [cell, count] of [...cells].sort(([a], [b]) => a - b)) {
      packer.signed(cell - before).signed(count);
      before = cell;
    }
  }
  return packer.bytes();
}

function decodeCells(bytes: Uint8Array, take: (row: number, cell: number, count: number) => void): void {
  const unpacker = new Unpacker(bytes);
  while (!unpacker.done) {
    const row = unpacker.unsigned();
    let cell = 0;
    for (let left = unpacker.unsigned(); left > 0; left--) {
      cell += unpacker.signed();
      take(row, cell, unpacker.signed());
    }
  }
}

function encodeCheckpoints(checkpoints: Checkpoints): Uint8Array {
  const packer = new Packer();
  for (const [key, { sequence, hour }] of checkpoints)
    packer.raw(Buffer.from(key, 'hex')).unsigned(sequence).unsigned(hour);
  return packer.bytes();
}

/** How far a head has counted each shard. */
export function decodeCheckpoints(head: HeadItem | undefined): Checkpoints {
  const unpacker = new Unpacker(head?.checkpoints ?? new Uint8Array());
  const checkpoints = new Map<string, Checkpoint>();
  while (!unpacker.done) {
    const key = Buffer.from(unpacker.raw(SHARD_KEY_BYTES)).toString('hex');
    checkpoints.set(key, { sequence: unpacker.unsignedBig(), hour: unpacker.unsigned() });
  }
  return checkpoints;
}
