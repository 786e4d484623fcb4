import { describe, expect, it } from 'vitest';
import { scheduleInputOf } from '#shared/domain/report/schedule.ts';
import { INTAKE_PATTERN, OUTCOME_PATTERN } from '#shared/events/catalogue.ts';
import { patternOf } from '#shared/events/contract.ts';
import { RELATING_PATTERN } from '#shared/events/relating.ts';
import { REPORT_PUBLISHED } from '#shared/events/reports.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { ENTITY_SK, EVENT_PREFIX, PROBE_SK, RECEIPT_SK, RECORD_SK, REPORT_SK } from '#shared/store/keys.ts';
import { CLAIM_MS } from '#shared/webhooks/out/attempt.ts';
import { ANSWER_WITHIN_MS } from '#shared/webhooks/out/post.ts';
import { synthesize, targetOf } from './support/templates.ts';

const synthesis = synthesize();
const queues = synthesis.of('AWS::SQS::Queue');
const mappings = synthesis.of('AWS::Lambda::EventSourceMapping');
const fromStream = mappings.filter(({ properties }) => properties.StartingPosition !== undefined);
const fromQueue = mappings.filter(({ properties }) => properties.StartingPosition === undefined);
const queueOf = (value: unknown) => queues.find(({ logicalId }) => logicalId === targetOf(value));
const DAY = 24 * 3600;

describe('queues', () => {
  it('are encrypted, and refuse plain HTTP', () => {
    const policies = synthesis.of('AWS::SQS::QueuePolicy');
    for (const { logicalId, properties } of queues) {
      expect(properties.SqsManagedSseEnabled, logicalId).toBe(true);
      const policy = policies.find((each) =>
        each.properties.Queues.some((queue: unknown) => targetOf(queue) === logicalId),
      );
      expect(policy?.properties.PolicyDocument.Statement, logicalId).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });

  it('keep what they hold for 14 days, and what was parked raises an alarm at its first message', () => {
    for (const { logicalId, properties } of queues) {
      expect(properties.MessageRetentionPeriod, logicalId).toBe(14 * DAY);
      if (properties.RedrivePolicy) continue;
      const alarm = synthesis
        .of('AWS::CloudWatch::Alarm')
        .find(
          ({ properties: { MetricName, Dimensions = [] } }) =>
            MetricName === 'ApproximateNumberOfMessagesVisible' &&
            Dimensions.some(
              ({ Value }: { Value: unknown }) => targetOf(Value as Record<string, unknown>) === logicalId,
            ),
        );
      expect(alarm?.properties, logicalId).toMatchObject({ Threshold: 1, EvaluationPeriods: 1 });
    }
  });
});

describe.each([
  ['record', INTAKE_PATTERN],
  ['deliver', OUTCOME_PATTERN],
  ['relate', RELATING_PATTERN],
])('the %s queue', (name, pattern) => {
  const fn = synthesis
    .of('AWS::Lambda::Function')
    .find(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === name);
  const source = fromQueue.find(({ properties }) => targetOf(properties.FunctionName) === fn?.logicalId);

  it('is filled by one rule, with the pattern of the contracts and a place for what it cannot deliver', () => {
    const rules = synthesis.of('AWS::Events::Rule');
    const [rule, ...others] = rules.filter(
      ({ properties }) => JSON.stringify(properties.EventPattern) === JSON.stringify(pattern),
    );
    expect(others).toEqual([]);
    const [target] = rule?.properties.Targets ?? [];
    expect(queueOf(target.Arn)?.logicalId).toBe(queueOf(source?.properties.EventSourceArn)?.logicalId);
    expect(queueOf(target.DeadLetterConfig.Arn)).toBeDefined();
    expect(target.RetryPolicy).toEqual({ MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: DAY });
  });

  it('gives a message five tries of the function, each far from the last, ten messages at a time, each answered for by itself', () => {
    const { properties } = source ?? {};
    expect(properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: expect.any(Number) },
    });
    const queue = queueOf(properties.EventSourceArn);
    expect(queue?.properties.RedrivePolicy.maxReceiveCount).toBe(5);
    expect(queue?.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * fn?.properties.Timeout);
  });
});

describe('what others are sent', () => {
  it('goes to public addresses alone: no function of any stage has a setting that only a local run may set', () => {
    for (const stage of ['dev', 'prod'] as const)
      for (const { logicalId, properties } of synthesize(stage).of('AWS::Lambda::Function'))
        for (const name of [EnvironmentName.webhookTrialHosts, EnvironmentName.settleMilliseconds])
          expect(properties.Environment.Variables, logicalId).not.toHaveProperty(name);
  });

  it('is worked on for less time than a subscriber, and its delivery, are kept waiting', () => {
    const deliver = synthesis
      .of('AWS::Lambda::Function')
      .find(({ properties }) => properties.Environment.Variables.POWERTOOLS_SERVICE_NAME === 'deliver');
    expect(deliver?.properties.Timeout * 1000).toBeGreaterThan(ANSWER_WITHIN_MS);
    expect(deliver?.properties.Timeout * 1000).toBeLessThan(CLAIM_MS);
  });
});

