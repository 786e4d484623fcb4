import { fingerprint } from '#shared/runtime/ids.ts';
import { hourOfInstant, type JournalItem } from '#shared/store/journal.ts';
import type { Change } from './changes.ts';
import type { Step } from './standing.ts';
import { encodeSteps } from './step-packing.ts';

/** An item has room for 400 KB. Bytes. */
const ITEM_BYTES = 380_000;
/** So many digits of a hash tell batches of one millisecond apart. */
const NAME_DIGITS = 16;

/**
 * What the journal keeps of a batch of a shard. An item begins in the hour in which all of its steps were recorded; it is named after
 * the batch, so that the same batch is written over itself, and one that is cut otherwise lies beside it: readers take each step once.
 */
export function journalItems(shard: string, changes: readonly Change[]): JournalItem[] {
  const [first, last] = [changes[0], changes.at(-1)];
  if (!first || !last) return [];
  const batch = fingerprint(shard, String(first.sequence), String(last.sequence));
  return itemsOf(
    changes.flatMap(({ step }) => (step ? [step] : [])),
    batch,
  );
}

/** These steps as items, by the hours in which they were recorded. */
export function itemsOf(steps: readonly Step[], batch: string): JournalItem[] {
  const name = batch.slice(0, NAME_DIGITS);
  return [...Map.groupBy(steps, ({ recordedAt }) => hourOfInstant(recordedAt)).values()].flatMap((those) =>
    split(those).map(({ part, bytes }, index) => ({
      from: part.reduce(
        (least, { recordedAt }) => (recordedAt < least ? recordedAt : least),
        part[0]?.recordedAt ?? '',
      ),
      batch: index === 0 ? name : `${name}-${index}`,
      steps: bytes,
    })),
  );
}

/** Steps that together would not fit an item, halved until they do. */
function split(steps: readonly Step[]): { part: readonly Step[]; bytes: Uint8Array }[] {
  const bytes = encodeSteps(steps);
  if (bytes.length <= ITEM_BYTES || steps.length === 1) return [{ part: steps, bytes }];
  const half = steps.length >> 1;
  return [...split(steps.slice(0, half)), ...split(steps.slice(half))];
}
