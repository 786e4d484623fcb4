import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { ParkingQueue } from './guarded-queue.ts';
import type { AlarmText } from './house-alarm.ts';
import type { HouseFunction } from './house-function.ts';
import type { Surroundings } from './surroundings.ts';
import { acknowledgeWildcard } from './wildcard.ts';

export interface OwnSchedulesProps extends Surroundings {
  /** Part of the group's name: `partnership-<stage>-<what>`. */
  readonly what: string;
  /** What the schedules invoke. */
  readonly target: HouseFunction;
  /** A run could not be started. */
  readonly lost: AlarmText;
}

/**
 * Schedules that functions make while the product runs, for what people set: a group of their own, the role by which they invoke one
 * function and nothing else, and the queue where a run is parked that could not be started.
 */
export class OwnSchedules extends Construct {
  readonly group: ScheduleGroup;
  readonly groupName: string;
  readonly role: Role;
  readonly lost: ParkingQueue;
  readonly #target: HouseFunction;

  constructor(scope: Construct, id: string, props: OwnSchedulesProps) {
    super(scope, id);
    this.#target = props.target;
    this.groupName = `partnership-${props.stage.name}-${props.what}`;
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: this.groupName,
      removalPolicy: props.stage.removal,
    });
    this.lost = new ParkingQueue(this, 'Lost', { ...props, occupied: props.lost });
    this.role = new Role(this, 'Role', {
      // So that no other account's schedule can be made to use it.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [props.target.lambda.functionArn] }),
    );
    this.lost.grant(this.role, 'sqs:SendMessage');
  }

  /**
   * Lets a function make, change, read and delete schedules of the group, and hand them their role; tells it group, role, target and
   * the queue of lost runs. The target itself knows its name from each invocation: no function can be told its own in the template.
   */
  lets(fn: HouseFunction): void {
    fn.lambda
      .addEnvironment(EnvironmentName.scheduleGroup, this.groupName)
      .addEnvironment(EnvironmentName.scheduleRoleArn, this.role.roleArn)
      .addEnvironment(EnvironmentName.scheduleLostArn, this.lost.queueArn);
    if (fn !== this.#target)
      fn.lambda.addEnvironment(EnvironmentName.scheduleTargetArn, this.#target.lambda.functionArn);
    const place = `${Aws.REGION}:${Aws.ACCOUNT_ID}`;
    const under = `arn:${Aws.PARTITION}:scheduler:${place}:schedule/${this.groupName}/*`;
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['CreateSchedule', 'UpdateSchedule', 'GetSchedule', 'DeleteSchedule'].map((one) => `scheduler:${one}`),
        resources: [under],
      }),
    );
    acknowledgeWildcard(
      fn,
      under,
      'Schedules of this group are made while the product runs: one for what a person sets.',
    );
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    );
  }
}
