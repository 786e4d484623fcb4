import { setTimeout as pause } from 'node:timers/promises';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readChanges } from '#shared/reporting/changes.ts';
import { newestProbe } from '#shared/reporting/counted.ts';
import { shardKey } from '#shared/reporting/head.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openProbes } from '#shared/store/probes.ts';

/** A batch of an event source with a tumbling window: that is how it comes to name its shard. */
type WindowedEvent = Partial<DynamoDBStreamEvent> & { readonly shardId?: string };

const log = openLogger('project');
const table = openTable();
const project = createProjector({
  aggregates: openAggregates(table),
  journal: openJournal(table),
  clock: systemClock,
  pause,
  log,
});

const probes = openProbes(table);
const NAMELESS = 'The batch does not name its shard: its event source needs a tumbling window.';

/**
 * Adds a batch of the table's stream to the pipeline. A change that cannot be read is logged by its ids and reported, after all that
 * came with it has been counted: the event source tries it again and then parks it, and a rebuild mends it. The window is not used for
 * its state, which is always empty, and its last call brings no records.
 */
export const handler = async ({
  Records = [],
  shardId,
}: WindowedEvent): Promise<DynamoDBBatchResponse & { state: object }> => {
  const { changes, unreadable } = readChanges(Records);
  for (const change of unreadable) log.error('A change of a record cannot be read, and is not counted.', { ...change });
  if (changes.length > 0) {
    if (!shardId) throw new Error(NAMELESS);
    await project(shardId, changes);
  }
  // Only now: whoever waits for the probe takes everything before it for counted.
  const probed = newestProbe(Records);
  if (probed !== undefined) {
    if (!shardId) throw new Error(NAMELESS);
    await probes.putProgress(shardKey(shardId), probed);
  }
  return { state: {}, batchItemFailures: unreadable.map(({ sequence }) => ({ itemIdentifier: sequence })) };
};
