/** Where the functions' own metrics go: lines in the embedded metric format, which cost nothing to write. */
export const METRIC_NAMESPACE = 'PartnershipCrm';

/** The metrics that an alarm waits for: functions write them, infrastructure watches them, by these names. */
export const MetricName = {
  /** Events put into quarantine (function record). */
  quarantined: 'Quarantined',
  /** Differences that a recount found, one value a run (function reconcile). */
  pipelineDifferences: 'PipelineDifferences',
  /** A recount came to its end (function reconcile). */
  reconcileRun: 'ReconcileRun',
} as const;
