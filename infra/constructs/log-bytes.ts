import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** Bytes that a log group takes in, which is what CloudWatch charges for. CDK's own `metricIncomingBytes` names no log group. */
export const logBytes = ({ logGroupName }: ILogGroup, period: Duration): Metric =>
  new Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingBytes',
    dimensionsMap: { LogGroupName: logGroupName },
    statistic: 'Sum',
    period,
  });
