import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Archive, EventBus as AwsEventBus, Match } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Source } from '#shared/events/contract.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Surroundings } from './surroundings.ts';

export interface EventBusProps extends Surroundings {
  /** PutEvents failed, or did not take an entry. */
  readonly refusing: AlarmText;
}

/**
 * The one bus, with an archive of all that goes over it. It has no resource policy: only this account publishes to it, by the roles
 * of its own functions.
 */
export class EventBus extends Construct {
  readonly bus: AwsEventBus;
  readonly archive: Archive;
  /** Entries handed to PutEvents. */
  readonly entries: Metric;

  constructor(scope: Construct, id: string, props: EventBusProps) {
    super(scope, id);
    const { stage } = props;
    this.bus = new AwsEventBus(this, 'Bus', { eventBusName: `partnership-${stage.name}` });
    this.bus.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.archive = new Archive(this, 'Archive', {
      sourceEventBus: this.bus,
      eventPattern: { source: Match.prefix('partnership.') },
      retention: Duration.days(stage.archiveDays),
      description: 'Events of the bus, for replay to a rule.',
    });
    this.archive.applyRemovalPolicy(RemovalPolicy.RETAIN);

    // AWS counts these for a whole account and region, by no bus: another reason for an account a stage.
    const period = Duration.minutes(5);
    const putEvents = (metricName: string) =>
      new Metric({ namespace: 'AWS/Events', metricName, statistic: 'Sum', period });
    this.entries = putEvents('PutEventsEntriesCount');
    new HouseAlarm(this, 'Refusing', {
      ...props,
      ...props.refusing,
      metric: new MathExpression({
        label: 'refused calls and entries',
        expression: 'FILL(calls, 0) + FILL(entries, 0)',
        usingMetrics: {
          calls: putEvents('PutEventsApproximateFailedCount'),
          entries: putEvents('PutEventsFailedEntriesCount'),
        },
        period,
      }),
      threshold: 1,
      evaluationPeriods: 2,
    });
  }

  /** Lets a function publish events of these sources, and no others; tells it the bus's name. */
  letsPublish(fn: HouseFunction, ...sources: readonly Source[]): void {
    fn.lambda.addEnvironment(EnvironmentName.busName, this.bus.eventBusName);
    Grant.addToPrincipal({
      grantee: fn,
      actions: ['events:PutEvents'],
      resourceArns: [this.bus.eventBusArn],
      conditions: { StringEquals: { 'events:source': sources } },
    });
  }
}
