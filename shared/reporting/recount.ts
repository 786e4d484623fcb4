import { dayNumber, isInRange, londonDay } from '#shared/domain/days.ts';
import { nounOfId } from '#shared/domain/entity/nouns.ts';
import { toMinor } from '#shared/domain/money/money.ts';
import { stageOf, stagesOf } from '#shared/domain/pipeline/ladders.ts';
import { kindOfId } from '#shared/domain/record/kinds.ts';
import { STRANDS } from '#shared/domain/strand.ts';
import { RECORD_SK } from '#shared/store/keys.ts';
import { fromRecordItem } from '#shared/store/record-item.ts';
import type { StoredEvent } from '#shared/store/stored-event.ts';

/*
 * The pipeline counted once more, from the items of the table alone and as plainly as possible. It is what the projector is measured
 * against and what a rebuild is made from, so it shares nothing with the projector but the ladders and the reading of money and days.
 */

/** What one record adds to the pipeline. */
export interface Line {
  readonly strand: string;
  readonly kind: string;
  readonly stage: string;
  readonly value: { readonly amount: string; readonly currency: string } | undefined;
  readonly percent: number;
  /** Instants. */
  readonly enteredAt: string;
  readonly arrivals: readonly { readonly stage: string; readonly at: string }[];
}

/** A record as it was found: undefined is a voided one's line. */
export interface CountedRecord {
  readonly version: number;
  readonly updatedAt: string;
  readonly line: Line | undefined;
}

/** One row: by currency, records and sums in minor units, and minor units × percent; by day of entry, or days of a stay, records. */
export interface RowCount {
  count: number;
  readonly money: Map<string, { records: number; minor: bigint; weighted: bigint }>;
  readonly cells: Map<number, number>;
}

/** Rows that are not empty, as `<head>/<kind>/<stage>`. */
export type RowCounts = Map<string, RowCount>;

type Item = Readonly<Record<string, unknown>>;

/** A record and its history as they lie in the table. */
export interface RecordItems {
  readonly id: string;
  readonly record: Item | undefined;
  readonly history: readonly Item[];
}

/**
 * Items of a scan, put together by record: a scan gives those of one key one after the other. Throws where it does not, since then
 * something would be counted twice.
 */
export async function* byRecord(items: AsyncIterable<Item>): AsyncGenerator<RecordItems> {
  const seen = new Set<string>();
  let open: { id: string; record: Item | undefined; history: Item[] } | undefined;
  for await (const item of items) {
    const id = item['pk'] as string;
    if (nounOfId(id)) continue;
    if (open?.id !== id) {
      if (open) yield open;
      if (seen.has(id)) throw new Error(`The scan came back to ${id}.`);
      seen.add(id);
      open = { id, record: undefined, history: [] };
    }
    if (item['sk'] === RECORD_SK) open.record = item;
    else open.history.push(item);
  }
  if (open) yield open;
}

/** Reads a record's item. Throws for what no record can be. */
export function countRecord(item: Item): CountedRecord {
  const found = { version: item['version'] as number, updatedAt: item['updatedAt'] as string };
  if (!Number.isSafeInteger(found.version)) throw new Error('The record has no version.');
  if (item['voidedAt'] !== undefined) return { ...found, line: undefined };
  const [stage, enteredAt] = [item['stage'] as string, item['stageEnteredAt'] as string];
  const path = (item['path'] as Line['arrivals'] | undefined) ?? [{ stage, at: enteredAt }];
  return { ...found, line: lineOf(item['pk'] as string, item, stage, enteredAt, path) };
}

/**
 * The same from a record's history, event by event as they were recorded. The latest may not have its history item yet: it stands in
 * the record itself. Throws where an event is missing.
 */
export function countHistory({ id, record, history }: RecordItems): CountedRecord {
  const events = history.map((item) => item as unknown as StoredEvent).sort((a, b) => a.version - b.version);
  const latest = record ? fromRecordItem(record).event : undefined;
  if (latest && latest.version > (events.at(-1)?.version ?? 0)) events.push(latest);
  const fields: Record<string, unknown> = {};
  const path: { stage: string; at: string; by: string }[] = [];
  let voided = false;
  for (const [index, event] of events.entries()) {
    if (event.version !== index + 1) throw new Error(`The history lacks version ${index + 1}.`);
    if (event.verb === 'logged') Object.assign(fields, event.data);
    for (const [name, { to }] of Object.entries(event.changes)) fields[name] = to;
    if (event.changes['voided']) voided = event.changes['voided'].to === true;
    const arrived =
      event.verb === 'logged' ? event.data['stage'] : event.verb === 'moved' ? event.data['to'] : undefined;
    if (arrived !== undefined)
      path.push({ stage: arrived as string, at: heldSince(event, path.at(-1)), by: event.eventId });
    path.sort((a, b) => (a.at === b.at ? (a.by < b.by ? -1 : 1) : a.at < b.at ? -1 : 1));
  }
  const last = events.at(-1);
  if (!last) throw new Error('There is no history.');
  const stage = fields['stage'] as string;
  const enteredAt = (fields['stageEnteredAt'] as string | undefined) ?? (events[0] as StoredEvent).occurredAt;
  const line = voided ? undefined : lineOf(id, fields, stage, enteredAt, path);
  return { version: last.version, updatedAt: last.recordedAt, line };
}

