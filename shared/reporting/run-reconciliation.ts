import type { Logger } from '@aws-lambda-powertools/logger';
import { toInstant } from '#shared/runtime/clock.ts';
import type { Cubes } from '#shared/store/cubes.ts';
import type { Journal } from '#shared/store/journal.ts';
import type { UncountedRecords } from '#shared/store/uncounted.ts';
import { type Mended, mendJournal } from './mend-journal.ts';
import type { Past } from './past.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { type ReconcileParts, type Reconciliation, reconcile, rowsOf } from './reconcile.ts';
import { takeSnapshot } from './snapshots.ts';
import { sweep } from './sweep.ts';

/** Names as the function's event has them; without any, it is recounted, and nothing that is counted changes. */
export interface ReconciliationOptions {
  /** Rebuild the pipeline if it does not agree. */
  readonly repair?: boolean;
  /** Rebuild it whatever it shows, without recounting it first. */
  readonly rebuild?: boolean;
  /** Only recount, and write nothing at all. */
  readonly dryRun?: boolean;
}

export interface ReconciliationRun {
  /** What was found, before anything was mended; absent where it was rebuilt unseen. */
  readonly found?: Reconciliation;
  /** Rows of the pipeline that differ in the end: after the rebuild, where there was one. */
  readonly rowsDiffering: number;
  readonly rebuilt?: Rebuilt;
  /** What the journal lacked, where it was rebuilt too. */
  readonly mended?: Mended;
  /** What was found after the rebuild. */
  readonly after?: Reconciliation;
}

/** So many differences are logged one by one; all of them are answered. */
const LOGGED_AT_MOST = 50;

/** So long before a recount that agrees, nothing is on its way any more. Milliseconds. */
const SNAPSHOT_AGE_MILLISECONDS = 3600 * 1000;

/**
 * Recounts the pipeline and what follows from its journal, reports every difference by its row, sweeps up what nothing refers to any
 * more, and, where it is asked to, rebuilds both and recounts once more. Where all agrees, it keeps a snapshot of the pipeline.
 */
export interface ReconciliationParts extends ReconcileParts {
  readonly journal: Journal;
  readonly cubes: Cubes;
  readonly past: Past;
  readonly uncounted: UncountedRecords;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export async function runReconciliation(
  parts: ReconciliationParts,
  { repair = false, rebuild: always = false, dryRun = false }: ReconciliationOptions,
): Promise<ReconciliationRun> {
  const begun = parts.clock();
  const found = dryRun || !always ? await recount() : undefined;
  if (found && (dryRun || !repair || found.verdict === 'agrees')) {
    if (!dryRun) await tidy(found);
    return { found, rowsDiffering: rowsOf(found.differences) };
  }
  const rebuilt = await rebuild(parts);
  await listUncounted(rebuilt.unreadable);
  const mended = await mendJournal(parts);
  const after = await recount();
  await tidy(after);
  return { ...(found ? { found } : {}), rowsDiffering: rowsOf(after.differences), rebuilt, mended, after };

  /** A rebuild has looked at every record: the list is what it left out. */
  async function listUncounted(ids: readonly string[]): Promise<void> {
    const listed = new Map((await parts.uncounted.list()).map(({ recordId, reason }) => [recordId, reason]));
    const added = ids
      .filter((recordId) => !listed.has(recordId))
      .map((recordId) => ({ recordId, reason: 'A rebuild could not count it.' }));
    await parts.uncounted.update(
      added,
      [...listed.keys()].filter((recordId) => !ids.includes(recordId)),
    );
  }

  async function recount(): Promise<Reconciliation> {
    const recounted = await reconcile(parts);
    report(recounted);
    return recounted;
  }

  function report({ verdict, generation, records, rounds, differences, unsettled }: Reconciliation): void {
    for (const difference of differences.slice(0, LOGGED_AT_MOST))
      parts.log.error('The pipeline shows figures that do not match the records.', { ...difference });
    parts.log.info('The pipeline was recounted.', {
      verdict,
      generation,
      records,
      rounds,
      differences: differences.length,
      unsettled: unsettled.length,
    });
  }

  /** What could not be swept up, or kept, now is so the next time. */
  async function tidy({ verdict }: Reconciliation): Promise<void> {
    try {
      if (verdict === 'agrees') await takeSnapshot(parts, toInstant(begun - SNAPSHOT_AGE_MILLISECONDS));
      await sweep(parts.aggregates, parts.clock);
    } catch (error) {
      parts.log.warn('No snapshot was saved, or orphans were not deleted.', {
        error: (error as Error).name,
      });
    }
  }
}
