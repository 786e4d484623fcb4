import { decodeTime } from 'ulid';
import type { Clock } from '#shared/runtime/clock.ts';
import type { Aggregates } from '#shared/store/aggregates.ts';
import { HEADS } from './heads.ts';

/** Nobody reads on in a generation, or writes on a snapshot, that was given up so long ago. Milliseconds. */
const GRACE_MILLISECONDS = 3600 * 1000;

/**
 * Deletes what nothing refers to any more: generations that a rebuild has replaced, and snapshots that a projector left behind when
 * it died before it had switched its head over, or after. Answers how many of each.
 */
export async function sweep(aggregates: Aggregates, clock: Clock): Promise<{ generations: number; snapshots: number }> {
  const before = clock() - GRACE_MILLISECONDS;
  const generation = await aggregates.generation();
  const snapshots = await sweepSnapshots(aggregates, generation.current, before);
  const { v: _, retired = [], ...rest } = generation;
  const doomed = retired.filter(({ at }) => at < before);
  if (doomed.length === 0 || generation.next) return { generations: 0, snapshots };
  for (const { generation: number } of doomed) for (const name of HEADS) await aggregates.deleteHead(number, name);
  await aggregates.putGeneration({ ...rest, retired: retired.filter(({ at }) => at >= before) }, generation);
  return { generations: doomed.length, snapshots };
}

async function sweepSnapshots(aggregates: Aggregates, generation: number, before: number): Promise<number> {
  let swept = 0;
  for (const name of HEADS) {
    const head = await aggregates.head(generation, name);
    for (const [snapshot, parts] of await aggregates.snapshots(generation, name)) {
      if (snapshot === head?.snapshot || decodeTime(snapshot) >= before) continue;
      await aggregates.deleteSnapshot(generation, name, snapshot, parts);
      swept += 1;
    }
  }
  return swept;
}
