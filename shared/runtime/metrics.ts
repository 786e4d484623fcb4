/** Where the functions' own metrics go: lines in the embedded metric format, which cost nothing to write. */
export const METRIC_NAMESPACE = 'PartnershipCrm';

/** The metrics that an alarm waits for: functions write them, infrastructure watches them, by these names. */
export const MetricName = {
  /** What became of the events of the recording queue (function record). */
  recorded: 'Recorded',
  duplicate: 'Duplicate',
  rejected: 'Rejected',
  waiting: 'Waiting',
  quarantined: 'Quarantined',
  /** Records that the pipeline leaves out because they cannot be counted (function project). */
  uncounted: 'Uncounted',
  /** Messages to a partner's webhook that were not authentic (function webhook). */
  forged: 'Forged',
  /** What became of calls of subscribers (function deliver): answered 2xx; not; given up after the last attempt; answered 410. */
  delivered: 'Delivered',
  notDelivered: 'NotDelivered',
  deliveryDead: 'DeliveryDead',
  subscriptionGone: 'SubscriptionGone',
  /** What has waited in quarantine for more than a day, counted once a night (function reconcile). */
  quarantineOverdue: 'QuarantineOverdue',
  /** Differences that a recount found, one value a run (function reconcile). */
  pipelineDifferences: 'PipelineDifferences',
  /** A recount came to its end (function reconcile). */
  reconcileRun: 'ReconcileRun',
  /** A sweep of the store of people came to its end; whose retention has ended; whose data is not there (function sweep). */
  sweepRun: 'SweepRun',
  retentionEnded: 'RetentionEnded',
  peopleMissing: 'PeopleMissing',
  /** Every report that was due is made (function report). */
  reportRun: 'ReportRun',
  /** Milliseconds that a report took from its request to its publication (function report). */
  reportMade: 'ReportMade',
  /** Mails that the mail service took, and mails that could not be sent (function mail). */
  mailSent: 'MailSent',
  mailFailed: 'MailFailed',
} as const;
export type MetricName = (typeof MetricName)[keyof typeof MetricName];