/** When a stage was entered by this word: when it occurred, or just after the word before, where its author had seen that one. */
function heldSince(event: StoredEvent, before: { readonly at: string; readonly by: string } | undefined): string {
  const { occurredAt, eventId, seen, superseded } = event;
  if (!before || superseded?.['stage'] !== undefined || !seen) return occurredAt;
  if (occurredAt > before.at || (occurredAt === before.at && eventId > before.by)) return occurredAt;
  return new Date(Date.parse(before.at) + 1).toISOString();
}

function lineOf(id: string, fields: Item, stage: string, enteredAt: string, arrivals: Line['arrivals']): Line {
  const kind = kindOfId(id);
  if (!kind) throw new Error('The id is of no kind.');
  const strand = fields['strand'] as string;
  if (!(STRANDS as readonly string[]).includes(strand)) throw new Error('The record is in no strand.');
  const { phase, probability } = stageOf(kind, stage);
  const own = fields['probability'] as number | null | undefined;
  const value = fields['value'] as Line['value'] | null;
  const percent = phase === 'open' ? (own ?? probability) : probability;
  return { strand, kind, stage, value: value ?? undefined, percent, enteredAt, arrivals };
}

/** Adds a line to the rows. Throws, before it changes anything, where an amount or an instant cannot be read. */
export function addLine(rows: RowCounts, line: Line): void {
  if (![line.enteredAt, ...line.arrivals.map(({ at }) => at)].every(isInRange))
    throw new Error('It entered a stage on a date outside 1900 to 2100.');
  const entered = dayNumber(londonDay(line.enteredAt));
  const minor = line.value ? toMinor(line.value) : 0n;
  const stays: [stage: string, days: number][] = [];
  let since = line.arrivals[0];
  for (const arrival of line.arrivals) {
    if (!since || arrival.stage === since.stage) continue;
    stays.push([since.stage, dayNumber(londonDay(arrival.at)) - dayNumber(londonDay(since.at))]);
    since = arrival;
  }
  const row = rowOf(rows, `${line.strand}/${line.kind}/${line.stage}`);
  row.count += 1;
  row.cells.set(entered, (row.cells.get(entered) ?? 0) + 1);
  if (line.value) {
    const sum = row.money.get(line.value.currency) ?? { records: 0, minor: 0n, weighted: 0n };
    row.money.set(line.value.currency, {
      records: sum.records + 1,
      minor: sum.minor + minor,
      weighted: sum.weighted + minor * BigInt(line.percent),
    });
  }
  for (const [stage, days] of stays) {
    const stay = rowOf(rows, `completed-stays/${line.kind}/${stage}`);
    stay.count += 1;
    stay.cells.set(days, (stay.cells.get(days) ?? 0) + 1);
  }
}

/** A row of the rows, made where it was empty. */
export function rowOf(rows: RowCounts, name: string): RowCount {
  const row = rows.get(name) ?? { count: 0, money: new Map(), cells: new Map() };
  rows.set(name, row);
  return row;
}

/** Every row name that there is, strands and completed stays, in order. */
export const rowNames = (heads: readonly string[], kinds: readonly Parameters<typeof stagesOf>[0][]): string[] =>
  heads.flatMap((head) => kinds.flatMap((kind) => stagesOf(kind).map((stage) => `${head}/${kind}/${stage.name}`)));

/** Smallest and middle two of a row's cells, found by laying them all out. */
export function spreadOfCells(
  cells: ReadonlyMap<number, number>,
): { smallest: number; middle: [number, number] } | undefined {
  const laid = [...cells].flatMap(([cell, count]) => Array.from({ length: count }, () => cell)).sort((a, b) => a - b);
  if (laid.length === 0) return undefined;
  const at = (index: number) => laid[index] as number;
  return { smallest: at(0), middle: [at(Math.ceil(laid.length / 2) - 1), at(Math.floor(laid.length / 2))] };
}
