import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { StageName } from './names.ts';

/** What differs between stages. What is the same in both (point-in-time recovery, deletion protection, bounds) is not here. */
export interface StageSettings {
  /** What becomes of queues and logs when their stack is deleted. Table, bus archive and user pool are always kept. */
  readonly removal: RemovalPolicy;
  readonly logRetention: RetentionDays;
  /** Days for which the bus can replay what came in. */
  readonly archiveDays: number;
  /** DynamoDB request units a second that on-demand may rise to: a bound on cost, far above need. */
  readonly table: { readonly maxReadUnits: number; readonly maxWriteUnits: number };
  /** Requests a second that the API takes before it answers 429. */
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  /** Recorder invocations at a time. */
  readonly recorders: number;
  /** Invocations at a time that list what was recorded where it belongs. */
  readonly relaters: number;
  /** Invocations at a time that tell subscribers of outcomes. */
  readonly deliverers: number;
}

export const STAGES = {
  dev: {
    removal: RemovalPolicy.DESTROY,
    logRetention: RetentionDays.TWO_WEEKS,
    archiveDays: 30,
    table: { maxReadUnits: 1_000, maxWriteUnits: 1_000 },
    // What `npm start` runs: high enough that measuring and loading sample data meet the product and not its throttle.
    throttle: { rateLimit: 2_000, burstLimit: 4_000 },
    recorders: 8,
    relaters: 4,
    deliverers: 5,
  },
  prod: {
    removal: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.THREE_MONTHS,
    archiveDays: 365,
    table: { maxReadUnits: 8_000, maxWriteUnits: 8_000 },
    throttle: { rateLimit: 500, burstLimit: 1_000 },
    recorders: 50,
    relaters: 20,
    deliverers: 20,
  },
} as const satisfies Record<StageName, StageSettings>;

export interface Stage extends StageSettings {
  readonly name: StageName;
}

/** @throws for a name that is not in the table */
export function stageOf(name: string): Stage {
  if (!Object.hasOwn(STAGES, name)) {
    throw new Error(
      `There is no stage "${name}": choose one of ${Object.keys(STAGES).join(', ')} (cdk synth -c stage=dev).`,
    );
  }
  return { name: name as StageName, ...STAGES[name as StageName] };
}
