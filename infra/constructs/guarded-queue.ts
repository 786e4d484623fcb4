import { Duration, Validations } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { Surroundings } from './surroundings.ts';

const guarded = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true } as const satisfies QueueProps;

export interface ParkingQueueProps extends Surroundings {
  /** Something lies in it. */
  readonly occupied: AlarmText;
}

/** Where what failed for good waits for a person: 14 days, the longest that SQS keeps, with an alarm on the first message. */
export class ParkingQueue extends Queue {
  readonly parked: Metric;

  constructor(scope: Construct, id: string, props: ParkingQueueProps) {
    super(scope, id, { ...guarded, retentionPeriod: Duration.days(14), removalPolicy: props.stage.removal });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself where failures end, of a rule, a stream or a schedule as well as of a queue; nothing takes from it but a person.',
    });
    this.parked = this.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' });
    new HouseAlarm(this, 'Occupied', {
      ...props,
      ...props.occupied,
      metric: this.parked,
      threshold: 1,
      evaluationPeriods: 1,
    });
  }
}

export interface WorkQueueProps extends Surroundings {
  /** Of the function that takes from it. */
  readonly consumerTimeout: Duration;
  readonly maxReceiveCount: number;
  /** A message failed `maxReceiveCount` times. */
  readonly deadLetters: AlarmText;
  /** The oldest message has waited for `lateAfter`. */
  readonly late: AlarmText;
  readonly lateAfter: Duration;
}

/** A queue of work, with the queue where what cannot be done is parked, and the alarms on both. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: ParkingQueue;
  /** Seconds that the oldest message has waited. */
  readonly oldest: Metric;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new ParkingQueue(this, 'DeadLetters', { ...props, occupied: props.deadLetters });
    this.queue = new Queue(this, 'Queue', {
      ...guarded,
      removalPolicy: props.stage.removal,
      retentionPeriod: Duration.days(14),
      // AWS's advice: six times the function's time-out, so that a throttled batch is not delivered twice at once.
      visibilityTimeout: Duration.seconds(6 * props.consumerTimeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    this.oldest = this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' });
    new HouseAlarm(this, 'Late', {
      ...props,
      ...props.late,
      metric: this.oldest,
      threshold: props.lateAfter.toSeconds(),
      evaluationPeriods: 3,
    });
  }
}
