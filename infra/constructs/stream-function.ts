import { Duration } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, FilterCriteria, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { TABLE } from '#shared/store/table.ts';
import { ParkingQueue } from './guarded-queue.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import { HouseFunction, type HouseFunctionProps } from './house-function.ts';
import type { RecordTable } from './record-table.ts';

/** A sort key, or the beginning of one. */
type SortKeyRule = string | { readonly prefix: string };

export interface StreamFunctionProps extends HouseFunctionProps {
  readonly source: RecordTable;
  /** Sort keys of the items whose changes it is told of. */
  readonly sortKeys: readonly SortKeyRule[];
  readonly batchSize: number;
  readonly retryAttempts: number;
  readonly maxRecordAge: Duration;
  /** With a window, each batch says of which shard it is, and the answer must carry `state`. At most 15 minutes. */
  readonly tumblingWindow?: Duration;
  /** A batch was given up after its retries. */
  readonly gaveUp: AlarmText;
  /** Its newest change is older than 5 minutes. */
  readonly behind: AlarmText;
}

/**
 * A function that follows the table's stream, one batch of a shard at a time, so in order. A batch that fails is halved and tried again
 * within bounds; what is given up is told to a queue (shard and sequence numbers: the stream itself keeps the changes for 24 hours).
 */
export class StreamFunction extends HouseFunction {
  readonly gaveUp: ParkingQueue;
  /** Milliseconds that the newest change it was given had waited. */
  readonly lag: Metric;

  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    super(scope, id, props);
    const { source, sortKeys, batchSize, retryAttempts, maxRecordAge, tumblingWindow } = props;
    this.gaveUp = new ParkingQueue(this, 'GaveUp', { ...props, occupied: props.gaveUp });

    const mayRead = Grant.addToPrincipal({
      grantee: this,
      actions: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (action) => `dynamodb:${action}`,
      ),
      resourceArns: [source.streamArn],
    });
    const mapping = new EventSourceMapping(this, 'Stream', {
      target: this.lambda,
      eventSourceArn: source.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [FilterCriteria.filter({ dynamodb: { Keys: { [TABLE.sortKey.name]: { S: sortKeys } } } })],
      batchSize,
      retryAttempts,
      maxRecordAge,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      parallelizationFactor: 1,
      onFailure: new SqsDlq(this.gaveUp),
      ...(tumblingWindow === undefined ? {} : { tumblingWindow }),
    });
    // Lambda reads from the stream when the mapping is made, and fails the deployment if the role is not ready by then.
    mayRead.applyBefore(mapping);

    this.lag = this.lambda.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
    new HouseAlarm(this, 'Behind', {
      ...props,
      ...props.behind,
      metric: this.lag,
      threshold: Duration.minutes(5).toMilliseconds(),
      evaluationPeriods: 3,
    });
  }
}
