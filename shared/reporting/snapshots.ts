import { ulid } from 'ulid';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Cubes } from '#shared/store/cubes.ts';
import type { Journal } from '#shared/store/journal.ts';
import { encodeCube } from './cube-packing.ts';
import { VOCABULARY } from './heads.ts';
import type { Past } from './past.ts';

/** How long a snapshot is kept that is not the first of its month, in seconds. */
const KEPT_SECONDS = 60 * 24 * 3600;
/** The length of a month at the beginning of an instant. */
const MONTH = '2026-11'.length;

export interface SnapshotParts {
  readonly past: Past;
  readonly journal: Pick<Journal, 'mendings'>;
  readonly cubes: Cubes;
  readonly clock: Clock;
}

/**
 * Keeps the pipeline as it was at an instant that counting has passed, so that whoever asks for the past begins there: 60 days, the
 * first of a month in UTC for ever. Throws {@link JournalGap} where it cannot be given.
 */
export async function takeSnapshot({ past, journal, cubes, clock }: SnapshotParts, at: string): Promise<void> {
  // First: what is mended from here on makes the snapshot void.
  const mended = await journal.mendings();
  const cube = await past.standingAsOf(at, 'as-known-then');
  const isFirst = !(await hasLasting(cubes, at, mended));
  const head = { at, made: ulid(clock()), mended, vocabulary: VOCABULARY };
  const expiresAt = Math.floor(Date.parse(at) / 1000) + KEPT_SECONDS;
  await cubes.put(isFirst ? head : { ...head, expiresAt }, encodeCube(cube));
}

/** Whether a snapshot that is kept for ever lies before this one in its month. */
async function hasLasting(cubes: Cubes, at: string, mended: number): Promise<boolean> {
  for await (const head of cubes.upTo(at)) {
    if (head.at.slice(0, MONTH) !== at.slice(0, MONTH)) return false;
    if (head.at !== at && head.expiresAt === undefined && head.mended === mended) return true;
  }
  return false;
}