describe('the readers of the stream', () => {
  const bySortKeys = (sortKeys: unknown[]) =>
    fromStream.find(
      ({ properties }) =>
        properties.FilterCriteria.Filters[0].Pattern ===
        JSON.stringify({ dynamodb: { Keys: { sk: { S: sortKeys } } } }),
    );

  it('are two, and nothing holds either up for ever', () => {
    expect(fromStream).toHaveLength(2);
    for (const { properties } of fromStream) {
      expect(properties).toMatchObject({
        BatchSize: 100,
        ParallelizationFactor: 1,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(properties.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(properties.MaximumRecordAgeInSeconds).toBeGreaterThan(0);
      expect(properties.MaximumRecordAgeInSeconds).toBeLessThan(DAY);
      expect(queueOf(properties.DestinationConfig.OnFailure.Destination)).toBeDefined();
    }
  });

  it('count records only, and probes of how far it is, in windows, so that each batch says of which shard it is', () => {
    const window = bySortKeys([RECORD_SK, PROBE_SK])?.properties.TumblingWindowInSeconds;
    expect(window).toBeGreaterThan(0);
    expect(window).toBeLessThanOrEqual(900);
  });

  it('publish what records, what stands around them, history, receipts and published reports say', () => {
    expect(bySortKeys([RECORD_SK, ENTITY_SK, { prefix: EVENT_PREFIX }, RECEIPT_SK, REPORT_SK])).toBeDefined();
  });
});

describe('reconciliation', () => {
  it('starts at 03:15 in London, summer and winter, tries again within bounds, and says when it does not start', () => {
    const [schedule, ...others] = synthesis
      .of('AWS::Scheduler::Schedule')
      .filter(({ stack, logicalId }) => stack === 'Recording' && logicalId.startsWith('Reconcile'));
    expect(others).toEqual([]);
    expect(schedule?.properties).toMatchObject({
      ScheduleExpression: 'cron(15 3 * * ? *)',
      ScheduleExpressionTimezone: 'Europe/London',
      Target: { RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 } },
    });
    expect(queueOf(schedule?.properties.Target.DeadLetterConfig.Arn)).toBeDefined();
    const missing = synthesis
      .of('AWS::CloudWatch::Alarm')
      .find(({ properties }) => properties.MetricName === MetricName.reconcileRun);
    expect(missing?.properties).toMatchObject({
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
      Period: 3600,
    });
    expect(missing?.properties.DatapointsToAlarm).toBeGreaterThan(24);
  });
});

describe('reports', () => {
  const schedules = synthesis.of('AWS::Scheduler::Schedule').filter(({ stack }) => stack === 'Reports');
  const named = schedules.filter(({ properties }) => properties.Name !== undefined);

  it('of the first series are due by the clock of their zones, and Scheduler tells which series and which time', () => {
    expect(
      named
        .map(({ properties }) => [
          properties.Name,
          properties.ScheduleExpression,
          properties.ScheduleExpressionTimezone,
          properties.Target.Input,
        ])
        .sort(),
    ).toEqual([
      ['monthly', 'cron(0 7 1 * ? *)', 'Europe/London', scheduleInputOf('monthly')],
      ['weekly-birmingham', 'cron(0 8 ? * MON *)', 'Europe/London', scheduleInputOf('weekly-birmingham')],
      ['weekly-guangzhou', 'cron(0 9 ? * MON *)', 'Asia/Shanghai', scheduleInputOf('weekly-guangzhou')],
    ]);
    for (const { properties } of named) {
      expect(properties.Target.RetryPolicy).toEqual({ MaximumRetryAttempts: 10, MaximumEventAgeInSeconds: 3600 });
      expect(queueOf(properties.Target.DeadLetterConfig.Arn)).toBeDefined();
      expect(properties.GroupName).toBe('partnership-dev-reports');
    }
  });

  it('that were missed are looked for every hour, and an alarm says when nobody looks', () => {
    const [hourly, ...others] = schedules.filter((schedule) => !named.includes(schedule));
    expect(others).toEqual([]);
    expect(hourly?.properties.ScheduleExpression).toBe('rate(1 hour)');
    const missing = synthesis
      .of('AWS::CloudWatch::Alarm')
      .find(({ properties }) => properties.MetricName === MetricName.reportRun);
    expect(missing?.properties).toMatchObject({ TreatMissingData: 'breaching', DatapointsToAlarm: 3 });
  });

  it('that were published go to the mail queue, by the name of their event', () => {
    const rule = synthesis.of('AWS::Events::Rule').find(({ stack }) => stack === 'Mail');
    expect(rule?.properties.EventPattern).toEqual(patternOf([REPORT_PUBLISHED]));
  });

  it.each(['Reports', 'Mail'])('of %s come one message at a time, five times at most', (stack) => {
    const mapping = fromQueue.find((each) => each.stack === stack);
    expect(mapping?.properties).toMatchObject({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'] });
    const queue = queueOf(mapping?.properties.EventSourceArn);
    expect(queue?.properties.RedrivePolicy.maxReceiveCount).toBe(5);
    const fn = synthesis
      .of('AWS::Lambda::Function')
      .find(({ logicalId }) => logicalId === targetOf(mapping?.properties.FunctionName));
    expect(queue?.properties.VisibilityTimeout).toBeGreaterThan(fn?.properties.Timeout);
  });
});
