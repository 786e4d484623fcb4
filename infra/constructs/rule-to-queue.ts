import { Duration } from 'aws-cdk-lib';
import { type IEventBusRef, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ParkingQueue } from './guarded-queue.ts';
import type { AlarmText } from './house-alarm.ts';
import type { Surroundings } from './surroundings.ts';

export interface RuleToQueueProps extends Surroundings {
  readonly bus: IEventBusRef;
  /** From the contracts, never written out here. */
  readonly pattern: {
    readonly source: readonly string[];
    readonly 'detail-type'?: readonly string[];
    readonly detail?: object;
  };
  readonly queue: IQueue;
  /** An event could not be delivered to the queue. */
  readonly undelivered: AlarmText;
}

/** Brings the events of a pattern from the bus to a queue; tries for a day, then parks what could not be delivered. */
export class RuleToQueue extends Construct {
  readonly rule: Rule;
  readonly undelivered: ParkingQueue;

  constructor(scope: Construct, id: string, props: RuleToQueueProps) {
    super(scope, id);
    this.undelivered = new ParkingQueue(this, 'Undelivered', { ...props, occupied: props.undelivered });
    const { source, 'detail-type': names, detail } = props.pattern;
    this.rule = new Rule(this, 'Rule', {
      eventBus: props.bus,
      eventPattern: {
        source: [...source],
        ...(names ? { detailType: [...names] } : {}),
        ...(detail ? { detail: { ...detail } } : {}),
      },
    });
    this.rule.addTarget(
      new SqsQueue(props.queue, {
        deadLetterQueue: this.undelivered,
        retryAttempts: 185,
        maxEventAge: Duration.hours(24),
      }),
    );
  }
}
