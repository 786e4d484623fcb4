import type { Logger } from '@aws-lambda-powertools/logger';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { type ReconcileParts, type Reconciliation, reconcile, rowsOf } from './reconcile.ts';
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
  /** What was found after the rebuild. */
  readonly after?: Reconciliation;
}

/** So many differences are logged one by one; all of them are answered. */
const LOGGED_AT_MOST = 50;

/**
 * Recounts the pipeline, reports every difference by its row, sweeps up what nothing refers to any more, and, where it is asked to,
 * rebuilds and recounts once more.
 */
export async function runReconciliation(
  parts: ReconcileParts & { readonly log: Pick<Logger, 'info' | 'warn' | 'error'> },
  { repair = false, rebuild: always = false, dryRun = false }: ReconciliationOptions,
): Promise<ReconciliationRun> {
  const found = dryRun || !always ? await recount() : undefined;
  if (found && (dryRun || !repair || found.verdict === 'agrees')) {
    if (!dryRun) await sweepUp();
    return { found, rowsDiffering: rowsOf(found.differences) };
  }
  const rebuilt = await rebuild(parts);
  const after = await recount();
  await sweepUp();
  return { ...(found ? { found } : {}), rowsDiffering: rowsOf(after.differences), rebuilt, after };

  async function recount(): Promise<Reconciliation> {
    const recounted = await reconcile(parts);
    report(recounted);
    return recounted;
  }

  function report({ verdict, generation, records, rounds, differences, unsettled }: Reconciliation): void {
    for (const difference of differences.slice(0, LOGGED_AT_MOST))
      parts.log.error('The pipeline shows what the records do not bear out.', { ...difference });
    parts.log.info('The pipeline was recounted.', {
      verdict,
      generation,
      records,
      rounds,
      differences: differences.length,
      unsettled: unsettled.length,
    });
  }

  /** What could not be swept up now is still there the next time. */
  async function sweepUp(): Promise<void> {
    try {
      await sweep(parts.aggregates, parts.clock);
    } catch (error) {
      parts.log.warn('What nothing refers to any more was not swept up.', { error: (error as Error).name });
    }
  }
}
