import { Duration } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type FunctionOptions,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '#infra/functions.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { METRIC_NAMESPACE } from '#shared/runtime/metrics.ts';
import { type AlarmText, HouseAlarm } from './house-alarm.ts';
import type { FunctionSurroundings } from './surroundings.ts';

export interface HouseFunctionProps extends FunctionSurroundings {
  readonly name: FunctionName;
  readonly timeout: Duration;
  /** MiB. Default 512, where Lambda gives a third of a processor. */
  readonly memorySize?: number;
  /** It throws, times out or is throttled. */
  readonly failing: AlarmText;
  /** Errors and throttles in 5 minutes from which the alarm counts. Default 1. */
  readonly failingThreshold?: number;
  /** How it is invoked asynchronously, if it is. */
  readonly asynchronous?: Pick<FunctionOptions, 'onFailure' | 'retryAttempts' | 'maxEventAge'>;
}

/**
 * One Lambda function with all that belongs to it: its bundle, a role of its own that starts with leave to write to its own log group and
 * nothing else, the log group, and the alarm on failing. What more it may do is granted on the line where the thing is used.
 *
 * X-Ray is off: HTTP APIs do not trace, a trace would end at the bus, and it would need the only wildcard in any policy. The
 * `correlationId` of each event stands in every log line instead, across bus, queue and stream.
 */
export class HouseFunction extends Construct implements IGrantable {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  readonly logGroup: LogGroup;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: HouseFunctionProps) {
    super(scope, id);
    const { name, stage, code, timeout, memorySize = 512 } = props;
    this.name = name;
    this.timeout = timeout;

    this.logGroup = new LogGroup(this, 'Log', { retention: stage.logRetention, removalPolicy: stage.removal });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    this.grantPrincipal = role;

    this.lambda = new LambdaFunction(this, 'Function', {
      code: code(name),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      timeout,
      memorySize,
      environment: {
        [EnvironmentName.stage]: stage.name,
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      },
      ...props.asynchronous,
    });

    const period = Duration.minutes(5);
    new HouseAlarm(this, 'Failing', {
      ...props,
      ...props.failing,
      metric: new MathExpression({
        label: 'errors and throttles',
        expression: 'FILL(errors, 0) + FILL(throttles, 0)',
        usingMetrics: {
          errors: this.lambda.metricErrors({ period }),
          throttles: this.lambda.metricThrottles({ period }),
        },
        period,
      }),
      threshold: props.failingThreshold ?? 1,
      evaluationPeriods: 1,
    });
  }
}
