import { setTimeout as pause } from 'node:timers/promises';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { readChanges, type Uncounted } from '#shared/reporting/changes.ts';
import { newestProbe } from '#shared/reporting/counted.ts';
import { shardKey } from '#shared/reporting/head.ts';
import { createProjector } from '#shared/reporting/project.ts';
import { openTable } from '#shared/runtime/clients.ts';
import { systemClock } from '#shared/runtime/clock.ts';
import { openLogger } from '#shared/runtime/logger.ts';
import { METRIC_NAMESPACE, MetricName } from '#shared/runtime/metrics.ts';
import { openAggregates } from '#shared/store/aggregates.ts';
import { openJournal } from '#shared/store/journal.ts';
import { openProbes } from '#shared/store/probes.ts';
import { createUncountedRecords } from '#shared/store/uncounted.ts';

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
const uncountedRecords = createUncountedRecords(table);
const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'project' });
const NAMELESS = 'The batch does not name its shard: its event source needs a tumbling window.';

/**
 * Adds a batch of the table's stream to the pipeline. A record that cannot be counted is listed, logged by its id and counted in a metric
 * that an alarm watches, once all that came with it has been counted; it is not tried again, since it would fail the same way. The
 * window is not used for its state, which is always empty, and its last call brings no records.
 */
export const handler = async ({
  Records = [],
  shardId,
}: WindowedEvent): Promise<DynamoDBBatchResponse & { state: object }> => {
  const { changes, uncounted, countable } = readChanges(Records);
  if (changes.length > 0) {
    if (!shardId) throw new Error(NAMELESS);
    await project(shardId, changes);
  }
  if (uncounted.length + countable.length > 0) await reportUncounted(uncounted, countable);
  // Only now: who waits for the probe assumes that all before it has been counted, or is listed as uncounted.
  const probed = newestProbe(Records);
  if (probed !== undefined) {
    if (!shardId) throw new Error(NAMELESS);
    await probes.putProgress(shardKey(shardId), probed);
  }
  return { state: {}, batchItemFailures: [] };
};

async function reportUncounted(uncounted: readonly Uncounted[], countable: readonly string[]): Promise<void> {
  await uncountedRecords.update(uncounted, countable);
  for (const record of uncounted) log.error('A record cannot be counted.', { ...record });
  if (uncounted.length === 0) return;
  metrics.addMetric(MetricName.uncounted, MetricUnit.Count, uncounted.length);
  metrics.publishStoredMetrics();
}
