import { Duration, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, type ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import { ParkingQueue } from './guarded-queue.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import { HouseFunction, type HouseFunctionProps } from './house-function.ts';
import { type OwnMetricName, ownMetric } from './own-metric.ts';

export interface ScheduledFunctionProps extends Omit<HouseFunctionProps, 'asynchronous'> {
  readonly schedule: ScheduleExpression;
  /** A run failed after its retries, or could not be started. */
  readonly lost: AlarmText;
  /** The metric by which it says that a run came to its end. */
  readonly completed: OwnMetricName;
  /** No run came to its end for `missingAfter`. */
  readonly missing: AlarmText;
  /** In whole hours: the time between runs, and some. */
  readonly missingAfter: Duration;
}

/** A function that runs by the clock, with what is wrong when it fails and when it does not run at all. */
export class ScheduledFunction extends HouseFunction {
  readonly lost: ParkingQueue;

  constructor(scope: Construct, id: string, props: ScheduledFunctionProps) {
    const lost = new ParkingQueue(scope, `${id}Lost`, { ...props, occupied: props.lost });
    super(scope, id, {
      ...props,
      asynchronous: { onFailure: new SqsDestination(lost), retryAttempts: 1, maxEventAge: Duration.hours(1) },
    });
    this.lost = lost;

    const role = new Role(this, 'SchedulerRole', {
      // So that no other account's schedule can be made to use it.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.lambda.functionArn] }));
    lost.grant(role, 'sqs:SendMessage');
    new Schedule(this, 'Schedule', {
      schedule: props.schedule,
      // CDK's own Lambda target would grant every version of the function as well, by a wildcard.
      target: {
        bind: () => ({
          arn: this.lambda.functionArn,
          role,
          deadLetterConfig: { arn: lost.queueArn },
          retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: Duration.hours(1).toSeconds() },
        }),
      },
    });

    const hours = props.missingAfter.toHours();
    new HouseAlarm(this, 'Missing', {
      ...props,
      ...props.missing,
      metric: ownMetric(this, props.completed, Duration.hours(1)),
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: hours,
      datapointsToAlarm: hours,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }
}
