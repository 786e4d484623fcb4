/** What an operator may do to a running product, the same on this machine and on AWS. */
import { OutputName } from '#infra/names.ts';

/** It cannot be done; the message is for the person at the terminal. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}

/** Queues in which failures wait for a person, and how each is mended. */
export const PARKED = {
  record: {
    output: OutputName.recordDeadLettersArn,
    holds: 'events that the recorder gave up on',
    mend: 'redrive',
  },
  intake: {
    output: OutputName.intakeUndeliveredArn,
    holds: 'events that the bus could not deliver to the record queue',
    mend: 'redrive',
  },
  relate: {
    output: OutputName.relateDeadLettersArn,
    holds: 'outcomes whose links could not be indexed',
    mend: 'redrive',
  },
  related: {
    output: OutputName.relateUndeliveredArn,
    holds: 'outcomes that the bus could not deliver to the relate queue',
    mend: 'redrive',
  },
  deliver: {
    output: OutputName.deliverDeadLettersArn,
    holds: 'outcomes and delivery attempts that could not be processed',
    mend: 'redrive',
  },
  outcomes: {
    output: OutputName.outcomesUndeliveredArn,
    holds: 'outcomes that the bus could not deliver to the deliver queue',
    mend: 'redrive',
  },
  project: {
    output: OutputName.projectGaveUpArn,
    holds: 'stream batches that were not counted',
    mend: 'npm run rebuild, then --purge project',
  },
  publish: {
    output: OutputName.publishGaveUpArn,
    holds: 'stream batches whose outcomes were not published',
    mend: 'docs/runbook.md, "Function publish gave up", then --purge publish',
  },
  reconcile: {
    output: OutputName.reconcileLostArn,
    holds: 'recounts that were lost',
    mend: 'npm run reconcile, then --purge reconcile',
  },
  sweep: {
    output: OutputName.sweepLostArn,
    holds: 'sweeps of personal data that were lost',
    mend: 'done by the next one, then --purge sweep',
  },
  report: {
    output: OutputName.reportLostArn,
    holds: 'runs of the report function that were lost',
    mend: 'made up within the hour once the cause is fixed, then --purge report',
  },
  reportSchedules: {
    output: OutputName.reportSchedulesLostArn,
    holds: 'reports that were due and could not be started',
    mend: 'made up within the hour, then --purge reportSchedules',
  },
  reportRequests: {
    output: OutputName.reportRequestsDeadLettersArn,
    holds: 'requested reports',
    mend: 'redrive',
  },
  mail: {
    output: OutputName.mailDeadLettersArn,
    holds: 'reports with unsent mails',
    mend: 'redrive',
  },
  mailRule: {
    output: OutputName.mailUndeliveredArn,
    holds: 'published reports that the bus could not deliver to the mail queue',
    mend: 'redrive',
  },
} as const satisfies Record<string, { output: OutputName; holds: string; mend: string }>;
export type ParkedName = keyof typeof PARKED;
export const PARKED_NAMES = Object.keys(PARKED) as ParkedName[];
export const isRedriven = (name: ParkedName): boolean => PARKED[name].mend === 'redrive';

export interface Parked {
  /** On AWS an approximation, as SQS gives it. */
  readonly waiting: number;
  /** The bodies of a few of them. */
  readonly sample: readonly string[];
}

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

export interface World {
  /** For people: where this is. */
  readonly name: string;
  parked(queue: ParkedName): Promise<Parked>;
  /** Sends them to where they failed; gives how many. Only for queues that are mended so. */
  redrive(queue: ParkedName, progress: (line: string) => void): Promise<number>;
  /** Throws away what waits there. */
  purge(queue: ParkedName): Promise<void>;
  /** Events of the archive: those of the span, or, where that cannot be told, all. */
  archived(span: Span): Promise<{ readonly events: number; readonly ofSpan: boolean }>;
  /** Brings what came in during the span to the recorder once more; gives how many events, where that can be told. */
  replay(span: Span, progress: (line: string) => void): Promise<number | undefined>;
  /** Invokes the reconciliation and gives its answer. */
  reconcile(payload: Readonly<Record<string, boolean>>): Promise<unknown>;
}
