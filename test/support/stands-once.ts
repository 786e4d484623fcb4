import { expect } from 'vitest';
import type { CrashReport } from './crash-run.ts';
import { listAll, pipelineRows, rowsOf, timelineOf } from './recount.ts';

/** Every acknowledged write stands exactly once: in the table, in the timelines, in the aggregates; and nothing else does. */
export async function expectAllStandsOnce({ acknowledged, server }: CrashReport): Promise<void> {
  const token = await server.token('manager');
  const listed = await listAll(server, token, 'trade-deals');
  const expected = acknowledged.map(({ id, stage }) => `${id} ${stage}`).sort();
  expect(listed.map(({ id, stage }) => `${id} ${stage}`).sort()).toEqual(expected);
  for (const record of acknowledged) {
    const timeline = await timelineOf(server, token, 'trade-deals', record.id);
    expect(
      timeline.map(({ verb }) => verb),
      record.id,
    ).toEqual(record.writes);
    expect(new Set(timeline.map(({ eventId }) => eventId)).size).toBe(timeline.length);
  }
  expect(await pipelineRows(server, token)).toEqual(rowsOf(acknowledged));
}
