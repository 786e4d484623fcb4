import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { FunctionCode } from '#infra/bundle.ts';
import { WorkQueue } from '#infra/constructs/guarded-queue.ts';
import type { HouseFunction } from '#infra/constructs/house-function.ts';
import { OwnSchedules } from '#infra/constructs/own-schedules.ts';
import { ScheduledFunction } from '#infra/constructs/scheduled-function.ts';
import { stackName } from '#infra/names.ts';
import type { Stage } from '#infra/stages.ts';
import { SCHEDULE_RETRIES, scheduleExpressionOf, scheduleInputOf } from '#shared/domain/report/schedule.ts';
import { FIRST_SERIES } from '#shared/domain/report/series.ts';
import { EnvironmentName } from '#shared/runtime/environment.ts';
import { MetricName } from '#shared/runtime/metrics.ts';
import { addOutputs } from './outputs.ts';
import type { StateStack } from './state.ts';

export interface ReportsStackProps {
  readonly stage: Stage;
  readonly code: FunctionCode;
  readonly state: StateStack;
}

/** Making reports: by the clock, made up where a run was missed, and when somebody asks. */
export class ReportsStack extends Stack {
  readonly schedules: OwnSchedules;
  readonly #requests: WorkQueue;
  /** For the dashboard. */
  readonly parts: {
    readonly report: ScheduledFunction;
    readonly reportRequests: WorkQueue;
    readonly reportSchedules: OwnSchedules;
  };

  constructor(scope: Construct, id: string, { stage, code, state }: ReportsStackProps) {
    super(scope, id, {
      stackName: stackName(stage.name, 'reports'),
      description: 'Partnership CRM: creation of reports.',
    });
    const { alerts, table, files } = state;
    const house = { stage, code, alerts };

    const report = new ScheduledFunction(this, 'Report', {
      ...house,
      name: 'report',
      timeout: Duration.minutes(5),
      // A whole processor and some: workbooks and charts are drawn here.
      memorySize: 2048,
      // What was missed is made up within the hour, and schedules that say otherwise than their series are mended.
      schedule: ScheduleExpression.rate(Duration.hours(1)),
      failing: { impact: 'Reports are late by an hour or more.', runbook: 'Function report fails' },
      lost: { impact: 'A due report is up to an hour late.', runbook: 'A run of the report was lost' },
      completed: MetricName.reportRun,
      missing: { impact: 'Due reports are not created.', runbook: 'Report did not run' },
      missingAfter: Duration.hours(3),
    });
    table.lets(report, {
      items: ['GetItem', 'BatchGetItem', 'PutItem', 'BatchWriteItem', 'Query'],
      indexes: ['byUpdated', 'byEntered', 'byClose', 'byNextStep'],
    });
    // Counting has passed a cut-off when it has in every shard.
    table.letsSeeStream(report);
    files.lets(report, { read: true, write: true }, 'reports/');

    this.schedules = new OwnSchedules(this, 'Schedules', {
      ...house,
      what: 'reports',
      target: report,
      lost: { impact: 'A due report is up to an hour late.', runbook: 'A report could not be started' },
    });
    this.schedules.lets(report);
    const { group, role, lost } = this.schedules;
    for (const series of FIRST_SERIES) {
      const schedule = new Schedule(this, `Series ${series.id}`, {
        scheduleName: series.id,
        scheduleGroup: group,
        schedule: ScheduleExpression.expression(scheduleExpressionOf(series), TimeZone.of(series.timeZone)),
        target: {
          bind: () => ({
            arn: report.lambda.functionArn,
            role,
            input: ScheduleTargetInput.fromText(scheduleInputOf(series.id)),
            deadLetterConfig: { arn: lost.queueArn },
            retryPolicy: {
              maximumRetryAttempts: SCHEDULE_RETRIES.attempts,
              maximumEventAgeInSeconds: SCHEDULE_RETRIES.seconds,
            },
          }),
        },
      });
      // The group has a name of its own, so nothing else says that it comes first.
      schedule.node.addDependency(group);
    }

    this.#requests = new WorkQueue(this, 'Requests', {
      ...house,
      // One that fails comes again after six minutes: whoever asked is waiting.
      consumerTimeout: Duration.minutes(1),
      maxReceiveCount: 5,
      deadLetters: {
        impact: 'A requested report is not created.',
        runbook: 'Report requests have dead letters',
      },
      late: { impact: 'A requested report is late.', runbook: 'Report requests are late' },
      lateAfter: Duration.minutes(10),
    });
    report.lambda.addEventSource(
      new SqsEventSource(this.#requests.queue, { batchSize: 1, maxConcurrency: 2, reportBatchItemFailures: true }),
    );

    addOutputs(this, {
      ReportFunctionName: report.lambda.functionName,
      ReportLostArn: report.lost.queueArn,
      ReportSchedulesLostArn: lost.queueArn,
      ReportRequestsDeadLettersArn: this.#requests.deadLetters.queueArn,
    });
    this.parts = { report, reportRequests: this.#requests, reportSchedules: this.schedules };
  }

  /** Lets a function ask for reports, and tells it where. */
  letsAsk(fn: HouseFunction): void {
    fn.lambda.addEnvironment(EnvironmentName.reportQueueUrl, this.#requests.queue.queueUrl);
    this.#requests.queue.grant(fn, 'sqs:SendMessage');
  }
}
